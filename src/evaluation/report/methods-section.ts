/** How the figures are defined and what they do not say. */
import { type Markup, markup } from "../../drawing/markup.ts";
import { count } from "../../drawing/number-text.ts";
import { designText } from "../design/evaluation-design.ts";
import type { ReportInput } from "./report-input.ts";

export function methodsSection({ evaluation, measured, simulated }: ReportInput): Markup {
  const { bootstrap, recordLengthStrata } = evaluation;
  const hasTrees = evaluation.tasks.some(({ models }) => models.longitudeDecoder !== undefined);
  return markup`<div class="columns uneven"><div><h3>How the figures are defined</h3><dl class="definitions">
<dt>New onset</dt><dd>Only people without the outcome in their record before the prediction time are asked, and only the first onset counts. Nothing after the prediction time is an input, and nothing that was not yet available at it.</dd>
<dt>C-index</dt><dd>Of all pairs of people in which one is known to have the onset earlier, the share in which that person had the higher predicted risk (Harrell). Over all follow-up, cause-specific: a death without onset censors. The main ranking figure, because it needs no horizon and no guess about people who leave.</dd>
<dt>AUROC by IPCW</dt><dd>Onset by the horizon against none by then (alive, or dead without onset). People censored before the horizon count through those still observed, weighted by the inverse of their probability of being still observed (Kaplan–Meier of censoring).</dd>
<dt>AUROC, complete case</dt><dd>The same with people censored before the horizon left out. It rewards guessing who can be followed; it stands here because others report it.</dd>
<dt>AUROC in strata</dt><dd>Complete case, comparing only people whose record before the prediction time is about equally long (${recordLengthStrata} strata). What length of record alone can tell is taken away.</dd>
<dt>Calibration</dt><dd>People in tenths of predicted risk; in each the mean prediction against the Aalen–Johansen incidence at the horizon, with death competing. O:E is that incidence over the mean prediction for everybody: above 1 the model under-estimates, below 1 it over-estimates. Slope and intercept come from a logistic recalibration, 1 and 0 when right.</dd>
<dt>Intervals</dt><dd>95\u00a0%, percentile bootstrap: ${count(bootstrap.resamples)} resamples of whole people, seed ${bootstrap.seed}, the same for every model, task and difference, with censoring weights and incidence estimated anew in each. They hold the chance of who was measured, not of how training went.</dd>
<dt>Verdict</dt><dd>By the paired interval of the difference in C-index from the strongest baseline of the task: better when all of it is above zero, worse when all of it is below, else not distinguishable. No correction for the number of tasks.</dd>
${hasTrees && markup`<dt>Longitude</dt><dd>The mean, on the log scale, of two hazards: that of the decoder, which reads the sequence of events, and that of boosted trees, which read features of the record. Each stands in the tables by itself too: “decoder alone” and “boosted hazards”.</dd>`}
<dt>Baselines</dt><dd>Age and sex; ridge logistic regression, ridge Cox with death competing, boosted trees and boosted person-year hazards on last, mean and count of every code; tuned on development people, on the same splits.</dd>
${simulated !== null && markup`<dt>Simulated futures</dt><dd>Draws from the next-event head with one shared history; the risk is estimated from conditional outcome probabilities along the draws (SCOPE), not by counting futures. The shares in the picture of one person are counts.</dd>`}
</dl></div><div><h3>Limits</h3><ul class="limits">
<li><strong>Not for clinical use.</strong> These figures say how a model ranks and calibrates in one set of records. No decision about a patient may rest on them.</li>
<li>In the example cohort of Olmsted County the index dates are invented, so that no calendar period can be given: only times between events carry meaning.</li>
<li>There too, record before the index date and follow-up after it never exceed 22.8 years together. Where record length before the prediction time and follow-up after it are bounded together like this, a long record means short follow-up. A complete-case AUROC far ahead then rewards guessing who can be followed. Read the C-index, the incidence-based calibration and the strata instead.</li>
<li>Everybody is alive at the prediction time. A measurement that exists only above a threshold (FIB-4 above 2.67 in the example cohort), or a number of measurements that depends on who was sampled as a case, can tell the model about the sampling rather than about health.</li>
<li>Few onsets make wide intervals; “too few to judge” is a state of its own and says nothing for or against a model.</li>
<li>${
    measured === "held out"
      ? `Measured were ${designText(evaluation.design)}. How the model does elsewhere is a question for a validation on other records.`
      : "Nothing was learned from these records: vocabulary, bins, weights, baselines and calibration are the site's own."
  }</li>
</ul></div></div>`;
}
