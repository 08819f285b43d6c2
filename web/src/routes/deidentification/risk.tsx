/** How many persons look alike before and after: the smaller the class, the likelier somebody is found in it. */
import { useCallback, useMemo } from "react";
import { count, fixed, percent } from "../../../../src/drawing/number-text.ts";
import type { PrivacyAnswer } from "../../../../src/serving/workspace/building/privacy-answer.ts";
import english from "../../../languages/en/deidentification.json";
import { ChartFrame, ChartTableView } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { useTexts } from "../../language/texts.ts";

type Proof = NonNullable<PrivacyAnswer["proof"]>;
/** Classes of this size and more are one. */
const LARGEST = 20;

export function Risk({ proof }: { readonly proof: Proof }) {
  const t = useTexts("deidentification", english);
  const { risk: after, riskBefore: before, riskLimit } = proof;
  const rows = useMemo(
    () =>
      Array.from({ length: LARGEST }, (_, i) => i + 1).flatMap((size) =>
        (
          [
            ["before", before],
            ["after", after],
          ] as const
        ).map(([when, { sizes, persons }]) => ({
          size: size === LARGEST ? `${LARGEST}+` : String(size),
          when: t(when),
          share: (sizes[String(size)] ?? 0) / Math.max(1, persons),
        })),
      ),
    [before, after, t],
  );
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot, width) => {
      const sizes = [...new Set(rows.map(({ size }) => size))];
      return {
        marginLeft: 48,
        marginBottom: 40,
        fy: { label: null, domain: [t("before"), t("after")], axis: null },
        x: {
          label: t("classX"),
          domain: sizes,
          ticks: width < 420 ? sizes.filter((_, i) => i % 4 === 3) : sizes,
        },
        y: { label: null, grid: true, tickFormat: (value: number) => percent(value), ticks: 3 },
        marks: [
          plot.barY(rows, { fy: "when", x: "size", y: "share", fill: "var(--main)" }),
          plot.ruleY([0]),
          plot.text([t("before"), t("after")], {
            fy: (d: string) => d,
            text: (d: string) => d,
            frameAnchor: "top-left",
            dx: 6,
            fill: "currentColor",
          }),
        ],
      };
    },
    [rows, t],
  );
  const finding = t("riskFinding", {
    k: after.k,
    greatest: percent(after.prosecutor.greatest, 1),
    before: percent(before.prosecutor.greatest, 1),
  });
  const row = (name: string, of: (risk: Proof["risk"]) => string) => [name, of(before), of(after)];
  return (
    <section className="panel stack" aria-labelledby="risk-title">
      <h2 id="risk-title">{t("risk")}</h2>
      <p>
        {t("over", { of: after.quasiIdentifiers.join(", ") })}{" "}
        {riskLimit === null ? t("noLimit") : t("limit", { limit: String(riskLimit) })}
      </p>
      <ChartFrame
        name="classes"
        finding={finding}
        n={t("personsN", { count: after.persons })}
        period={t("proofOf", { at: proof.madeAt.slice(0, 10) })}
        interval={null}
        table={{
          columns: [t("classX"), t("before"), t("after")],
          rows: rows
            .filter((_, i) => i % 2 === 0)
            .map(({ size, share }, i) => [size, percent(share, 1), percent(rows[2 * i + 1]?.share ?? 0, 1)]),
        }}
      >
        <PlotFigure label={finding} height={260} draw={draw} />
      </ChartFrame>
      <ChartTableView
        caption={t("riskCaption")}
        columns={[t("measure"), t("before"), t("after")]}
        rows={[
          row(t("persons"), ({ persons }) => count(persons)),
          row(t("classes"), ({ classes }) => count(classes)),
          row(t("k"), ({ k }) => count(k)),
          row(t("unique"), ({ unique }) => percent(unique, 2)),
          row(t("prosecutorGreatest"), ({ prosecutor }) => fixed(prosecutor.greatest, 4)),
          row(t("prosecutorMean"), ({ prosecutor }) => fixed(prosecutor.mean, 4)),
          row(t("journalistGreatest"), ({ journalist }) => fixed(journalist.greatest, 4)),
          row(t("journalistMean"), ({ journalist }) => fixed(journalist.mean, 4)),
        ]}
      />
    </section>
  );
}
