/** Every unit: what is shown there and how far, requests and burden, and the way back to silent. */
import { useEffect, useMemo, useRef, useState } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/monitoring.json";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { useCodes } from "../../language/codes.ts";
import { English } from "../../language/said.tsx";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Partial } from "../../states/states.tsx";
import { SilentDialog } from "./silent-dialog.tsx";
import { type OfMonitoring, type Unit, useUnitName } from "./unit-name.ts";

export function Units({ of }: OfMonitoring) {
  const t = useTexts("monitoring", english);
  const code = useCodes();
  const nameOf = useUnitName();
  const [sort, setSort] = useSearchState("sort", "");
  const [lowering, setLowering] = useState<Unit | null>(null);
  const [lowered, setLowered] = useState<{ readonly said: string } | null>(null);
  const status = useRef<HTMLParagraphElement>(null);
  // The button that was pressed can be pressed no more, and would lose the focus.
  useEffect(() => {
    if (lowered !== null) status.current?.focus();
  }, [lowered]);
  const columns = useMemo(() => columnsOf({ t, code, nameOf }, of, setLowering), [t, code, nameOf, of]);
  const asked = of.units.filter(({ figures }) => figures !== null);
  const unjudged = asked.filter(({ figures }) => figures?.judged === false).length;
  return (
    <section className="panel stack" aria-labelledby="units">
      <h2 id="units">{t("units")}</h2>
      {asked.length === 0 && (
        <Empty title={t("noUnits")}>
          <p>{t("noUnitsWhy")}</p>
        </Empty>
      )}
      {unjudged > 0 && (
        <Partial title={t("partial", { count: unjudged })}>
          <p>{t("partialWhy", { least: of.minimumPersons })}</p>
        </Partial>
      )}
      {of.sandbox && <p>{t("sandboxStage")}</p>}
      <SortableTable
        caption={t("unitsCaption")}
        columns={columns}
        rows={of.units}
        rowKey={({ unit }) => unit ?? "\0"}
        sort={sort}
        onSort={setSort}
      />
      <p role="status" className="small" ref={status} tabIndex={-1}>
        {lowered?.said}
      </p>
      {lowering !== null && (
        <SilentDialog
          unit={lowering.unit}
          close={(done) => {
            setLowering(null);
            if (!done) return;
            const said = lowering.unit === null ? t("doneAll") : t("done", { unit: nameOf(lowering.unit) });
            setLowered({ said: `✓ ${said}` });
          }}
        />
      )}
    </section>
  );
}

interface Words {
  readonly t: ReturnType<typeof useTexts<typeof english>>;
  readonly code: ReturnType<typeof useCodes>;
  nameOf(unit: string | null): string;
}

function columnsOf(
  { t, code, nameOf }: Words,
  { alarms, minimumCell, mayLower, sandbox, units }: OfMonitoring["of"],
  lower: (unit: Unit) => void,
): TableColumn<Unit>[] {
  const alarmsIn = (unit: string | null) => alarms.filter((alarm) => alarm.unit === unit).length;
  // To lower every unit takes one that is shown, whichever it is.
  const canLower = ({ unit, shown }: Unit) => (unit === null ? units.some((one) => one.shown) : shown);
  const share = (value: number | null | undefined) => (value == null ? "–" : percent(value));
  return [
    { id: "unit", title: t("unit"), value: ({ unit }) => nameOf(unit) },
    {
      id: "stage",
      title: t("stage"),
      value: ({ stages }) => stages.map(({ stage }) => code("stage", stage)).join(", "),
      cell: (row) => (
        <>
          {row.stages.map(({ stage, forecasts }) => (
            <details key={stage}>
              <summary>{t("stageOf", { stage: code("stage", stage), count: forecasts.length })}</summary>
              <English>{forecasts.join("; ")}</English>
            </details>
          ))}
          {mayLower && !sandbox && (
            <button
              type="button"
              className="button clinical"
              disabled={!canLower(row)}
              onClick={() => lower(row)}
            >
              {!canLower(row)
                ? t("nothingShown")
                : row.unit === null
                  ? t("actAll")
                  : t("actOf", { unit: nameOf(row.unit) })}
            </button>
          )}
        </>
      ),
    },
    {
      id: "alarms",
      title: t("alarmsHere"),
      numeric: true,
      value: ({ unit }) => alarmsIn(unit),
      cell: ({ unit }) => <Tag tone={alarmsIn(unit) > 0 ? "bad" : "neutral"}>{alarmsIn(unit)}</Tag>,
    },
    {
      id: "requests",
      title: t("requests"),
      numeric: true,
      value: ({ figures }) => figures?.requests ?? null,
      cell: ({ figures }) => (figures === null ? "–" : count(figures.requests)),
    },
    {
      id: "persons",
      title: t("persons"),
      numeric: true,
      value: ({ figures }) => figures?.persons ?? null,
      cell: ({ figures }) =>
        figures === null
          ? "–"
          : figures.persons === null
            ? t("fewer", { least: minimumCell })
            : count(figures.persons),
    },
    {
      id: "withheld",
      title: t("withheld"),
      numeric: true,
      value: ({ figures }) => figures?.withheld ?? null,
      cell: ({ figures }) => share(figures?.withheld),
    },
    {
      id: "missing",
      title: t("missing"),
      numeric: true,
      value: ({ figures }) => figures?.missingInputs ?? null,
      cell: ({ figures }) => share(figures?.missingInputs),
    },
    {
      id: "p95",
      title: t("p95"),
      numeric: true,
      value: ({ figures }) => figures?.p95Milliseconds ?? null,
      cell: ({ figures }) =>
        figures?.p95Milliseconds == null ? "–" : count(Math.round(figures.p95Milliseconds)),
    },
  ];
}
