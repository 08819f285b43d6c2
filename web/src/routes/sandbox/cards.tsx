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
      {(detail ?? "")
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => (
          <p key={line} className={/^\s*[-*] /.test(line) ? "item" : ""}>
            {parts(line.replace(/^\s*[-*] /, "").replaceAll("\\", ""))}
          </p>
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

/** `**bold**` stands out, the rest is text. */
function parts(line: string) {
  return line
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith("**") ? <strong key={part}>{part.slice(2, -2)}</strong> : part));
}
