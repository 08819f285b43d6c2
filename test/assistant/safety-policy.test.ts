import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "../../src/assistant/answer.ts";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { createRandom } from "../../src/effects/random.ts";
import { emptyTools, inventedPatient } from "./invented-patient.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/assistant-safety.md"), "utf8");
const table = guide.slice(guide.indexOf("| asked |"), guide.indexOf("\n\n- **Signs of danger"));
const rows = [...table.matchAll(/^\| (.+?) \| `?(.+?)`? \|$/gm)]
  .slice(1)
  .map(([, asked, by]) => [asked!, by!]);
const tools = emptyTools(inventedPatient(createRandom("policy")).timeline);

function answeredBy({ urgent, status, supports }: Answer): string {
  const [first] = supports;
  if (urgent !== null) return urgent.flag;
  if (first?.link.type === "policy") return first.link.name;
  return status === "cannot-answer" ? "cannot answer" : "tools";
}

test("the guide's table has every kind of danger and of refusal", () => {
  expect(new Set(rows.map(([, by]) => by)).size).toBe(13);
});

test.each(rows)(
  "%s is answered by %s, as the guide says, to clinicians and patients alike",
  async (asked, by) => {
    for (const register of ["patient", "clinician"] as const)
      expect(answeredBy(await answerQuestion(asked!, register, tools))).toBe(by);
  },
);
