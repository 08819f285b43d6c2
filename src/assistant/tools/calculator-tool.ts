/** Scores and rates that a question names, worked out from the record, or what the record lacks for them. */
import { type Calculated, calculate } from "../calculators/calculate.ts";
import type { Calculator } from "../calculators/calculator.ts";
import { CALCULATORS } from "../calculators/calculators.table.ts";
import { namedIn } from "../words.ts";
import type { Asked, Gathered, Tools } from "./tools.ts";

export function calculatorTool(asked: Asked, { timeline }: Tools): Gathered[] {
  return calculatorsNamed(asked.question).map((calculator) =>
    calculation(calculator, calculate(calculator, timeline), asked),
  );
}

/** Those with the longest name in the question: MELD 3.0 is not MELD as well. */
export function calculatorsNamed(question: string): Calculator[] {
  const named = CALCULATORS.flatMap((calculator) => {
    const lengths = calculator.names.filter((name) => namedIn(question, [name])).map((name) => name.length);
    return lengths.length === 0 ? [] : [{ calculator, length: Math.max(...lengths) }];
  });
  const longest = Math.max(0, ...named.map(({ length }) => length));
  return named.filter(({ length }) => length === longest).map(({ calculator }) => calculator);
}

export function calculation(
  { title, source }: Calculator,
  calculated: Calculated,
  { say, register }: Pick<Asked, "say" | "register">,
): Gathered {
  const link = { type: "formula", name: title, source } as const;
  if ("missing" in calculated) {
    const statement = say("calculationLacks", {
      name: within(title),
      missing: calculated.missing.join(say("or")),
    });
    return {
      finding: { kind: "calculation", statements: [statement], link: { ...link, positions: [] } },
      shown: [statement],
    };
  }
  const { value, used } = calculated;
  const statements = [
    say("calculation", { name: within(title), value }),
    ...(register === "clinician"
      ? [
          say("calculatedFrom", {
            name: title,
            inputs: used.map(({ name, shown }) => `${name} ${shown}`).join("; "),
          }),
        ]
      : []),
  ];
  const positions = used.flatMap(({ position }) => (position < 0 ? [] : [position]));
  return { finding: { kind: "calculation", statements, link: { ...link, positions } }, shown: statements };
}

/** As it stands within a sentence: names that are capitals stay. */
function within(title: string): string {
  return /^[A-Z][a-z]/.test(title) && !title.startsWith("Cockcroft")
    ? title[0]!.toLowerCase() + title.slice(1)
    : title;
}
