/**
 * Every screen with its states and how each comes about: by the real server's own answer, by that answer changed, or as the test
 * of a screen shows it. A screen of the router without a row fails the tests of the project.
 */
import type { PersonRole } from "../../../src/serving/identity/roles.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of every route, changed
type Change = (answer: any) => unknown;

/** The screen has no such state; and why not. */
interface Never {
  readonly never: string;
}
/** A test of the screen's own brings it about, with real files. */
interface ShownIn {
  readonly shownIn: string;
}
/** What the screen asks \u2192 how the server's answer is changed; nothing is changed where it is empty. */
type Changes = Readonly<Record<string, Change>>;

export interface ScreenRow {
  /** As the router has it. */
  readonly path: string;
  readonly as: PersonRole;
  /** Of the sandbox's first person; the screen's first question, which can stay without an answer or be refused. */
  readonly asks: string | Never;
  /** What else it asks by itself: each may be slow, or fail, while the rest is there. */
  readonly also?: readonly string[];
  /** Somebody whom the server refuses. */
  readonly refused: PersonRole | Never;
  readonly states: Readonly<Record<"empty" | "partial" | "stale" | "suppressed", Changes | Never | ShownIn>>;
}

const never = (why: string): Never => ({ never: why });
const shownIn = (file: string): ShownIn => ({ shownIn: file });
const everybody = never("everybody who is logged in may look");
const oneSource = never("one answer has all of it, or there is none");
const asked = never("it is asked anew whenever it is opened");
const oneRecord = never("it counts nobody: it is of one person");
const countsNobody = never("it shows no figure of people");
const served = never("a server always serves a release");

const words = never("its words are the page's own");

const inShell = shownIn("shell.test.ts");

const PATIENT = "/workspace/patients/$key";
const long = (patient: { predictionTime: string; record: object }) => ({
  ...patient,
  record: { ...patient.record, daysSinceLast: 800 },
});
const missing = (patient: { record: object }) => ({
  ...patient,
  record: { ...patient.record, missing: [{ code: "LOINC/1-8", text: "Something" }] },
});
const withheld = (answer: object) => ({ ...answer, forecasts: [], withheld: "the release is stopped" });
const records = { id: "r".repeat(64), readAt: "2020-01-01T00:00:00.000Z", account: null };
const tokens = { id: "t".repeat(64), madeAt: "2020-01-01T00:00:00.000Z", ofNewest: true };
const ofUnit = { "/workspace/units": () => ({ examples: false, units: ["ward-a"] }) };
const shownLong = (list: { tasks: object[] }) => ({
  ...list,
  at: "2020-01-01T00:00:00.000Z",
  more: true,
  rows: Array.from({ length: 30 }, (_, i) => ({
    ...{ key: `${i}`.padStart(32, "a"), name: null, ageYears: 60, sex: "female" },
    ...{ at: "2020-01-01T00:00:00.000Z", risk: 0.2, low: 0.1, high: 0.3, why: null },
    ...{ daysSinceLast: 3, said: null },
  })),
});
const density = {
  ...{ columns: ["2020"], years: [2020], year: null },
  domains: [{ domain: "conditions", events: [null] }],
};

export const SCREEN_STATES: readonly ScreenRow[] = [
  {
    ...{ path: "/", as: "clinician", asks: "/workspace/site", refused: everybody },
    also: ["/workspace/home"],
    states: { empty: served, partial: oneSource, stale: asked, suppressed: countsNobody },
  },
  {
    ...{ path: "/gallery", as: "clinician", asks: never("it shows every state itself"), refused: everybody },
    states: { empty: inShell, partial: inShell, stale: inShell, suppressed: inShell },
  },
  {
    ...{ path: "/help", as: "clinician", asks: never("its words are the page's own"), refused: everybody },
    states: { empty: words, partial: words, stale: words, suppressed: words },
  },
  {
    ...{ path: "/worklist", as: "clinician", asks: "/workspace/units", refused: "reviewer" },
    states: {
      empty: ofUnit,
      partial: { ...ofUnit, "/workspace/units/list": shownLong },
      stale: { ...ofUnit, "/workspace/units/list": shownLong },
      suppressed: oneRecord,
    },
  },
  {
    ...{ path: "/patients/$key", as: "clinician", asks: PATIENT, refused: "reviewer" },
    also: [`${PATIENT}/past`, `${PATIENT}/futures`],
    states: {
      empty: { [PATIENT]: withheld },
      ...{ partial: { [PATIENT]: missing }, stale: { [PATIENT]: long }, suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/patient", as: "clinician", asks: "/workspace/patients/launch", refused: "clinician" },
    states: {
      ...{
        empty: shownIn("launch.test.ts"),
        partial: shownIn("patient.test.ts"),
        stale: shownIn("patient.test.ts"),
      },
      suppressed: oneRecord,
    },
  },
  {
    ...{ path: "/patients/$key/team", as: "clinician", asks: `${PATIENT}/team`, refused: "reviewer" },
    states: {
      empty: { [`${PATIENT}/team`]: (team) => ({ ...team, fields: [], meetings: [] }) },
      ...{ partial: oneSource, stale: asked, suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/patients/$key/plain", as: "clinician", asks: PATIENT, refused: "reviewer" },
    states: {
      empty: never("it says in plain words that there is nothing to say"),
      ...{ partial: oneSource, stale: asked, suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/patients/$key/tokens", as: "clinician", asks: `${PATIENT}/tokens`, refused: "reviewer" },
    states: {
      empty: { [`${PATIENT}/tokens`]: (of) => ({ ...of, tokens: of.tokens.slice(0, 1) }) },
      partial: { [`${PATIENT}/tokens`]: (of) => ({ ...of, leftOut: { "never an input": 2 } }) },
      ...{ stale: asked, suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/sandbox", as: "clinician", asks: "/workspace/worklist", refused: "reviewer" },
    states: {
      empty: { "/workspace/worklist": (list) => ({ ...list, rows: [] }) },
      ...{ partial: oneSource, stale: asked, suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/evidence", as: "analyst", asks: "/workspace/evidence", refused: everybody },
    also: ["/workspace/evidence/task"],
    states: {
      empty: { "/workspace/evidence": (of) => ({ ...of, audits: [] }) },
      partial: { "/workspace/evidence/task": (of) => ({ ...of, closer: null }) },
      stale: { "/workspace/evidence": (of) => ({ ...of, stale: true }) },
      suppressed: { "/workspace/evidence/task": (of) => ({ ...of, n: null, figures: null, closer: null }) },
    },
  },
  {
    ...{ path: "/errors", as: "clinician", asks: "/workspace/evidence", refused: "analyst" },
    also: ["/workspace/errors"],
    states: {
      empty: {},
      ...{
        partial: shownIn("errors.test.ts"),
        stale: asked,
        suppressed: never("few tags are told as few, in their place"),
      },
    },
  },
  {
    ...{ path: "/errors/$key", as: "clinician", asks: "/workspace/errors/open", refused: "analyst" },
    states: {
      ...{ empty: never("only persons with a record are listed"), partial: oneSource },
      ...{ stale: never("it is the record that was forecast from"), suppressed: oneRecord },
    },
  },
  {
    ...{ path: "/release", as: "administrator", asks: "/workspace/release", refused: "clinician" },
    also: ["/workspace/release/signing", "/workspace/release/audit"],
    states: {
      empty: {
        "/workspace/release": (of) => ({ ...of, releases: [], verdict: { ...of.verdict, tasks: [] } }),
      },
      partial: {
        "/workspace/release": (of) => ({ ...of, next: { release: "rel-next", failed: "RELEASE_DAMAGED" } }),
      },
      stale: { "/workspace/release": (of) => ({ ...of, stale: true }) },
      suppressed: countsNobody,
    },
  },
  {
    ...{ path: "/card", as: "auditor", asks: "/workspace/release/card", refused: "clinician" },
    states: {
      empty: { "/workspace/release/card": (card) => ({ ...card, checklist: [] }) },
      ...{ partial: never("what is missing stands in its row"), stale: asked, suppressed: countsNobody },
    },
  },
  {
    ...{ path: "/audit", as: "auditor", asks: "/workspace/audit", refused: "clinician" },
    states: {
      empty: { "/workspace/audit": () => ({ entries: [], next: null }) },
      ...{ partial: oneSource, stale: asked, suppressed: countsNobody },
    },
  },
  {
    ...{ path: "/monitoring", as: "analyst", asks: "/workspace/monitoring", refused: "clinician" },
    states: {
      empty: {},
      partial: shownIn("monitoring.test.ts"),
      stale: { "/workspace/monitoring": (of) => ({ ...of, stale: true }) },
      suppressed: {
        "/workspace/monitoring": (of) => ({
          ...of,
          feedback: { accepted: 2, share: null, overridden: [] },
        }),
      },
    },
  },
  {
    ...{ path: "/quality", as: "analyst", asks: "/workspace/quality", refused: "clinician" },
    states: {
      empty: {},
      partial: { "/workspace/quality": (of) => ({ ...of, records: { ...records, old: false } }) },
      stale: { "/workspace/quality": (of) => ({ ...of, records: { ...records, old: true } }) },
      suppressed: { "/workspace/quality": (of) => ({ ...of, records: { ...records, old: false }, density }) },
    },
  },
  {
    ...{ path: "/deidentification", as: "analyst", asks: "/workspace/privacy", refused: "clinician" },
    states: {
      empty: {},
      partial: { "/workspace/privacy": (of) => ({ ...of, deidentified: true }) },
      ...{
        stale: shownIn("deidentification.test.ts"),
        suppressed: never("a small number is told as few, in its place"),
      },
    },
  },
  {
    ...{ path: "/redaction", as: "reviewer", asks: "/workspace/redaction", refused: "clinician" },
    states: { empty: {}, partial: shownIn("redaction.test.ts"), stale: asked, suppressed: countsNobody },
  },
  {
    ...{ path: "/vetting", as: "auditor", asks: "/workspace/vetting", refused: "clinician" },
    states: {
      empty: {},
      partial: { "/workspace/vetting": (of) => ({ ...of, agreement: null }) },
      ...{ stale: asked, suppressed: countsNobody },
    },
  },
  {
    ...{ path: "/runs", as: "analyst", asks: "/workspace/runs", refused: "clinician" },
    also: ["/workspace/plan"],
    states: {
      empty: {},
      ...{ partial: shownIn("runs.test.ts"), stale: asked, suppressed: shownIn("runs.test.ts") },
    },
  },
  {
    ...{ path: "/tokens", as: "analyst", asks: "/workspace/tokens", refused: "clinician" },
    states: {
      empty: {},
      partial: { "/workspace/tokens": (of) => ({ ...of, tokens, splits: [] }) },
      stale: {
        "/workspace/tokens": (of) => ({
          ...of,
          tokens: { ...tokens, ofNewest: false },
          splits: [{ split: "train", vocabulary: 9, figures: null }],
        }),
      },
      suppressed: {
        "/workspace/tokens": (of) => ({
          ...of,
          tokens,
          splits: [{ split: "train", vocabulary: 9, figures: null }],
        }),
      },
    },
  },
  {
    ...{ path: "/lineage", as: "analyst", asks: "/workspace/lineage", refused: "clinician" },
    states: {
      empty: { "/workspace/lineage": (of) => ({ ...of, nodes: of.nodes.slice(0, 1) }) },
      partial: {
        "/workspace/lineage": (of) => ({
          ...of,
          nodes: [
            ...of.nodes,
            {
              ...{ id: "g".repeat(64), kind: "records", step: 1, from: [], what: "artefact" },
              ...{ madeAt: null, codeVersion: null },
            },
          ],
        }),
      },
      stale: { "/workspace/lineage": (of) => ({ ...of, newerRecordsAt: "2026-01-01T00:00:00.000Z" }) },
      suppressed: countsNobody,
    },
  },
];
