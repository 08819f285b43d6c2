import { describe, expect, it } from "vitest";
import type { Support } from "../../src/assistant/verification/support.ts";
import { readDraft, verifyDraft } from "../../src/assistant/verification/verify-draft.ts";
import { verifySentence } from "../../src/assistant/verification/verify-sentence.ts";

const supports: Support[] = [
  {
    id: "E1",
    kind: "record",
    statements: ["Your last HbA1c was 7.2 % on 2019-03-05."],
    link: { type: "events", events: [] },
  },
  {
    id: "K1",
    kind: "passage",
    statements: [
      "Metformin may lower the risk of diabetes by 31 percent in adults.",
      "Diabetes is a disease with high blood sugar.",
      "Take 5 mg as a child and 10 mg as an adult.",
      "The risk fell from 5 to 3 percent.",
    ],
    link: { type: "passage", id: "1", publisher: "P", title: "T", url: "https://example.org", vetted: true },
  },
  {
    id: "E2",
    kind: "record",
    statements: [
      "Asthma is in your record, first on 2011-01-02 and last on 2019-03-05.",
      "Your record has 2 different values of HDL cholesterol for 2019-03-05: 41 mg/dL and 72 mg/dL.",
    ],
    link: { type: "events", events: [] },
  },
  {
    id: "F1",
    kind: "forecast",
    statements: ["Diabetes type 2, new within 5 years: 12.5 %."],
    link: { type: "forecast", outcome: "diabetes", horizonDays: 1826.25, estimator: "direct" },
  },
];
const byId = new Map(supports.map((one) => [one.id, one]));
const reasonOf = (text: string, ...cites: string[]) => {
  const verdict = verifySentence(text, cites, byId);
  return verdict.supported ? "supported" : verdict.reason;
};

describe("a sentence", () => {
  it.each([
    ["Your last HbA1c was 7.2 % on 2019-03-05.", "E1"],
    ["On March 5, 2019, your last HbA1c was 7.2 percent.", "E1"],
    ["The patient has a last HbA1c of 7.2 %.", "E1"],
    ["Metformin may lower the risk of diabetes by 31 percent in adults.", "K1"],
    ["Diabetes type 2, new within 5 years: 12.5 %.", "F1"],
  ])("that its source says is kept: %s", (text, cite) => {
    expect(reasonOf(text, cite)).toBe("supported");
  });

  it.each([
    ["Your last HbA1c was 7.3 % on 2019-03-05.", "E1", "number"],
    ["Your last HbA1c was 7.2 mmol on 2019-03-05.", "E1", "word"],
    ["Your last HbA1c was 7.2 % on 2019-03-06.", "E1", "date"],
    ["Your last HbA1c was 7.2 % on 03/05/2019.", "E1", "date"],
    ["Your last HbA1c was not 7.2 %.", "E1", "negation"],
    ["Your highest HbA1c was 7.2 %.", "E1", "word"],
    ["Metformin lower the risk of diabetes by 31 percent in adults.", "K1", "negation"],
    ["Diabetes may lower the risk of metformin by 31 percent in adults.", "K1", "word"],
    ["You have diabetes.", "K1", "person"],
    ["Insulin may lower the risk of diabetes.", "K1", "word"],
    ["Метформин.", "K1", "word"],
    ["It is so.", "K1", "empty"],
    ["Your last HbA1c was 7.2 %.", "E9", "unknown source"],
    ["Your last HbA1c was 7,2 %.", "E1", "number"],
    ["Your last HbA1c was 7.2² %.", "E1", "word"],
    ["Your left HbA1c was 7.2 %.", "E1", "word"],
    ["Your HbA1c was 7.2 % last.", "E1", "word"],
    ["Metformin may lower the risk of diabetes.", "K1", "part"],
    ["Take 5 mg as an adult.", "K1", "part"],
    ["The risk fell to 5 from 3 percent.", "K1", "part"],
    ["Asthma is in your record, first on 2019-03-05 and last on 2011-01-02.", "E2", "part"],
    ["Asthma is in your record, first on 2019-03-05.", "E2", "part"],
    ["HDL cholesterol: 41 mg/dL.", "E2", "part"],
    ["Diabetes type 2,5 new within 5 years: 12.5 %.", "F1", "number"],
    ["Diabetes type 1, new within 5 years: 12.5 %.", "F1", "number"],
    ["Your last HbA1c was 7.2.", "E1", "number"],
    ["Your last HbA1c will be 7.2 %.", "E1", "negation"],
    ["Your HbA1c is 7.2 %.", "E1", "part"],
  ])("that its source does not say is cut: %s", (text, cite, reason) => {
    expect(reasonOf(text, cite)).toBe(reason);
  });

  it("without a source is cut, and a mark stands for one sentence only", () => {
    const draft = "You have cancer. Your last HbA1c was 7.2 % on 2019-03-05. [E1] Be well.";
    const { kept, cut } = verifyDraft(readDraft(draft), supports);
    expect(kept).toEqual([{ text: "Your last HbA1c was 7.2 % on 2019-03-05.", cites: ["E1"] }]);
    expect(cut).toEqual(["no source", "no source"]);
  });
});

describe("what a record says of a condition or a medicine", () => {
  const NOT_HAVING = [
    ["Family history of", ""],
    ["Screening for", ""],
    ["Allergy to", ""],
    ["Exposure to", ""],
    ["Risk of", ""],
    ["Rule out", ""],
    ["Mother:", ""],
    ["History of", ""],
    ["", "screening"],
    ["", "vaccination"],
  ] as const;
  const TEMPLATES = [
    (name: string) => `${name} is first in your record on 2015-01-02.`,
    (name: string) => `${name} was last recorded on 2015-01-02.`,
    (name: string) => `Your record has 1 entry of ${name}, on 2015-01-02.`,
    (name: string) => `Yes, ${name} is in your record, first on 2015-01-02 and last on 2016-01-02.`,
  ];
  const LIES = [
    (name: string) => `You have ${name}.`,
    (name: string) => `You have had ${name} on 2015-01-02.`,
    (name: string) => `${name} is first in your record on 2015-01-02.`,
    (name: string) => `${name} was last recorded on 2015-01-02.`,
    (name: string) => `Your record has ${name}.`,
    (name: string) => `Your record has 1 entry of ${name}.`,
  ];
  const cases = ["breast cancer", "penicillin", "tuberculosis", "type 2 diabetes"].flatMap((name) =>
    NOT_HAVING.flatMap(([before, after]) =>
      TEMPLATES.flatMap((template) =>
        LIES.map((lie) => ({ statement: template(`${before} ${name} ${after}`.trim()), lie: lie(name) })),
      ),
    ),
  );

  it("does not support that the person has it, where it says something else of it", () => {
    const passed = cases.filter(({ statement, lie }) => supportedBy(statement, lie));
    expect(cases).toHaveLength(960);
    expect(passed).toEqual([]);
  });

  it("does not support another name of a medicine, nor a day that is told from today", () => {
    const medicines = [
      [
        "metformin hydrochloride 500 MG Oral Tablet",
        ["Glucophage", "metformin", "metformin 500 MG", "glipizide"],
      ],
      [
        "lisinopril 10 MG Oral Tablet",
        ["Zestril", "Prinivil 10 MG Oral Tablet", "losartan 10 MG Oral Tablet"],
      ],
      ["Coumadin 5 MG Oral Tablet", ["warfarin 5 MG Oral Tablet", "Coumadin", "Coumadin 50 MG Oral Tablet"]],
      ["acetaminophen 325 MG", ["Tylenol 325 MG", "paracetamol 325 MG", "acetaminophen 325 g"]],
    ] as const;
    const said = [
      (name: string) => `${name} is first in your record on 2015-01-02.`,
      (name: string) => `${name} was last recorded on 2015-01-02.`,
      (name: string) => `Yes, ${name} is in your record, first on 2015-01-02 and last on 2016-01-02.`,
    ];
    const swapped = medicines.flatMap(([name, others]) =>
      others.flatMap((other) => said.map((template) => [template(name), template(other)] as const)),
    );
    const when =
      "last week|this week|yesterday|today|now|currently|recently|two years ago|a year ago|last year|3 months ago|since then|since 2015-01-02|until 2015-01-02|before 2015-01-02|after 2015-01-02|by 2015-01-02|as of 2015-01-02|through 2015-01-02|in 2016|on Monday|at 60|for 5 years|in the last 5 years".split(
        "|",
      );
    const facts = [
      ["Your last HbA1c was 7.2 % on 2015-01-02.", "Your last HbA1c was 7.2 %"],
      ["Diabetes is first in your record on 2015-01-02.", "Diabetes is first in your record"],
      ["Your record has 1 entry of asthma, on 2015-01-02.", "Your record has 1 entry of asthma"],
      [
        "The model's forecast for Stroke within 5 years is 4.2 %.",
        "The model's forecast for Stroke is 4.2 %",
      ],
      ["Last Weight: 80 kg (2015-01-02).", "Last Weight: 80 kg"],
    ] as const;
    const moved = facts.flatMap(([statement, begun]) =>
      when.map((word) => [statement, `${begun} ${word}.`] as const),
    );
    const passed = [...swapped, ...moved].filter(([statement, lie]) => supportedBy(statement, lie));
    expect([swapped.length, moved.length]).toEqual([39, 120]);
    expect(passed).toEqual([]);
    // Names within a sentence and its own words stay sayable.
    expect(
      supportedBy("Your last HbA1c was 7.2 % on 2015-01-02.", "On 2015-01-02 your last HbA1c was 7.2 %."),
    ).toBe(true);
  });

  it("may not have its direction or its choice turned", () => {
    const change = "Your weight changed from 80 kg to 90 kg.";
    expect(supportedBy(change, "The patient's weight has changed from 80 kg to 90 kg.")).toBe(true);
    expect(supportedBy(change, "Your weight changed to 80 kg from 90 kg.")).toBe(false);
    expect(supportedBy("Your record has aspirin and warfarin.", "Your record has aspirin or warfarin.")).toBe(
      false,
    );
  });
});

function supportedBy(statement: string, sentence: string): boolean {
  const support: Support = {
    id: "E1",
    kind: "record",
    statements: [statement],
    link: { type: "events", events: [] },
  };
  return verifySentence(sentence, ["E1"], new Map([["E1", support]])).supported;
}
