import { createPrivateKey } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { siteSchema } from "../../src/cli/site-config.ts";
import { readSiteVetting, requireVetted } from "../../src/cli/site-vetting.ts";
import { parseKnowledge, queryKnowledge } from "../../src/vetting/knowledge/knowledge-statement.ts";
import { outcomesSchema } from "../../src/vetting/outcome-definition.ts";
import { contentHash } from "../../src/vetting/statements/content-hash.ts";
import { readDefinitions, restsOn } from "../../src/vetting/statements/definitions-file.ts";
import { createSigningKey, type Reviewer, readReviewers } from "../../src/vetting/statements/reviewers.ts";
import {
  readStatements,
  signStatement,
  type VettedStatement,
} from "../../src/vetting/statements/vetted-statement.ts";
import { outcomeDefinitions, vettingMarks, vettingOf } from "../../src/vetting/statements/vetting-status.ts";

const pair = createSigningKey();
const key = createPrivateKey(pair.privateKeyPem);
const reviewers: Reviewer[] = [
  { id: "ann", name: "Ann", roles: ["reviewer"], demonstration: false },
  { id: "bob", name: "Bob", roles: ["reviewer"], demonstration: false },
  { id: "cem", name: "Cem", roles: ["signer"], demonstration: false, publicKey: pair.publicKey },
];

function outcomes(change: object = {}) {
  return outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["5y"] }],
    list: [{ name: "stroke", events: { codes: ["ICD10CM/I63*"] }, ...change }],
  });
}
const hashOf = (change: object = {}) => outcomeDefinitions(outcomes(change))[0]?.contentHash ?? "";

function statement(change: Partial<VettedStatement> = {}): VettedStatement {
  return signStatement(
    {
      schema: "longitude.vetted/1",
      kind: "outcome",
      name: "stroke",
      contentHash: hashOf(),
      verdict: "approved",
      vettedAt: "2026-01-01",
      expiresAt: "2027-01-01",
      reviewers: ["ann", "bob"],
      adjudicator: null,
      evidence: ["guideline"],
      dependsOn: [],
      signedBy: "cem",
      ...change,
    },
    key,
  );
}
const status = (statements: VettedStatement[], change: object = {}, today = "2026-06-01") => {
  const current = outcomeDefinitions(outcomes(change));
  return vettingOf(
    current[0] ?? { kind: "outcome", name: "", contentHash: "" },
    current,
    statements,
    reviewers,
    today,
  );
};

describe("the vetting of an outcome", () => {
  it.each([
    ["vetted", "as it was signed", [statement()], {}, "2026-06-01"],
    ["vetted", "on its last day", [statement()], {}, "2027-01-01"],
    ["expired", "on the day after", [statement()], {}, "2027-01-02"],
    ["unvetted", "without a statement", [], {}, "2026-06-01"],
    ["unvetted", "when another outcome was vetted", [statement({ name: "diabetes" })], {}, "2026-06-01"],
    [
      "stale",
      "when its codes were changed since",
      [statement()],
      { events: { codes: ["ICD10CM/I6*"] } },
      "2026-06-01",
    ],
    ["stale", "when its washout was changed since", [statement()], { washout: "1y" }, "2026-06-01"],
    [
      "withdrawn",
      "when its approval was taken back",
      [statement(), statement({ verdict: "withdrawn", vettedAt: "2026-02-01" })],
      {},
      "2026-06-01",
    ],
    [
      "vetted",
      "when it was approved again",
      [statement({ verdict: "withdrawn" }), statement({ vettedAt: "2026-03-01" })],
      {},
      "2026-06-01",
    ],
    [
      "stale",
      "when a definition that it depends on has changed",
      [statement({ dependsOn: [{ kind: "concept set", name: "I63", contentHash: "0".repeat(64) }] })],
      {},
      "2026-06-01",
    ],
  ] as const)("is %s %s", (expected, _when, statements, change, today) => {
    expect(status([...statements], change, today).status).toBe(expected);
  });

  it("does not change with its title, its prediction times or the order of keys", () => {
    const written = hashOf({ title: "Apoplexy", predictionTimes: [{ at: "index+1y", horizons: ["1y"] }] });
    expect(written).toBe(hashOf());
    expect(hashOf({ population: { minAgeYears: 0 }, washout: "ever", gap: "0d" })).toBe(hashOf());
    expect(hashOf({ population: { minAgeYears: 18 } })).not.toBe(hashOf());
  });

  it("is for demonstration only when a demonstration reviewer took part", () => {
    const [ann, bob, cem] = reviewers as [Reviewer, Reviewer, Reviewer];
    const [definition] = outcomeDefinitions(outcomes());
    if (definition === undefined) throw new TypeError("no outcome");
    const people = [ann, { ...bob, demonstration: true }, cem];
    const vetting = vettingOf(definition, [definition], [statement()], people, "2026-06-01");
    expect(vettingMarks([vetting])).toEqual(["vetted for demonstration only: not for clinical use (stroke)"]);
  });

  it("marks what is not vetted as not for clinical use, and nothing else", () => {
    expect(vettingMarks([status([])])).toEqual(["unvetted: not for clinical use (stroke: unvetted)"]);
    expect(vettingMarks([status([statement()])])).toEqual([]);
  });

  it("is required where the site says so", () => {
    expect(() => requireVetted(true, [status([statement()])])).not.toThrow();
    expect(() => requireVetted(false, [status([])])).not.toThrow();
    expect(() => requireVetted(true, [status([])])).toThrow(
      expect.objectContaining({ code: "VETTING_REQUIRED" }),
    );
    expect(() => requireVetted(true, [status([statement()], {}, "2030-01-01")])).toThrow(
      expect.objectContaining({ code: "VETTING_EXPIRED" }),
    );
  });
});

describe("a file of signed statements", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "longitude-vetted-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (line: object, people = reviewers) => {
    const path = join(folder, "vetted.ndjson");
    await writeFile(path, `${JSON.stringify(line)}\n`);
    return await readStatements(path, people);
  };

  it("is read as it was signed, in whatever order its keys stand", async () => {
    const reordered = Object.fromEntries(Object.entries(statement()).reverse());
    expect(await read(reordered)).toEqual([statement()]);
  });

  it.each([
    ["the hash", { contentHash: "1".repeat(64) }],
    ["the expiry", { expiresAt: "2099-01-01" }],
    ["the verdict", { verdict: "withdrawn" }],
    ["a reviewer", { reviewers: ["ann", "eve"] }],
    ["the evidence", { evidence: ["none"] }],
    ["the signature", { signature: statement({ name: "other" }).signature }],
  ])("is refused when %s was changed after the signature", async (_what, change) => {
    await expect(read({ ...statement(), ...change })).rejects.toMatchObject({ code: "VETTING_SIGNATURE" });
  });

  it.each([
    ["nobody of that name is listed", reviewers.slice(0, 2)],
    ["that person may not sign", reviewers.map((one) => ({ ...one, roles: ["reviewer" as const] }))],
  ])("is refused when %s", async (_why, people) => {
    await expect(read(statement(), people)).rejects.toMatchObject({ code: "VETTING_KEY_UNKNOWN" });
  });

  it("is refused when its signer's key was replaced", async () => {
    const people = reviewers.map((one) => ({ ...one, publicKey: createSigningKey().publicKey }));
    await expect(read(statement(), people)).rejects.toMatchObject({ code: "VETTING_SIGNATURE" });
  });

  it.each([
    ["the same reviewer twice", { reviewers: ["ann", "ann"] }],
    ["one reviewer alone", { reviewers: ["ann"] }],
    ["a reviewer as the adjudicator", { adjudicator: "bob" }],
    ["an unknown key", { approvedBy: "nobody" }],
  ])("is refused with %s", async (_what, change) => {
    await expect(read({ ...statement(), ...change })).rejects.toMatchObject({ code: "VETTING_FILE" });
  });
});

describe("the example's vetting", () => {
  const example = join(import.meta.dirname, "../../examples/olmsted");

  it("is signed, fits the example's definitions, and says that it is a demonstration", async () => {
    const configuration = siteSchema.parse(parse(await readFile(join(example, "longitude.yaml"), "utf8")));
    const vetting = await readSiteVetting(example, configuration, {
      now: () => Date.UTC(2026, 10, 25),
      memoryBytes: () => 0,
    });
    expect(vetting.map(({ status, demonstration }) => ({ status, demonstration }))).toEqual(
      configuration.outcomes.list.map(() => ({ status: "vetted", demonstration: true })),
    );
  });

  it("has knowledge on every outcome but death, each with an NIH page", async () => {
    const folder = join(example, "vetting");
    const all = parseKnowledge(await readFile(join(folder, "knowledge.ndjson"), "utf8"), "knowledge.ndjson");
    const people = await readReviewers(join(folder, "reviewers.yaml"));
    const statements = await readStatements(join(folder, "vetted.ndjson"), people);
    const found = (outcome: string, today: string) =>
      queryKnowledge(all, { outcome }, statements, people, [], today);
    for (const outcome of [
      "diabetes",
      "htn",
      "dyslipidemia",
      "MI",
      "stroke",
      "heart failure",
      "afib",
      "ang/isc",
    ]) {
      expect(found(outcome, "2026-11-25").length).toBeGreaterThan(0);
      expect(found(outcome, "2031-01-01")).toEqual([]);
    }
    expect(all.every(({ source }) => /^http:\/\/www\.\w+\.nih\.gov\//.test(source.url))).toBe(true);
  });
});

describe("knowledge", () => {
  const line = {
    id: "stroke-smoking",
    outcomes: ["stroke"],
    statement: "Smoking raises the risk of stroke.",
    action: null,
    population: "Adults",
    strength: "information",
    source: { title: "Stroke", publisher: "NIH", url: "https://www.nih.gov/stroke", licence: "public" },
  };
  const vetted = statement({ kind: "knowledge", name: line.id, contentHash: contentHash(line) });
  const query = (content: object, unvetted = false, statements = [vetted]) =>
    queryKnowledge(
      parseKnowledge(JSON.stringify(content), "file"),
      { unvetted },
      statements,
      reviewers,
      [],
      "2026-06-01",
    );

  it("is shown when it is vetted as it stands, and not when a word was changed since", () => {
    expect(query(line)).toHaveLength(1);
    expect(query({ ...line, statement: "Smoking lowers the risk of stroke." })).toEqual([]);
    expect(query({ ...line, statement: "Smoking lowers it." }, true)[0]?.vetting.status).toBe("stale");
    expect(query(line, false, [])).toEqual([]);
  });

  it.each([
    ["no source", { source: undefined }],
    ["a source that is no link", { source: { ...line.source, url: "javascript:alert(1)" } }],
    ["no outcome", { outcomes: [] }],
    ["an unknown strength", { strength: "certain" }],
  ])("is refused with %s, and with the line's number", (_what, change) => {
    expect(() => parseKnowledge(JSON.stringify({ ...line, ...change }), "file")).toThrow(
      expect.objectContaining({ code: "KNOWLEDGE_INVALID", message: expect.stringContaining("file:1") }),
    );
  });

  it("is refused when an id stands twice or a line is no JSON", () => {
    expect(() => parseKnowledge(`${JSON.stringify(line)}\n${JSON.stringify(line)}\n{`, "file")).toThrow(
      /file:2: the id stroke-smoking a second time\nfile:3: not JSON/,
    );
  });
});

describe("definitions that outcomes rest on", () => {
  it("make an outcome stale when they change, and not otherwise", async () => {
    const folder = await mkdtemp(join(tmpdir(), "longitude-definitions-"));
    const path = join(folder, "definitions.yaml");
    const file = (codes: string) =>
      `- { kind: concept set, name: infarct, content: { include: [${codes}] }, guideline: Compare., usedBy: [stroke] }`;
    await writeFile(path, file("I63"));
    const signed = statement({ dependsOn: restsOn("stroke", await readDefinitions(path)) });
    const statusNow = async () => {
      const outcome = outcomeDefinitions(outcomes())[0] ?? { kind: "outcome", name: "", contentHash: "" };
      const current = [outcome, ...(await readDefinitions(path))];
      return vettingOf(outcome, current, [signed], reviewers, "2026-06-01").status;
    };
    expect(signed.dependsOn).toHaveLength(1);
    expect(await statusNow()).toBe("vetted");
    await writeFile(path, file("I63, I64"));
    expect(await statusNow()).toBe("stale");
    await writeFile(path, "- { kind: opinion }");
    await expect(readDefinitions(path)).rejects.toMatchObject({ code: "VETTING_FILE" });
    await rm(folder, { recursive: true });
  });
});
