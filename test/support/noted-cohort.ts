/**
 * A small invented cohort whose notes tell what no code does: who complains has the onset of `DX/k` sooner, if the cohort has
 * the signal. `LAB/x` tells too, as in the small cohort, in both.
 */
import { createRandom, type Random } from "../../src/effects/random.ts";
import type { PatientEvent, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { type TokenizeOptions, tokenize } from "../../src/tokens/tokenize.ts";
import { tokensSchema } from "../../src/tokens/tokens-config.ts";
import { event, memoryStore, smallCohort, smallOutcomes, temporaryFolder } from "./small-cohort.ts";

export const NOTE_CODE = "LOINC/11506-3";

const COMPLAINTS = ["fatigue", "night sweats", "loss of weight", "shortness of breath", "swollen ankles"];
const HAS = ["reports", "complains of", "again has", "has noticed"];
const HAS_NOT = ["denies", "does not report", "has never had", "is free of"];
const FILLERS = [
  "Seen in clinic with spouse.",
  "Medication list reviewed.",
  "Lives at home, independent in daily life.",
  "Vaccinations up to date.",
  "Will return as planned.",
  "Discussed diet and exercise.",
];

export interface NotedOptions {
  /** Whether what the notes say bears upon the onset. */
  readonly signal: boolean;
  readonly seed?: string;
}

export function notedTimelines(persons: number, { signal, seed = "noted cohort" }: NotedOptions): Timeline[] {
  const random = createRandom(seed);
  return Array.from({ length: persons }, (_, i) => {
    const index = 9000 + random.integer(3000);
    const level = random.normal();
    const complains = random.next() < 0.5;
    const follow = 400 + random.integer(2600);
    const risk = 0.5 * level + (signal && complains ? 1.5 : 0);
    const onset = Math.floor(-Math.log(1 - random.next()) * 4000 * Math.exp(-risk)) + 1;
    const dies = random.next() < 0.15;
    const events = [
      event(index - 365.25 * (30 + random.integer(50)), "MEDS_BIRTH"),
      ...Array.from({ length: 1 + random.integer(4) }, () =>
        event(index - random.integer(2000), "LAB/x", 100 + 20 * level + random.normal()),
      ),
      ...Array.from({ length: 1 + random.integer(2) }, () => ({
        ...event(index - random.integer(1000), NOTE_CODE),
        textValue: noteOf(complains, random),
      })),
      event(index, "COHORT/INDEX"),
      ...(onset <= follow ? [event(index + onset, "DX/k")] : []),
      event(index + follow, dies ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ];
    events.sort((a, b) => (a.time as number) - (b.time as number));
    const sex = event(null, random.integer(2) === 0 ? "SEX/F" : "SEX/M");
    return { subjectId: (i + 1) as SubjectKey, events: [sex, ...events] };
  });
}

function noteOf(complains: boolean, random: Random): NonNullable<PatientEvent["textValue"]> {
  const one = (of: readonly string[]) => of[random.integer(of.length)] as string;
  const told = `Patient ${one(complains ? HAS : HAS_NOT)} ${one(COMPLAINTS)}.`;
  return random.shuffle([told, one(FILLERS), one(FILLERS)]).join(" ");
}

/** Tokens of timelines in a new folder, with notes or without. */
export async function notedTokens(
  timelines: readonly Timeline[],
  notes: object | undefined,
  more: Partial<TokenizeOptions> = {},
): Promise<string> {
  const out = await temporaryFolder();
  const config = tokensSchema.parse({ minimumEvents: 5, valueBins: 5, notes });
  const running = tokenize({
    store: memoryStore(timelines),
    cohort: smallCohort,
    outcomes: smallOutcomes,
    config,
    seed: 1,
    out,
    ...more,
  });
  for await (const _ of running);
  return out;
}
