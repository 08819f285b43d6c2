import { describe, expect, test } from "vitest";
import { DARK, LIGHT, MARK_TOKENS, TEXT_TOKENS } from "../../../src/drawing/color-tokens.ts";
import { renderReport } from "../../../src/evaluation/report/render-report.ts";
import { taskId } from "../../../src/evaluation/report/task-words.ts";
import { calibratedTask, inventedEvaluation, inventedReport, inventedTasks } from "./invented-evaluation.ts";
import { faultsOf } from "./well-formed.ts";

const page = renderReport(inventedReport());
/** What a reader sees, without markup. */
const textOf = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");
const text = textOf(page);

describe("the page", () => {
  test("closes every element in order", () => {
    expect(faultsOf(page)).toEqual([]);
  });

  test("asks for nothing from anywhere: no address, no script, no import", () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|src=|url\((?!#)/);
  });

  test("is the same for the same input", () => {
    expect(renderReport(inventedReport())).toBe(page);
  });

  test("refers only to places and shapes that it has", () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const asked = [...page.matchAll(/(?:href="#|url\(#)([^")]+)/g)].map(([, id]) => id);
    expect(asked.filter((id) => !ids.has(id))).toEqual([]);
    expect(ids.size).toBe([...page.matchAll(/ id="/g)].length);
  });

  test("has headings that never skip a level", () => {
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, i) => i > 0 && level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
  });

  test("gives every table a caption and every picture a name or hides it", () => {
    expect([...page.matchAll(/<table/g)].length).toBe([...page.matchAll(/<caption/g)].length);
    const outer = page.match(
      /<svg(?![^>]*(?:aria-hidden="true"|aria-label="[^"]+"|class="(?:stretch|beyond)))[^>]*>/g,
    );
    expect(outer ?? []).toEqual([]);
  });
});

describe("text from data", () => {
  const evil = `<img src=x onerror="alert(1)">'&`;

  test("cannot become an element, wherever it comes from", () => {
    const [first, ...rest] = inventedTasks();
    if (first === undefined) throw new TypeError("no task");
    const base = inventedReport();
    const html = renderReport({
      ...base,
      site: evil,
      evaluation: inventedEvaluation([{ ...first, title: evil, attrition: { [evil]: 3 } }, ...rest]),
      codeNames: new Map([["LOINC/1-1", evil]]),
      outcomes: base.outcomes.map((outcome) => ({ ...outcome, title: evil })),
      coverage: Object.fromEntries(
        Object.entries(base.coverage ?? {}).map(([split, of]) => [
          split,
          {
            ...of,
            systems: of.systems.map((row) => ({ ...row, system: row.system === "all" ? "all" : evil })),
          },
        ]),
      ),
      ingest:
        base.ingest === null
          ? null
          : { ...base.ingest, tally: [{ fate: "kept", reason: evil, source: evil, count: 1 }] },
    });
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x");
    expect(faultsOf(html)).toEqual([]);
  });
});

describe("the verdict", () => {
  test("is told in one paragraph with counts and the means", () => {
    expect(text).toContain("Measured on 1,307 people whom it had never seen");
    expect(text).toContain("in 1 of 3 tasks");
    expect(text).toContain("1 more task has too few onsets to judge");
    expect(text).toContain("0.780 (0.765 to 0.795)");
  });

  test("stands as a word beside its mark for every task", () => {
    for (const task of inventedTasks()) {
      expect(page).toContain(`id="${taskId(task)}"`);
      expect(text).toContain(task.title);
    }
    for (const verdict of ["better", "worse", "not distinguishable", "too few to judge"]) {
      expect(page).toContain(`${verdict}</span>`);
    }
  });

  test("too few to judge is a state of its own, without figures", () => {
    expect(text).toContain("Too few to judge. 4 onsets within 5 years among 1,200 people");
    expect(text).toContain("this is neither good nor bad");
  });

  test("fewer than twenty onsets are called few", () => {
    expect(text).toContain("Only 14 onsets: the intervals are wide.");
  });
});

describe("calibration", () => {
  const said = (observedToExpected: number) =>
    textOf(
      renderReport(inventedReport({ evaluation: inventedEvaluation([calibratedTask(observedToExpected)]) })),
    );

  test("observed above predicted is called under-estimating", () => {
    expect(said(1.4)).toContain("Observed above predicted: under-estimates risk");
  });

  test("observed below predicted is called over-estimating", () => {
    expect(said(0.6)).toContain("Observed below predicted: over-estimates risk");
  });

  test("an interval that holds one is called agreement", () => {
    expect(said(1.02)).toContain("Observed and predicted agree");
  });

  test("the side above the diagonal is the under-estimating one", () => {
    const [square] = page.match(/<svg class="square"[^>]*aria-label="Calibration[\s\S]*?<\/svg>/) ?? [""];
    const height = (side: string) => Number(square.match(new RegExp(`y="(\\d+)">${side}`))?.[1]);
    expect(height("under-estimates")).toBeLessThan(height("over-estimates"));
  });
});

describe("parts", () => {
  test("that a validation does not have are said to be missing, with the reason", () => {
    const html = renderReport(
      inventedReport({
        measured: "elsewhere",
        training: null,
        coverage: null,
        example: null,
        ingest: null,
        forecast: null,
      }),
    );
    const shown = textOf(html);
    expect(shown).toContain("validated on records from elsewhere");
    expect(shown).toContain("A validation trains nothing");
    for (const missing of [
      "No token coverage.",
      "No example.",
      "No comparison.",
      "No account of the records.",
    ]) {
      expect(shown).toContain(missing);
    }
    expect(faultsOf(html)).toEqual([]);
  });

  test("warn when a validation measures people whom the site may have learned from", () => {
    const shown = (knownPersons: number) =>
      textOf(renderReport(inventedReport({ measured: "elsewhere", knownPersons })));
    expect(shown(12)).toContain("12 of the 1,307 people carry an identifier");
    expect(shown(0)).not.toContain("Perhaps no validation");
  });

  test("show direct reading beside simulation on the same people", () => {
    const both = inventedEvaluation();
    const simulated = {
      ...both,
      persons: 20,
      baselines: ["cox"],
      tasks: both.tasks.map((task) => ({ ...task, verdictAgainst: null })),
    };
    expect(textOf(renderReport(inventedReport({ simulated })))).toContain("n = 20 people with both");
  });

  test("name a copied code that is still in use as a warning", () => {
    expect(text).toContain("Warning: 1 pair of codes carry the same values");
  });

  test("say what the example person is not at risk of, and how futures end", () => {
    expect(text).toContain("Not asked, because already in the record: diabetes");
    expect(text).toContain("1 of 2 simulated futures hold a new onset or death within 2 years");
  });

  test("mark the epoch whose weights were kept", () => {
    expect(text).toContain("Tuning loss was lowest after epoch 2 of 3; those weights are kept");
  });
});

describe("colours", () => {
  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  /** Relative luminance of WCAG 2.2. */
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) =>
      channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  test.each([
    ["light", LIGHT],
    ["dark", DARK],
  ])("%s text reaches a contrast of 4.5 and marks of 3", (_, tokens) => {
    for (const ground of [tokens.paper, tokens.wash, tokens["main-wash"]]) {
      for (const name of TEXT_TOKENS) expect(contrast(tokens[name], ground)).toBeGreaterThanOrEqual(4.5);
      for (const name of MARK_TOKENS) expect(contrast(tokens[name], ground)).toBeGreaterThanOrEqual(3);
    }
  });
});
