/**
 * Held-out persons whom the chosen threshold gets wrong: those missed first, then those alarmed for nothing. Task and threshold
 * stand in the address, the same as on the evidence page.
 */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import type { ErrorsAnswer } from "../../../../src/serving/workspace/errors/error-routes.ts";
import type {
  EvidenceAnswer,
  TaskEvidence,
} from "../../../../src/serving/workspace/evidence/evidence-answer.ts";
import english from "../../../languages/en/errors.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded, Partial } from "../../states/states.tsx";
import "../evidence/evidence.css";
import { useTaskChoice } from "../evidence/task-choice.tsx";
import { useThresholdChoice } from "../evidence/threshold-choice.tsx";

type Row = ErrorsAnswer["rows"][number];
type Say = ReturnType<typeof useTexts<typeof english>>;

export default function Errors() {
  const t = useTexts("errors", english);
  const query = useAsked<EvidenceAnswer>("/workspace/evidence");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <p>{t("about")}</p>
      <Loaded query={query}>{(evidence) => <OfTask evidence={evidence} />}</Loaded>
    </div>
  );
}

function OfTask({ evidence }: { readonly evidence: EvidenceAnswer }) {
  const [task, choice] = useTaskChoice(evidence.tasks);
  const query = useAsked<TaskEvidence>(
    evidence.tasks.length === 0 ? null : `/workspace/evidence/task?task=${task}`,
  );
  return (
    <>
      {choice}
      <Loaded query={query}>
        {(of) => <AtThreshold key={task} task={task} thresholds={of.closer?.thresholds ?? []} />}
      </Loaded>
    </>
  );
}

interface AtThresholdProps {
  readonly task: number;
  readonly thresholds: Parameters<typeof useThresholdChoice>[0];
}

function AtThreshold({ task, thresholds }: AtThresholdProps) {
  const [, control, threshold] = useThresholdChoice(thresholds);
  const search = useMemo(() => ({ task: String(task), threshold: String(threshold) }), [task, threshold]);
  const query = useAsked<ErrorsAnswer>(`/workspace/errors?task=${task}&threshold=${Math.max(0, threshold)}`);
  return (
    <>
      {thresholds.length > 0 && control}
      <Loaded query={query}>{(answer) => <Wrong answer={answer} search={search} />}</Loaded>
    </>
  );
}

interface WrongProps {
  readonly answer: ErrorsAnswer;
  readonly search: Readonly<Record<string, string>>;
}

function Wrong({ answer, search }: WrongProps) {
  const t = useTexts("errors", english);
  const [untagged, setUntagged] = useSearchState("show", "all");
  if (answer.nothing !== null)
    return (
      <Empty title={t(answer.nothing)}>
        <p>{t(`${answer.nothing}Why`)}</p>
      </Empty>
    );
  const rows = answer.rows.filter(({ tag }) => untagged === "all" || tag === null);
  const risk = percent(answer.threshold ?? 0, 1);
  return (
    <>
      <p className="field">
        <label htmlFor="show">{t("show")}</label>
        <select id="show" value={untagged} onChange={({ target }) => setUntagged(target.value)}>
          <option value="all">{t("all")}</option>
          <option value="untagged">{t("untagged")}</option>
        </select>
      </p>
      <Part
        name="missed"
        title={t("missed", { ...answer.missed, risk })}
        rows={rows.filter(({ error }) => error === "missed")}
        all={answer.missed.n}
        search={search}
      />
      <Part
        name="alarms"
        title={t("alarms", { ...answer.falseAlarms, risk })}
        rows={rows.filter(({ error }) => error === "false alarm")}
        all={answer.falseAlarms.n}
        search={search}
      />
      <section className="panel stack" aria-labelledby="tags">
        <h2 id="tags">{t("tags")}</h2>
        {answer.tags.length === 0 ? (
          <Empty title={t("noTags")}>
            <p>{t("noTagsWhy")}</p>
          </Empty>
        ) : (
          <ChartTableView
            caption={t("tagsCaption")}
            columns={[t("mode"), t("count")]}
            rows={answer.tags.map(({ mode, count: n }) => [
              t(`mode.${mode}` as keyof typeof english),
              n === null ? t("few", { least: answer.minimumCell }) : count(n),
            ])}
          />
        )}
      </section>
    </>
  );
}

interface PartProps extends Pick<WrongProps, "search"> {
  readonly name: "missed" | "alarms";
  readonly title: string;
  readonly rows: readonly Row[];
  /** How many there are; of many, the first are listed. */
  readonly all: number;
}

function Part({ name, title, rows, all, search }: PartProps) {
  const t = useTexts("errors", english);
  const [sort, setSort] = useSearchState(`sort-${name}`, "");
  const columns = useMemo(() => columnsOf(search, t), [search, t]);
  return (
    <section className="panel stack" aria-labelledby={name}>
      <h2 id={name}>{title}</h2>
      {rows.length === 0 ? (
        <Empty title={t("nobody")} />
      ) : (
        <>
          {all > 100 && rows.length === 100 && <Partial title={t("first", { shown: 100, all })} />}
          <SortableTable
            caption={t(`${name}Caption`)}
            columns={columns}
            rows={rows}
            rowKey={({ key }) => key}
            sort={sort}
            onSort={setSort}
          />
        </>
      )}
    </section>
  );
}

function columnsOf(search: WrongProps["search"], t: Say): TableColumn<Row>[] {
  return [
    {
      id: "person",
      title: t("person"),
      value: ({ key }) => key,
      cell: ({ key }) => (
        <Link to={`/errors/${key}`} search={search as never}>
          {t("open", { person: key.slice(0, 8) })}
        </Link>
      ),
    },
    {
      id: "risk",
      title: t("risk"),
      value: ({ risk }) => risk,
      cell: ({ risk }) => percent(risk, 1),
      numeric: true,
    },
    { id: "came", title: t("came"), value: ({ came }) => t(came) },
    {
      id: "days",
      title: t("days"),
      value: ({ days }) => days,
      cell: ({ days }) => t("afterDays", { days: Math.round(days) }),
      numeric: true,
    },
    {
      id: "tag",
      title: t("mode"),
      value: ({ tag }) => (tag === null ? null : t(`mode.${tag.mode}`)),
      cell: ({ tag }) =>
        tag === null ? (
          <span className="soft">{t("noTag")}</span>
        ) : (
          <>
            {t(`mode.${tag.mode}`)}{" "}
            <span className="small soft">{t("by", { by: tag.by, at: tag.at.slice(0, 10) })}</span>
          </>
        ),
    },
  ];
}
