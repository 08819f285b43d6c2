/** The quick parser of resources is the plain one, without what nobody reads. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CODE_ORDER } from "../../src/ingest/fhir/code-system.ts";
import { ResourceParser, UNREAD_FIELDS } from "../../src/ingest/fhir/parse-resource.ts";
import { readResource } from "../../src/ingest/fhir/read-resource.ts";
import { skipValue } from "../../src/ingest/fhir/skip-json.ts";
import { emptyFindings } from "../../src/ingest/findings.ts";
import { SiteClock } from "../../src/ingest/site-clock.ts";
import { StagingSink } from "../../src/ingest/staging-sink.ts";

const CASES = join(import.meta.dirname, "../cases");

function sourceOf(bytes: Buffer) {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function plainly(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function withoutUnread(json: unknown): unknown {
  return Object.fromEntries(Object.entries(json as object).filter(([name]) => !UNREAD_FIELDS.has(name)));
}

const name = fc.constantFrom(
  "id",
  "code",
  "text",
  "status",
  "note",
  "valueQuantity",
  "meta",
  "a b",
  "__proto__",
);
const blank = fc.constantFrom("", "", "", " ", "\t", "\r");
const resource = fc
  .array(fc.tuple(name, fc.jsonValue({ maxDepth: 4 }), blank, blank), { minLength: 1, maxLength: 7 })
  .map((fields) => {
    const written = fields.map(
      ([key, value, before, after]) =>
        `${before}${JSON.stringify(key)}${after}:${before}${JSON.stringify(value)}${after}`,
    );
    return Buffer.from(`{${written.join(",")}}`);
  });

/** Lines of the FHIR cases, each a resource. */
const REAL = readdirSync(CASES)
  .filter((folder) => folder.startsWith("ingest-fhir") || folder === "ingest-synthea")
  .map((folder) => join(CASES, folder, "in"))
  .flatMap((folder) =>
    statSync(folder).isDirectory() ? readdirSync(folder).map((file) => join(folder, file)) : [],
  )
  .filter((file) => file.endsWith(".ndjson"))
  .flatMap((file) => readFileSync(file, "utf8").split("\n"))
  .filter((line) => line.trim() !== "")
  .map((line) => Buffer.from(line.trim()));

describe("the quick parser", () => {
  it("gives what JSON.parse gives, but for unread fields, in any order of lines", () => {
    const parser = new ResourceParser();
    fc.assert(
      fc.property(fc.array(resource, { minLength: 1, maxLength: 4 }), (lines) => {
        for (const bytes of [...lines, ...lines]) {
          const found = parser.parse(sourceOf(bytes), 0, bytes.length);
          const plain = plainly(bytes);
          if (found !== null) expect(found).toEqual(withoutUnread(plain));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("takes no line that JSON.parse refuses, and every real one, whatever byte of it is changed or cut off", () => {
    const parser = new ResourceParser();
    expect(REAL.length).toBeGreaterThan(50);
    const damage = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean());
    fc.assert(
      fc.property(fc.constantFrom(...REAL), damage, (line, [from, place, byte, cut]) => {
        const bytes = Buffer.from(line);
        if (cut) bytes.fill(10, from % bytes.length);
        else bytes[place % bytes.length] = byte;
        const end = cut ? from % bytes.length : bytes.length;
        const plain = plainly(bytes.subarray(0, end));
        const found = parser.parse(sourceOf(bytes), 0, end);
        if (plain === undefined) expect(found).toBeNull();
        else if (found !== null) expect(found).toEqual(withoutUnread(plain));
      }),
      { numRuns: 3000 },
    );
  });

  it("steps over a value exactly where JSON.parse takes it", () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 5 }),
        fc.nat(),
        fc.integer({ min: 32, max: 126 }),
        (text, place, byte) => {
          const bytes = Buffer.from(text);
          expect(skipValue(sourceOf(bytes), 0, bytes.length)).toBe(bytes.length);
          bytes[place % bytes.length] = byte;
          const stepped = skipValue(sourceOf(bytes), 0, bytes.length) === bytes.length;
          expect(stepped).toBe(plainly(bytes) !== undefined && bytes[0] !== 32 && bytes.at(-1) !== 32);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("leaves out no field that a reader looks at", () => {
    const looked = new Set<string>();
    const watch = (json: object): object =>
      new Proxy(json, {
        get: (target, key) => {
          if (typeof key === "string") looked.add(key);
          return Reflect.get(target, key);
        },
      });
    const context = {
      ...emptyFindings(),
      staging: new StagingSink(),
      groupIdentifier: null,
      unitAliases: {},
      codeOrder: DEFAULT_CODE_ORDER,
      clock: new SiteClock(null),
      leaveOutLabels: new Set(["R"]),
      collectIdentifiers: false,
      bundle: new Map<string, string>(),
    };
    for (const line of REAL) {
      const json = plainly(line);
      if (typeof json === "object" && json !== null) readResource(watch(json), null, context);
    }
    expect(looked).toContain("code");
    expect([...looked].filter((field) => UNREAD_FIELDS.has(field))).toEqual([]);
  });
});
