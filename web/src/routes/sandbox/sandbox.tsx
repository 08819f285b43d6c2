/** Be the EHR: choose an example person and a hook, and see what is sent, what comes back, and what it rests on. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { FiredHook } from "../../../../src/serving/workspace/fire-hook.ts";
import type { Worklist } from "../../../../src/serving/workspace/worklist.ts";
import english from "../../../languages/en/sandbox.json";
import { Choice } from "../../controls/choice.tsx";
import { LastingButton } from "../../controls/lasting-button.tsx";
import { useAsked, useTell } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty, Failed, Loaded, Loading } from "../../states/states.tsx";
import { Cards } from "./cards.tsx";
import "./sandbox.css";

const HOOKS = [
  "patient-view",
  "encounter-start",
  "encounter-discharge",
  "order-select",
  "order-sign",
  "appointment-book",
];

export default function Sandbox() {
  const t = useTexts("sandbox", english);
  const query = useAsked<Worklist>("/workspace/worklist");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <p>{t("about")}</p>
      <Loaded query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          ) : (
            <Desk rows={rows} />
          )
        }
      </Loaded>
    </div>
  );
}

function Desk({ rows }: Pick<Worklist, "rows">) {
  const t = useTexts("sandbox", english);
  const [key, setKey] = useState(rows[0]?.key ?? "");
  const [hook, setHook] = useState("patient-view");
  const [unit, setUnit] = useState("");
  const fire = useTell<{ key: string; hook: string; unit: string }, FiredHook>("/workspace/sandbox/fire", [
    "/workspace/units",
  ]);
  return (
    <>
      <div className="row">
        <Choice
          {...{ id: "person", label: t("person"), value: key, onChange: setKey }}
          options={rows.map(
            ({ key: own, banner }) =>
              [own, `${banner.name ?? banner.number} (${banner.ageYears}, ${banner.sex})`] as const,
          )}
        />
        <Choice
          {...{ id: "hook", label: t("hook"), value: hook, onChange: setHook }}
          options={HOOKS.map((name) => [name, name] as const)}
        />
        <p className="field">
          <label htmlFor="unit">{t("unit")}</label>
          <input
            id="unit"
            value={unit}
            maxLength={64}
            autoComplete="off"
            aria-describedby="unit-how"
            onChange={({ target }) => setUnit(target.value.replace(/[^A-Za-z0-9._-]/g, ""))}
          />
        </p>
        <LastingButton primary idle={fire.isPending} onPress={() => fire.mutate({ key, hook, unit })}>
          {t("fire")}
        </LastingButton>
      </div>
      <p id="unit-how" className="small soft">
        {t("unitHow")}
      </p>
      {fire.isPending && <Loading />}
      {fire.error !== null && <Failed error={fire.error} />}
      {fire.data !== undefined && (
        <div className="fired">
          <section className="stack" aria-labelledby="cards">
            <h2 id="cards">{t("cards")}</h2>
            <p role="status" className="small soft">
              {t("answered", { status: fire.data.status, ms: Math.round(fire.data.milliseconds) })}
            </p>
            <Cards response={fire.data.response} />
            <p>
              <Link to={`/patients/${key}`}>{t("explanation")}</Link>
            </p>
          </section>
          <section className="stack" aria-labelledby="exchange">
            <h2 id="exchange">{t("exchange")}</h2>
            <Json title={t("request", { path: fire.data.path })} value={fire.data.request} />
            <Json title={t("response")} value={fire.data.response} />
          </section>
        </div>
      )}
    </>
  );
}

function Json({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <details open>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <section tabIndex={0} aria-label={title} className="scroll">
        <pre>{JSON.stringify(value, null, 2)}</pre>
      </section>
    </details>
  );
}
