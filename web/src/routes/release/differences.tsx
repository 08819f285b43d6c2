/** Paired differences of every task, each with its interval and a word for what it says. */
import { count, signed } from "../../../../src/drawing/number-text.ts";
import type { CompareAnswer } from "../../../../src/serving/workspace/release/compare-answer.ts";
import english from "../../../languages/en/compare.json";
import { Tag } from "../../controls/tag.tsx";
import { estimateText } from "../../language/figures.ts";
import { useTexts } from "../../language/texts.ts";

type Task = NonNullable<CompareAnswer["measured"]>["tasks"][number];
type Figure = NonNullable<Task["differences"]>["cIndex"];

/** Of each, whether more is better. */
const MEASURES = { cIndex: true, auroc: true, auprc: true, brier: false } as const;
type Measure = keyof typeof MEASURES;
const NAMES = Object.keys(MEASURES) as Measure[];

interface DifferencesProps {
  readonly tasks: readonly Task[];
  readonly least: number;
  readonly first: string;
  readonly second: string;
}

export function Differences({ tasks, least, first, second }: DifferencesProps) {
  const t = useTexts("compare", english);
  const figures = tasks.flatMap(({ differences }) =>
    NAMES.flatMap((name) => {
      const figure = differences?.[name];
      return figure == null ? [] : [wordOf(name, figure)];
    }),
  );
  const differing = figures.filter((word) => word !== "alike").length;
  const caption = t("caption", { first, second });
  return (
    <>
      <p role="status">
        {differing === 0
          ? t("noneDiffer", { of: figures.length })
          : t("someDiffer", { count: differing, of: figures.length })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {[t("task"), t("n"), t("events"), ...NAMES.map((name) => t(name))].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.map(({ n, events, differences, ...task }) => (
              <tr key={t("taskOf", task)}>
                <th scope="row">{t("taskOf", task)}</th>
                <td>{n === null ? t("fewer", { least }) : count(n)}</td>
                <td>{events === null ? t("fewer", { least }) : count(events)}</td>
                {NAMES.map((name) => (
                  <td key={name}>
                    <Difference measure={name} figure={differences?.[name] ?? null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Difference({ measure, figure }: { readonly measure: Measure; readonly figure: Figure }) {
  const t = useTexts("compare", english);
  if (figure === null) return t("few");
  const word = wordOf(measure, figure);
  const tone = word === "better" ? "good" : word === "worse" ? "bad" : "neutral";
  return (
    <>
      {estimateText(figure, 3, signed)}, n = {count(figure.n)} <Tag tone={tone}>{t(word)}</Tag>
    </>
  );
}

function wordOf(measure: Measure, { low, high }: NonNullable<Figure>): "better" | "worse" | "alike" {
  if (low <= 0 && high >= 0) return "alike";
  return low > 0 === MEASURES[measure] ? "better" : "worse";
}
