/**
 * The frame of every chart: a title that states the finding, n, period and interval, the same figures as a table, as CSV, and
 * a link to this very chart. What colour says, a mark, a dash or a word says too.
 */
import { type ReactNode, useId, useState } from "react";
import english from "../../languages/en/charts.json";
import { useTexts } from "../language/texts.ts";
import { type ChartTable, saveCsv } from "./csv.ts";
import "./charts.css";

export interface ChartFrameProps {
  /** Of the chart within its page: part of its link and of the file's name. */
  readonly name: string;
  /** What the chart shows, as a sentence: "Risk of stroke has risen since May". */
  readonly finding: string;
  /** How many persons, in words where there is more than one number; null where the chart is of one person. */
  readonly n: string | null;
  readonly period: string;
  /** What the bands or whiskers are; null where there is none, and then nothing estimated is drawn. */
  readonly interval: string | null;
  readonly table: ChartTable;
  /** Of the frame's heading within the page. */
  readonly level?: 2 | 3 | 4;
  readonly children: ReactNode;
  /** Marks and words that explain what is drawn. */
  readonly legend?: ReactNode;
}

export function ChartFrame(props: ChartFrameProps) {
  const { name, finding, n, period, interval, table, level = 3, children, legend } = props;
  const t = useTexts("charts", english);
  const [asTable, setAsTable] = useState(false);
  const [copied, setCopied] = useState(false);
  const title = useId();
  const Heading = `h${level}` as const;
  const copy = () => {
    const link = new URL(location.href);
    link.hash = name;
    void navigator.clipboard.writeText(link.href).then(() => setCopied(true));
  };
  const about = [n === null ? null : `n = ${n}`, period, interval]
    .filter((part) => part !== null)
    .join(" · ");
  return (
    <figure className="chart" id={name} aria-labelledby={title}>
      <Heading id={title}>{finding}</Heading>
      <p className="about soft small">{about}</p>
      {asTable ? <ChartTableView caption={finding} {...table} /> : <div className="drawing">{children}</div>}
      {legend !== undefined && !asTable && <div className="legend small">{legend}</div>}
      <div className="row no-print">
        <button
          type="button"
          className="button quiet"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {t("asTable")}
        </button>
        <button type="button" className="button quiet" onClick={() => saveCsv(name, table)}>
          {t("csv")}
        </button>
        <button type="button" className="button quiet" onClick={copy}>
          {t("copyLink")}
        </button>
        <span role="status" className="small soft">
          {copied ? t("copied") : ""}
        </span>
      </div>
    </figure>
  );
}

interface ChartTableViewProps extends ChartTable {
  readonly caption: string;
  /** Of the caption and the rows, where they are not in the page's language. */
  readonly lang?: "en";
}

export function ChartTableView({ caption, columns, rows, lang }: ChartTableViewProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption lang={lang}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody lang={lang}>
          {rows.map((row) => (
            <tr key={row.join("\0")}>
              {row.map((cell, i) => {
                const text = cell ?? "–";
                const key = columns[i];
                return i === 0 ? (
                  <th key={key} scope="row">
                    {text}
                  </th>
                ) : (
                  <td key={key}>{text}</td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
