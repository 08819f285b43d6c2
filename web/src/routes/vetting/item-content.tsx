/** What a reviewer reads: the guideline, the definition or the chart, and for an adjudicator what two reviewers said. */
import type { NextItem } from "../../../../src/serving/workspace/vetting/vetting-routes.ts";
import english from "../../../languages/en/vetting.json";
import { ChartTableView } from "../../charts/chart-frame.tsx";
import { useTexts } from "../../language/texts.ts";
import { Empty, Partial } from "../../states/states.tsx";

interface ItemContentProps {
  readonly item: NonNullable<NextItem["item"]>;
  readonly chart: NextItem["chart"];
}

export function ItemContent({ item, chart }: ItemContentProps) {
  const t = useTexts("vetting", english);
  return (
    <>
      <h4>{t("guideline")}</h4>
      <p className="written">{item.guideline}</p>
      {item.kind !== "label" ? (
        <>
          <h4>{t("content")}</h4>
          <pre className="written">{linesOf(item.content).join("\n")}</pre>
        </>
      ) : chart === null ? (
        <Partial title={t("noChart")}>
          <p>{t("noChartWhy")}</p>
        </Partial>
      ) : chart.length === 0 ? (
        <Empty title={t("emptyChart")} />
      ) : (
        <ChartTableView
          caption={t("chart")}
          columns={[t("date"), t("code"), t("value"), t("text")]}
          rows={chart.map(({ date, code, value, unit, text }) => [
            date ?? t("undated"),
            code,
            value === null ? null : `${value} ${unit ?? ""}`.trim(),
            text,
          ])}
        />
      )}
      {item.reviews.length > 0 && (
        <>
          <h4>{t("said")}</h4>
          <ul>
            {item.reviews.map(({ verdict, confidence, reason }) => (
              <li key={`${verdict} ${confidence} ${reason}`}>
                {t("saidOne", { verdict, confidence, reason })}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** As indented lines, `key: value`: for people who would not read JSON. */
function linesOf(content: unknown, indent = ""): string[] {
  if (Array.isArray(content))
    return content.flatMap((one) =>
      isPlain(one) ? [`${indent}- ${String(one)}`] : [`${indent}-`, ...linesOf(one, `${indent}  `)],
    );
  if (typeof content !== "object" || content === null) return [`${indent}${String(content)}`];
  return Object.entries(content).flatMap(([key, value]) => {
    if (isPlain(value)) return [`${indent}${key}: ${String(value)}`];
    const below = linesOf(value, `${indent}  `);
    return below.length === 0 ? [`${indent}${key}: none`] : [`${indent}${key}:`, ...below];
  });
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}
