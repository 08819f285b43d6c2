/** Cards as an EHR shows them: summary, detail, source, suggestion. The detail's few marks of Markdown are read, nothing else. */
import english from "../../../languages/en/sandbox.json";
import { useTexts } from "../../language/texts.ts";
import { Empty } from "../../states/states.tsx";

interface Card {
  readonly uuid: string;
  readonly summary: string;
  readonly detail?: string;
  readonly indicator: string;
  readonly source: { readonly label: string };
  readonly suggestions?: readonly { readonly uuid: string; readonly label: string }[];
}

export function Cards({ response }: { readonly response: unknown }) {
  const t = useTexts("sandbox", english);
  const cards = (response as { readonly cards?: readonly Card[] } | null)?.cards ?? [];
  if (cards.length === 0) return <Empty title={t("noCards")} />;
  return cards.map(({ uuid, summary, detail, indicator, source, suggestions }) => (
    <article key={uuid} className="panel card">
      <p className="small soft">{t("indicator", { indicator })}</p>
      <h3>{summary}</h3>
      {blocksOf(detail ?? "").map((block) => (
        <Block key={block.join("\n")} lines={block} />
      ))}
      {suggestions?.map(({ uuid: own, label }) => (
        <p key={own}>
          <strong>{t("suggestion")}</strong> {label}
        </p>
      ))}
      <p className="small soft">{source.label}</p>
    </article>
  ));
}

/** Lines of a table together, each other line by itself. */
function blocksOf(detail: string): string[][] {
  const blocks: string[][] = [];
  for (const line of detail.split("\n")) {
    const last = blocks.at(-1);
    if (line.trim() === "") continue;
    if (line.startsWith("|") && last?.[0]?.startsWith("|") === true) last.push(line);
    else blocks.push([line]);
  }
  return blocks;
}

function Block({ lines }: { readonly lines: readonly string[] }) {
  const [first = ""] = lines;
  if (lines.length === 1)
    return (
      <p className={/^\s*[-*] /.test(first) ? "item" : ""}>
        {parts(first.replace(/^\s*[-*] /, "").replaceAll("\\", ""))}
      </p>
    );
  const [head = [], ...rows] = lines.filter((line) => !/^[|\s:-]+$/.test(line)).map(cellsOf);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={head.join(", ")}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={`${name} ${cells[0]}`}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={head[i + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim().replaceAll("\\", ""));
}

/** `**bold**` stands out, the rest is text. */
function parts(line: string) {
  return line
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith("**") ? <strong key={part}>{part.slice(2, -2)}</strong> : part));
}
