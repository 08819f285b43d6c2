/** One person's record as the model reads it: token by token, with the event of each, and what it does not get to see. */
import { Link } from "@tanstack/react-router";
import { count, fixed } from "../../../../src/drawing/number-text.ts";
import type { PatientTokens } from "../../../../src/serving/workspace/patient/patient-tokens.ts";
import english from "../../../languages/en/patient-tokens.json";
import { Tag } from "../../controls/tag.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Banner } from "../../patient/banner.tsx";
import { OpenedPatient } from "../../patient/opened-patient.tsx";
import { patientPath, usePatientKey } from "../../patient/use-patient.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Partial } from "../../states/states.tsx";

type Token = PatientTokens["tokens"][number];

export default function PatientTokensScreen() {
  const t = useTexts("patient-tokens", english);
  const key = usePatientKey();
  const query = useAsked<PatientTokens>(patientPath(key, "/tokens"));
  return (
    <div className="stack">
      <div className="row">
        <h1>{t("title")}</h1>
        <Link to={recordOf(key)} activeOptions={{ exact: true }} className="button no-print">
          {t("back")}
        </Link>
      </div>
      <OpenedPatient query={query}>{(answer) => <Shown answer={answer} />}</OpenedPatient>
    </div>
  );
}

function Shown({ answer }: { readonly answer: PatientTokens }) {
  const t = useTexts("patient-tokens", english);
  const { tokens, beyond, leftOut, context } = answer;
  const events = tokens.flatMap(({ event }) => (event === null ? [] : [event]));
  const matched = (match: (typeof events)[number]["match"]) =>
    events.filter((event) => event.match === match).length;
  const lost = Object.entries(leftOut).filter(([, own]) => own > 0);
  return (
    <>
      <Banner patient={answer} />
      {beyond !== null && (
        <Partial title={t("beyond", { count: beyond.tokens })}>
          <p>{t("beyondWhy", { context, from: beyond.from, to: beyond.to })}</p>
        </Partial>
      )}
      {lost.length > 0 && (
        <Partial title={t("leftOut", { count: lost.reduce((sum, [, own]) => sum + own, 0) })}>
          <p>{lost.map(([reason, own]) => `${reason}: ${count(own)}`).join("; ")}</p>
        </Partial>
      )}
      <section className="panel stack" aria-labelledby="read">
        <h2 id="read">{t("read")}</h2>
        {events.length === 0 && (
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        )}
        <p>
          {t("finding", {
            tokens: tokens.length,
            events: events.length,
            exact: matched("exact"),
            backedOff: matched("backed off"),
            unknown: matched("unknown"),
          })}
        </p>
        <p className="small soft">{t("how", { size: answer.vocabulary })}</p>
        <Tokens tokens={tokens} record={recordOf(answer.key)} />
      </section>
    </>
  );
}

const FILTERS = {
  all: () => true,
  events: ({ event }: Token) => event !== null,
  unknown: ({ event }: Token) => event !== null && event.match !== "exact",
} as const;

function Tokens({ tokens, record }: { readonly tokens: readonly Token[]; readonly record: string }) {
  const t = useTexts("patient-tokens", english);
  const [show, setShow] = useSearchState("show", "all");
  const shown = tokens.filter(FILTERS[show as keyof typeof FILTERS] ?? FILTERS.all);
  const caption = t("caption", { count: shown.length });
  return (
    <>
      <p className="field">
        <label htmlFor="show">{t("show")}</label>
        <select id="show" value={show} onChange={({ target }) => setShow(target.value)}>
          <option value="all">{t("all")}</option>
          <option value="events">{t("eventsOnly")}</option>
          <option value="unknown">{t("unknownOnly")}</option>
        </select>
      </p>
      {shown.length === 0 ? (
        <Empty title={t("filteredOut")} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        <section className="scroll" tabIndex={0} aria-label={caption}>
          <table>
            <caption>{caption}</caption>
            <thead>
              <tr>
                <th scope="col">{t("position")}</th>
                <th scope="col">{t("token")}</th>
                <th scope="col">{t("means")}</th>
                <th scope="col">{t("event")}</th>
                <th scope="col">{t("after")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((token) => (
                <tr key={token.position}>
                  <td>{token.position}</td>
                  <th scope="row">
                    <code>{token.name}</code>
                  </th>
                  <td>
                    <Meaning token={token} />
                  </td>
                  <td>
                    <Origin token={token} record={record} />
                  </td>
                  <td>{token.after === 0 ? "" : fixed(token.after, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function Meaning({ token: { kind, low, high, event } }: { readonly token: Token }) {
  const t = useTexts("patient-tokens", english);
  if (event === null) {
    const key = kind === "event" ? "text" : kind;
    return t(key === "gap" && high === null ? "kind.gapOpen" : `kind.${key}`, {
      low: low ?? "",
      high: high ?? "",
    });
  }
  const { match, via, code, bin } = event;
  return (
    <>
      {match === "backed off" && via === code
        ? t("match.valueless")
        : t(`match.${match}`, { via: via ?? "" })}
      {bin !== null && `: ${binText(bin, t)}`} {match !== "exact" && <Tag>{match}</Tag>}
    </>
  );
}

function binText(
  { low, high }: { readonly low: number | null; readonly high: number | null },
  t: (key: "bin" | "binLow" | "binHigh", values: Record<string, string | number>) => string,
): string {
  const text = (value: number | null) => (value === null ? "" : String(Number(value.toPrecision(4))));
  return t(low === null ? "binLow" : high === null ? "binHigh" : "bin", { low: text(low), high: text(high) });
}

function Origin({ token: { event, day }, record }: { readonly token: Token; readonly record: string }) {
  const t = useTexts("patient-tokens", english);
  if (event === null) return null;
  const { text, value, unit, place } = event;
  return (
    <>
      {text} {value === null ? "" : `${value} ${unit ?? ""}`}{" "}
      {place === null ? (
        day
      ) : (
        <Link
          to={record}
          activeOptions={{ exact: true }}
          hash={`event-${place}`}
          aria-label={`${text}: ${t("inRecord", { day })}`}
        >
          {t("inRecord", { day })}
        </Link>
      )}
    </>
  );
}

function recordOf(key: string): string {
  return key === "launch" ? "/patient" : `/patients/${key}`;
}
