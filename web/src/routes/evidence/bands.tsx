/** Onsets by bands of days: how early they were forecast, or how late they became known. */
import { useMemo } from "react";
import { count, percent } from "../../../../src/drawing/number-text.ts";
import english from "../../../languages/en/evidence.json";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { shareText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";
import { IntervalDots } from "./interval-dots.tsx";
import type { Closer, OfTask } from "./of-task.ts";
import { type Span, spanText } from "./time-words.ts";

type Time = NonNullable<Closer["overTime"]>;
type Words = ReturnType<typeof useTexts<typeof english>>;
type Band = Span & Time["labelDelay"][number];

const share = (value: number) => percent(value);

const KINDS = {
  "lead-time": {
    empty: "noLead",
    x: "leadX",
    column: "leadColumn",
    bandsOf: ({ leadTime }: Time): readonly Band[] => leadTime.bands,
    finding: leadFinding,
  },
  "label-delay": {
    empty: "noDelay",
    x: "delayX",
    column: "delayColumn",
    bandsOf: ({ labelDelay }: Time): readonly Band[] => labelDelay,
    finding: delayFinding,
  },
} as const;

export function Bands({
  kind,
  of,
  period,
  time,
}: OfTask & { readonly kind: keyof typeof KINDS; readonly time: Time }) {
  const t = useTexts("evidence", english);
  const { empty, x, column, bandsOf, finding: findingOf } = KINDS[kind];
  const bands = bandsOf(time);
  const rows = useMemo(
    () => bands.map((band) => ({ name: spanText(band, t), estimate: band.share })),
    [bands, t],
  );
  if (bands.length === 0)
    return (
      <Empty title={t(empty)}>
        <p>{t("bandsFew", { least: of.minimumCell })}</p>
      </Empty>
    );
  const finding = findingOf(time, t);
  const onsets = bands.reduce((sum, band) => sum + band.onsets, 0);
  return (
    <ChartFrame
      name={kind}
      finding={finding}
      n={t("nOnsets", { n: onsets })}
      period={period}
      interval={t("wilson")}
      table={{
        columns: [t(column), t("events"), t(x).replace(" →", "")],
        rows: bands.map((band) => [spanText(band, t), count(band.onsets), shareText(band.share)]),
      }}
    >
      <IntervalDots label={finding} rows={rows} x={t(x)} at={0} missing="" format={share} marginLeft={130} />
    </ChartFrame>
  );
}

function leadFinding({ leadTime: { threshold, bands } }: Time, t: Words): string {
  const [first, last] = [bands[0], bands.at(-1)];
  if (first === undefined || last === undefined) return "";
  return t(bands.length === 1 ? "leadOne" : "leadFinding", {
    risk: percent(threshold, 1),
    first: shareText(first.share),
    early: spanText(first, t),
    last: shareText(last.share),
    late: spanText(last, t),
  });
}

function delayFinding({ labelDelay }: Time, t: Words): string {
  const within = labelDelay[0];
  return t(labelDelay.some(({ fromDays }) => fromDays >= 1) ? "delaySome" : "delayNone", {
    share: shareText(within?.share ?? null),
    span: within === undefined ? "" : spanText(within, t),
  });
}
