/**
 * The report: one HTML file that holds everything it needs, from the evidence and what lies beside it.
 * Invariants: the same input gives the same bytes; all text from data is escaped; a part that is missing is said to be
 * missing, with the reason.
 */

import { emptyState } from "../../drawing/figure.ts";
import { page, type Section } from "../../drawing/page.ts";
import { auditsSection } from "./audits-section.ts";
import { coverageSection } from "./coverage-section.ts";
import { dataSection } from "./data-section.ts";
import { evidenceSection } from "./evidence-section.ts";
import { fiveSection } from "./five-section.ts";
import { learningCurve } from "./learning-curve.ts";
import { methodsSection } from "./methods-section.ts";
import { patientSection } from "./patient-section.ts";
import type { ReportInput } from "./report-input.ts";
import { reproductionSection } from "./reproduction-section.ts";
import { simulationSection } from "./simulation-section.ts";
import { tasksSection } from "./tasks-section.ts";
import { meanFigure, verdictSection } from "./verdict-section.ts";
import { vettingSection } from "./vetting-section.ts";

export function renderReport(input: ReportInput): string {
  const { training, coverage, measured } = input;
  const sections: Section[] = [
    { id: "models", title: "All models", content: meanFigure(input.evaluation) },
    { id: "data", title: "Data and attrition", content: dataSection(input) },
    { id: "tokens", title: "Token coverage", content: coverageSection(input) },
    {
      id: "training",
      title: "Learning curve",
      content:
        training === null
          ? emptyState(
              "No learning curve.",
              measured === "elsewhere"
                ? "A validation trains nothing; the curve is in the report of the site itself."
                : "The training record of this model is not at hand.",
            )
          : learningCurve(training, coverage?.tuning?.persons ?? null),
    },
    { id: "tasks", title: "Tasks", content: tasksSection(input) },
    { id: "evidence", title: "Decisions, calibration and groups", content: evidenceSection(input.evidence) },
    { id: "five", title: "Five questions", content: fiveSection(input) },
    { id: "audits", title: "Audits", content: auditsSection(input.audits) },
    { id: "simulation", title: "Direct reading beside simulation", content: simulationSection(input) },
    { id: "patient", title: "One person", content: patientSection(input) },
    { id: "definitions", title: "Definitions", content: vettingSection(input) },
    { id: "methods", title: "Methods and limits", content: methodsSection(input) },
    { id: "reproduction", title: "Reproduction", content: reproductionSection(input) },
  ];
  const title = measured === "held out" ? `Evidence: ${input.site}` : `Validation: ${input.site}`;
  return page(title, verdictSection(input), sections);
}
