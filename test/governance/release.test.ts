import { generateKeyPairSync } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../../src/artefacts/canonical-json.ts";
import { publicKeyText, signJson } from "../../src/artefacts/signed-json.ts";
import type { Verdict, VerdictWord } from "../../src/governance/gates/verdict.ts";
import type { Person } from "../../src/governance/people.ts";
import { type CreatedRelease, createRelease } from "../../src/governance/release/create-release.ts";
import { hashFiles, manifestText, verifyRelease } from "../../src/governance/release/manifest.ts";
import { checkApproval, registryOf, requirePermission } from "../../src/governance/release/registry.ts";
import { governanceArea } from "../../src/governance/statements/governance-tables.ts";
import {
  readStatements,
  recordStatement,
  type Signed,
} from "../../src/governance/statements/record-statement.ts";
import type { Statement } from "../../src/governance/statements/statement.ts";
import { openState } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const site = generateKeyPairSync("ed25519").privateKey;
const stranger = generateKeyPairSync("ed25519").privateKey;
const keys = {
  ada: generateKeyPairSync("ed25519").privateKey,
  tim: generateKeyPairSync("ed25519").privateKey,
};
const people: Person[] = [
  { id: "ada", name: "Ada", roles: ["clinical"], publicKey: publicKeyText(keys.ada) },
  { id: "tim", name: "Tim", roles: ["technical", "governance"], publicKey: publicKeyText(keys.tim) },
  { id: "eve", name: "Eve", roles: ["technical", "trainer"], publicKey: publicKeyText(stranger) },
];

function verdict(word: VerdictWord): Verdict {
  return {
    schema: "longitude.verdict/1",
    model: "a".repeat(64),
    verdict: word,
    words: "",
    tasks: [],
    judged: {},
  };
}

let folder: string;
let created: CreatedRelease;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-release-"));
  await writeFile(join(folder, "weights"), "weights of a model");
  created = await make("1");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function make(version: string): Promise<CreatedRelease> {
  return createRelease({
    site: "test",
    version,
    createdAt: "2026-06-15T00:00:00.000Z",
    reviewBy: "2027-06-15",
    verdict: verdict("deploy"),
    lineage: [],
    copies: { "model/weights": join(folder, "weights") },
    texts: { "card.html": "<p>card</p>" },
    releases: join(folder, "releases"),
    key: site,
  });
}

async function tampered(change: (copy: string) => Promise<void>): Promise<string> {
  const copy = await mkdtemp(join(folder, "copy-"));
  await cp(created.folder, copy, { recursive: true });
  await change(copy);
  return copy;
}

describe("a release folder", () => {
  test("verifies when nothing was touched, and the same contents are the same release", async () => {
    expect(await verifyRelease(created.folder, publicKeyText(site))).toEqual(created.manifest);
    const again = await make("1");
    expect(again).toMatchObject({ made: false, folder: created.folder });
  });

  test.each([
    ["a changed byte", (copy: string) => appendFile(join(copy, "model/weights"), " ")],
    ["a removed file", (copy: string) => rm(join(copy, "card.html"))],
    ["an added file", (copy: string) => writeFile(join(copy, "model/extra"), "")],
    ["a link", (copy: string) => symlink("/etc/hostname", join(copy, "link"))],
    [
      "a changed manifest",
      (copy: string) => rewrite(copy, (text) => text.replace('"deploy"', '"silent only"')),
    ],
    ["no signature", (copy: string) => rm(join(copy, "manifest.sig"))],
    ["a space more in the manifest", (copy: string) => appendFile(join(copy, "manifest.json"), " ")],
    ["a space more in the signature", (copy: string) => appendFile(join(copy, "manifest.sig"), " ")],
    ["an empty folder more", (copy: string) => mkdir(join(copy, "model/empty"))],
    [
      "a file of the manifest that lies outside",
      (copy: string) => rewrite(copy, (text) => text.replace('"card.html"', '"../card.html"')),
    ],
    [
      "the signature of another release",
      async (copy: string) => cp(join((await make("2")).folder, "manifest.sig"), join(copy, "manifest.sig")),
    ],
  ])("is refused with %s", async (_, change) => {
    await expect(verifyRelease(await tampered(change), publicKeyText(site))).rejects.toMatchObject({
      code: "RELEASE_DAMAGED",
    });
  });

  test("that a stranger has signed anew is refused by the trusted key, though it is whole", async () => {
    const copy = await tampered(async (of) => {
      await appendFile(join(of, "model/weights"), "!");
      const manifest = {
        ...created.manifest,
        files: await hashFiles(of),
        publicKey: publicKeyText(stranger),
      };
      await writeFile(join(of, "manifest.json"), manifestText(toJson(manifest)));
      await writeFile(join(of, "manifest.sig"), `${signJson(toJson(manifest), stranger)}\n`);
    });
    await expect(verifyRelease(copy, publicKeyText(site))).rejects.toMatchObject({ code: "RELEASE_DAMAGED" });
    expect((await verifyRelease(copy, null)).publicKey).toBe(publicKeyText(stranger));
  });
});

async function rewrite(copy: string, change: (text: string) => string): Promise<void> {
  const path = join(copy, "manifest.json");
  await writeFile(path, change(await readFile(path, "utf8")));
}

describe("the registry", () => {
  const released: Signed = {
    kind: "release",
    subject: "rel-1",
    at: "2026-06-15T00:00:00.000Z",
    by: "system",
    model: "m",
    version: "1",
    folder: "releases/rel-1",
    verdict: "deploy",
    manifest: "h",
    publicKey: publicKeyText(site),
  };
  const approval = (
    by: "ada" | "tim" | "eve",
    role: "clinical" | "technical",
    key = keys[by as "ada"],
  ): Signed => ({
    kind: "approval",
    subject: "rel-1",
    at: "2026-06-16T00:00:00.000Z",
    by,
    role,
    reason: "read the card",
    publicKey: publicKeyText(key),
  });
  const of = (...statements: Signed[]) =>
    registryOf([released, ...statements], people, publicKeyText(site))[0] as NonNullable<
      ReturnType<typeof registryOf>[0]
    >;
  const serve =
    (release: ReturnType<typeof of>, word: VerdictWord = "deploy", today = "2026-07-01") =>
    () =>
      requirePermission(release, verdict(word), "2027-06-15", "live", today);

  test("lets a release be live past a passed gate and two approvals in two roles", () => {
    expect(serve(of(approval("ada", "clinical"), approval("tim", "technical")))).not.toThrow();
  });

  test.each([
    ["no approval", of()],
    ["one approval", of(approval("ada", "clinical"))],
    [
      "an approval by an unknown key",
      of(approval("ada", "clinical", stranger), approval("tim", "technical")),
    ],
    [
      "an approval by who trained it",
      of(approval("ada", "clinical"), approval("eve", "technical", stranger)),
    ],
    [
      "an approval in a role that the person does not have",
      of(approval("ada", "clinical"), approval("ada", "technical")),
    ],
  ])("keeps a release with %s from being live", (_, release) => {
    expect(serve(release)).toThrow(expect.objectContaining({ code: "RELEASE_FORBIDDEN" }));
  });

  test("keeps every release from being live past its verdict or its review date", () => {
    const approved = of(approval("ada", "clinical"), approval("tim", "technical"));
    for (const word of ["silent only", "do not deploy"] as const)
      expect(serve(approved, word)).toThrow(expect.objectContaining({ code: "RELEASE_FORBIDDEN" }));
    expect(serve(approved, "deploy", "2027-06-16")).toThrow(
      expect.objectContaining({ code: "RELEASE_FORBIDDEN" }),
    );
  });

  test("refuses a second approval by one person, one by a trainer, and one of a release that must not be deployed", () => {
    const refused = expect.objectContaining({ code: "APPROVAL_REFUSED" });
    expect(() => checkApproval(of(approval("ada", "clinical")), people, "ada", "clinical")).toThrow(refused);
    expect(() => checkApproval(of(), people, "eve", "technical")).toThrow(refused);
    expect(() => checkApproval({ ...of(), verdict: "do not deploy" }, people, "ada", "clinical")).toThrow(
      refused,
    );
    expect(() => checkApproval(of(), people, "ada", "clinical")).not.toThrow();
  });

  test("a release that nobody but a stranger signed is not in it", () => {
    expect(
      registryOf([{ ...released, publicKey: publicKeyText(stranger) }], people, publicKeyText(site)),
    ).toEqual([]);
  });
});

test("statements are kept with an audit entry, and cannot be changed", async () => {
  const state = await openState({
    folder: join(folder, "site"),
    config: stateSchema.parse({}),
    areas: [governanceArea],
    effects: fixedEffects(),
  });
  try {
    const statement: Statement = {
      kind: "approval",
      subject: "rel-1",
      at: "2026-06-16T00:00:00.000Z",
      by: "ada",
      role: "clinical",
      reason: "read the card",
    };
    await state.transaction((tx) => recordStatement(tx, statement, keys.ada, 0));
    expect(await state.transaction(readStatements)).toEqual([
      { ...statement, publicKey: publicKeyText(keys.ada) },
    ]);
    await expect(
      state.transaction((tx) =>
        tx
          .withTables<{ governance_statement: { content: string } }>()
          .updateTable("governance_statement")
          .set({ content: "{}" })
          .execute(),
      ),
    ).rejects.toThrow("append-only");
    const entries = await state.transaction((tx) => tx.selectFrom("audit_entry").selectAll().execute());
    expect(entries).toMatchObject([{ actor: "ada", action: "governance.approval", object: "rel-1" }]);
  } finally {
    await state.close();
  }
});
