/** Every language says everything that English says, with the same values in it, and nothing is translated that no screen says. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_GATES } from "../../src/governance/gates/gate.ts";
import { VERDICT_WORDS } from "../../src/governance/gates/verdict.ts";
import { STAGES } from "../../src/governance/statements/statement.ts";
import { OVERRIDE_REASONS } from "../../src/serving/cds/override-reasons.ts";
import { RULES } from "../../src/serving/monitor/monitor-config.ts";
import { SERVED_STAGES } from "../../src/serving/stages/effective-stage.ts";
import { SPECIALTIES } from "../../src/serving/workspace/patient/specialties.table.ts";

/** Where the server makes the sentences of `server.json`. */
const SAYING = [
  "src/serving/answers/abstain.ts",
  "src/serving/answers/compute-answer.ts",
  "src/serving/answers/forecast-request.ts",
  "src/serving/workspace/home-answer.ts",
];
const LANGUAGES = resolve("web/languages");
const SOURCES = resolve("web/src");

/** Area → key → text. */
type Language = Record<string, Record<string, string>>;

async function readLanguage(code: string): Promise<Language> {
  const language: Language = {};
  for (const file of await readdir(join(LANGUAGES, code)))
    language[file.replace(".json", "")] = JSON.parse(await readFile(join(LANGUAGES, code, file), "utf8"));
  return language;
}

/** `{count} years` → `count`, without order or number. */
const valuesIn = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort().join(", ");

/** What a language lacks of English, has beside it, or fills with other values; units and commands that are written otherwise. */
function faultsOf(own: Language, english: Language): string[] {
  const faults: string[] = [];
  for (const [area, table] of Object.entries(english)) {
    if (own[area] === undefined) {
      faults.push(`${area}.json is missing`);
      continue;
    }
    for (const [key, text] of Object.entries(table)) {
      const said = own[area][key];
      if (said === undefined || said.trim() === "") faults.push(`${area}.json lacks ${key}`);
      else if (valuesIn(said) !== valuesIn(text))
        faults.push(`${area}.json ${key} has ${valuesIn(said)}, not ${valuesIn(text)}`);
    }
    for (const key of Object.keys(own[area]))
      if (table[key] === undefined) faults.push(`${area}.json has ${key}, which English lacks`);
  }
  for (const area of Object.keys(own))
    if (english[area] === undefined) faults.push(`${area}.json is of no area`);
  return faults;
}

/** Each source of the workspace by its path. */
async function readSources(): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const name of await readdir(SOURCES, { recursive: true }))
    if (/\.tsx?$/.test(name)) sources.set(join(SOURCES, name), await readFile(join(SOURCES, name), "utf8"));
  return sources;
}

/**
 * Keys that no source says: neither as it stands nor as `part.${what}`, in a folder of which a file uses the area, or in the answers
 * of the server that such a file reads. `.one` goes with its plural.
 */
async function unusedKeys(english: Language, sources: ReadonlyMap<string, string>): Promise<string[]> {
  const unused: string[] = [];
  for (const [area, table] of Object.entries(english)) {
    // Held to what the server says, above.
    if (area === "server" || area === "codes") continue;
    const folders = new Set(
      [...sources]
        .filter(([, text]) => text.includes(`languages/en/${area}.json`))
        .map(([path]) => dirname(path)),
    );
    const own = [...sources].filter(
      ([path]) => folders.has(dirname(path)) || (area === "screens" && path.endsWith("/route.ts")),
    );
    const text = own.map(([, source]) => source).join("\n") + (await answersRead(own));
    const said = new Set(
      [...text.matchAll(/"([^"\n]*)"|(?<=[{,]\s*)(\w+):/g)].map(([, quoted, name]) => quoted ?? name),
    );
    const begins = [...text.matchAll(/`([\w. -]+)\$\{/g)].map(([, part]) => part as string);
    const ends = [...text.matchAll(/\}([\w. -]+)`/g)].map(([, part]) => part as string);
    for (const key of Object.keys(table)) {
      const base = key.replace(/\.one$/, "");
      const made = begins.some((part) => base.startsWith(part)) || ends.some((part) => base.endsWith(part));
      if (!said.has(base) && !made) unused.push(`${area}.json ${key}`);
    }
  }
  return unused;
}

/** What these files import of the server, and what that imports within two steps. */
async function answersRead(own: readonly (readonly [path: string, text: string])[]): Promise<string> {
  const read = new Map<string, string>();
  let asked = own;
  for (let step = 0; step < 3; step++) {
    const paths = asked.flatMap(([path, text]) =>
      [...text.matchAll(/from "(\.[^"]+\.ts)"/g)]
        .map(([, to]) => resolve(dirname(path), to as string))
        .filter((to) => !to.startsWith(SOURCES) && !read.has(to)),
    );
    asked = await Promise.all(
      [...new Set(paths)].map(async (path) => [path, await readFile(path, "utf8")] as const),
    );
    for (const [path, text] of asked) read.set(path, text);
  }
  return [...read.values()].join("\n");
}

test("every language has every file and every key of English, with the same values in its words, and no others", async () => {
  const english = await readLanguage("en");
  const codes = (await readdir(LANGUAGES)).filter((code) => code !== "en");
  expect(codes).toContain("es");
  for (const code of codes) expect([code, faultsOf(await readLanguage(code), english)]).toEqual([code, []]);
});

test("a key, a file or a value that is taken out or added is told", async () => {
  const english = await readLanguage("en");
  const changed = (change: (own: Language) => void) => {
    const own = structuredClone(english);
    change(own);
    return faultsOf(own, english);
  };
  expect(changed(() => {})).toEqual([]);
  expect(changed(({ patient }) => delete patient?.agree)).toEqual(["patient.json lacks agree"]);
  expect(changed((own) => delete own.charts)).toEqual(["charts.json is missing"]);
  expect(changed(({ charts }) => Object.assign(charts ?? {}, { more: "More" }))).toEqual([
    "charts.json has more, which English lacks",
  ]);
  expect(changed(({ patient }) => Object.assign(patient ?? {}, { born: "Born {when}" }))).toEqual([
    "patient.json born has when, not ",
  ]);
});

test("sentences of the server are translated by the words that it says, and every code of it has a name", async () => {
  const english = await readLanguage("en");
  const said = (await Promise.all(SAYING.map((path) => readFile(path, "utf8")))).join("\n");
  const unsaid = Object.values(english.server ?? {})
    .flatMap((text) => text.split(/\{\w+\}|: /))
    .filter((part) => !said.includes(part));
  expect(unsaid).toEqual([]);
  const codes = {
    // What a forecast of a sandbox has, and a task that was not measured.
    stage: [...STAGES, ...SERVED_STAGES, "sandbox"],
    verdict: [...VERDICT_WORDS, "not measured"],
    reason: OVERRIDE_REASONS.map(({ code }) => code),
    rule: RULES,
    specialty: SPECIALTIES,
    gate: DEFAULT_GATES.gates.map(({ id }) => id),
  };
  const names = Object.entries(codes).flatMap(([kind, all]) => all.map((code) => `${kind}.${code}`));
  const named = Object.keys(english.codes ?? {}).filter((key) => !/^(sex|model)\./.test(key));
  expect([...new Set(names)].sort()).toEqual(named.sort());
});

test("no translation file has words that no screen says", async () => {
  const english = await readLanguage("en");
  const sources = await readSources();
  expect(await unusedKeys(english, sources)).toEqual([]);
  const more = { ...english, charts: { ...english.charts, never: "Never" } };
  expect(await unusedKeys(more, sources)).toEqual(["charts.json never"]);
});
