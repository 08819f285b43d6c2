/**
 * Runs damaged inputs one after the other: `fuzz-worker FIRST COUNT WORK`. Before each it prints its number, so that
 * whoever watches knows which one hung or crashed. What ends in anything but a registered error is printed too.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemEffects } from "../src/effects/effects.ts";
import { createRandom, type Random } from "../src/effects/random.ts";
import { LongitudeError } from "../src/errors/longitude-error.ts";
import { parseMapping } from "../src/ingest/csv/mapping.ts";
import { DEFAULT_CODE_ORDER } from "../src/ingest/fhir/code-system.ts";
import { ResourceParser } from "../src/ingest/fhir/parse-resource.ts";
import { readFhirDocument, readFhirLines } from "../src/ingest/fhir/read-fhir.ts";
import { emptyFindings } from "../src/ingest/findings.ts";
import { judgeMessage } from "../src/ingest/hl7v2/judge-message.ts";
import { MllpDecoder } from "../src/ingest/hl7v2/mllp-frames.ts";
import { ingest } from "../src/ingest/ingest.ts";
import { SiteClock } from "../src/ingest/site-clock.ts";
import { StagingSink } from "../src/ingest/staging-sink.ts";
import { mutateBytes } from "./mutate-bytes.ts";

const CASES = join(import.meta.dirname, "../test/cases");
const [first = "0", count = "1", work = ""] = process.argv.slice(2);

const cases = readdirSync(CASES).filter(
  (name) =>
    name.startsWith("ingest-") && statSync(join(CASES, name, "in"), { throwIfNoEntry: false })?.isDirectory(),
);
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const all = cases.flatMap((name) => filesOf(join(CASES, name, "in")));
const [json, hl7, mappings] = [/\.(ndjson|json)$/, /\.(hl7|txt)$/, /\.ya?ml$/].map((kind) =>
  all.filter((file) => kind.test(file)).map((file) => readFileSync(file)),
) as [Buffer[], Buffer[], Buffer[]];

const anyOf = <T>(list: readonly T[], random: Random): T => list[random.integer(list.length)]!;

/** Parsers alone: thousands of inputs a minute. */
const PARSERS: Readonly<Record<string, (random: Random) => void>> = {
  fhir: (random) => {
    const bytes = new Uint8Array(mutateBytes(anyOf(json, random), random));
    const context = {
      ...emptyFindings(),
      staging: new StagingSink(),
      groupIdentifier: null,
      unitAliases: {},
      codeOrder: DEFAULT_CODE_ORDER,
      clock: new SiteClock(random.next() < 0.5 ? null : "America/Chicago"),
      leaveOutLabels: new Set(["R"]),
      collectIdentifiers: false,
    };
    if (random.next() < 0.7) readFhirLines(bytes, context, new ResourceParser());
    else readFhirDocument(bytes, "the file", context);
    context.staging.take();
  },
  mllp: (random) => {
    const bytes = mutateBytes(anyOf(hl7, random), random);
    const decoder = new MllpDecoder(1 << 16);
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + random.integer(5000);
      for (const frame of decoder.push(bytes.subarray(at, next))) judgeMessage(frame.bytes);
      at = next;
    }
    decoder.end();
    judgeMessage(bytes);
  },
  yaml: (random) => {
    parseMapping(mutateBytes(anyOf(mappings, random), random).toString("utf8"), "mapping.yaml");
  },
};

/** A whole ingest of a case, one or two of its files damaged. */
async function wholeIngest(random: Random): Promise<string> {
  const name = anyOf(cases, random);
  const input = join(work, "in");
  rmSync(input, { recursive: true, force: true });
  cpSync(join(CASES, name, "in"), input, { recursive: true });
  const files = filesOf(input);
  for (let times = 1 + random.integer(2); times > 0 && files.length > 0; times--) {
    const file = anyOf(files, random);
    writeFileSync(file, mutateBytes(readFileSync(file), random));
  }
  const optionsFile = join(CASES, name, "options.json");
  const options: object = statSync(optionsFile, { throwIfNoEntry: false })
    ? (JSON.parse(readFileSync(optionsFile, "utf8")) as object)
    : {};
  const out = join(work, "out");
  rmSync(out, { recursive: true, force: true });
  for await (const _ of ingest({ ...options, input, out, rejectLimit: 1, overwrite: true }, systemEffects));
  return name;
}

/** Of the parsers alone each number runs many. */
const TIMES = 25;

for (let number = Number(first); number < Number(first) + Number(count); number++) {
  const random = createRandom(`fuzz ${number}`);
  const target = anyOf(["fhir", "mllp", "yaml", "ingest", "ingest"], random);
  console.log(JSON.stringify({ number, target }));
  for (let time = 0; time < (target === "ingest" ? 1 : TIMES); time++) {
    try {
      if (target === "ingest") await wholeIngest(random);
      else PARSERS[target]!(random.fork(String(time)));
    } catch (error) {
      if (error instanceof LongitudeError) continue;
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.log(JSON.stringify({ number, target, time, fault: stack.slice(0, 1500) }));
    }
  }
  console.log(JSON.stringify({ number, rssMegabytes: Math.round(process.memoryUsage().rss / 2 ** 20) }));
}
