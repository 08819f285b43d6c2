/** The proof holds for the records it was made of, and for nothing that was touched; the exception is bounded and written down. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { withState } from "../../src/cli/open-site-state.ts";
import { verifyProof, writeProof } from "../../src/cli/privacy-proof.ts";
import { createProgram } from "../../src/cli/program.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { makeProof } from "../../src/privacy/proof/make-proof.ts";
import { reviewOf, sampleNotes } from "../../src/privacy/proof/reviewed-notes.ts";
import { openGrant, reidentify } from "../../src/privacy/zone/break-glass.ts";
import { Linkage } from "../../src/privacy/zone/linkage.ts";
import { openZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { killAfter, runLongitude } from "../support/kill-after.ts";
import { deidentifySite, makePrivateSite } from "../support/private-site.ts";

let folder: string;
let site: string;
let records: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-proof-"));
  site = join(folder, "site");
  records = join(site, "artefacts", "records-aaaa");
  await makePrivateSite(site);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const codeOf = async (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => "holds",
    (error: { code?: string }) => error.code ?? String(error),
  );

describe("a proof", () => {
  it("holds for its records, and for nothing that was changed since", async () => {
    const opened = await readSite(site);
    await writeProof(opened, fixedEffects(), { records });
    const file = join(site, "privacy", "proof.json");
    const text = await readFile(file, "utf8");
    const verify = (proof: string): Promise<string> =>
      writeFile(file, proof).then(() => codeOf(verifyProof(opened, file, records)));
    expect(await verify(text)).toBe("holds");
    // One changed byte anywhere that says something.
    for (let at = 40; at < text.length - 4; at += Math.ceil(text.length / 25)) {
      const byte = text.charCodeAt(at);
      if (!/[0-9A-Za-z]/.test(text[at]!)) continue;
      const other = String.fromCharCode(
        byte === 0x39 || byte === 0x7a || byte === 0x5a ? byte - 1 : byte + 1,
      );
      expect([at, await verify(text.slice(0, at) + other + text.slice(at + 1))]).toEqual([
        at,
        "PROOF_INVALID",
      ]);
    }
    for (const broken of [
      "",
      "{}",
      text.slice(0, text.length / 2),
      text.replace(/longitude\.privacy-proof\/\d/, "longitude.privacy-proof/0"),
    ])
      expect(await verify(broken)).toBe("PROOF_INVALID");
    expect(await verify(text)).toBe("holds");
  }, 60_000);

  it("is of one dataset and one profile", async () => {
    const opened = await readSite(site);
    await writeProof(opened, fixedEffects(), { records });
    const file = join(site, "privacy", "proof.json");
    await writeFile(join(site, "optouts.txt"), `${await releasedPatient()}\n`);
    await deidentifySite(site, "records-bbbb");
    await writeFile(join(site, "optouts.txt"), "");
    expect(await codeOf(verifyProof(opened, file, join(site, "artefacts", "records-bbbb")))).toBe(
      "PROOF_INVALID",
    );
    const { configuration } = opened;
    const limited = {
      ...opened,
      configuration: {
        ...configuration,
        privacy: { ...configuration.privacy!, profile: "limited-data-set" as const },
      },
    };
    expect(await codeOf(verifyProof(limited, file, records))).toBe("PROOF_INVALID");
    const elsewhere = join(folder, "elsewhere");
    await makePrivateSite(elsewhere);
    expect(await codeOf(verifyProof(await readSite(elsewhere), file, records))).toBe("PROOF_INVALID");
  }, 60_000);

  it("takes a review of its own texts only", async () => {
    const texts = [
      "Seen by [NAME].",
      "Call [PHONE] or [PHONE].",
      "Lungs clear.",
      "Lives in [LOCATION].",
      "Stable.",
    ];
    const sample = sampleNotes(texts, 5, "seed").replaceAll('"missed":null', '"missed":1');
    const review = reviewOf(sample, texts);
    expect(review.notes).toBe(5);
    expect(review.recall.low).toBeLessThan(review.recall.value);
    expect(() => reviewOf(sample.replace(/"removed":\d+/, '"removed":999'), texts)).toThrow(/not those/);
    expect(() => reviewOf(sample, texts.slice(0, 0))).toThrow(/not those/);
    const { proof } = await makeProof(
      { site: "small", config: (await readSite(site)).configuration.privacy!, records, review },
      fixedEffects(),
      systemEntropy,
    );
    expect(proof.review?.recall.n).toBe(review.removed + review.missed);
  });

  async function releasedPatient(): Promise<string> {
    const line = (await readFile(join(site, "bundles.ndjson"), "utf8")).split("\n")[0]!;
    return /"resourceType":"Patient","id":"([^"]+)"/.exec(line.replace(/\s*([:,])\s*/g, "$1"))![1]!;
  }
});

describe("re-identification", () => {
  it("needs a grant of that person that has not ended", async () => {
    const zone = await openZone((await readSite(site)).configuration.privacy!, systemEntropy);
    const { subject } = [...(await Linkage.read(zone, systemEntropy)).links()][0]!;
    const look = (person: string, nowMs: number): Promise<string> =>
      codeOf(reidentify(zone, systemEntropy, subject, person, nowMs));
    expect(await look("ann", 0)).toBe("BREAK_GLASS_REFUSED");
    await openGrant(zone, "ann", "safety report 114", 30, 1_000);
    expect(await look("bob", 2_000)).toBe("BREAK_GLASS_REFUSED");
    expect(await look("ann", 2_000)).toBe("holds");
    expect(await look("ann", 1_000 + 30 * 60_000)).toBe("BREAK_GLASS_REFUSED");
    expect(await codeOf(openGrant(zone, "ann", "too short", 241, 0))).toBe("BREAK_GLASS_REFUSED");
    expect(await codeOf(openGrant(zone, "ann", "why", 30, 0))).toBe("BREAK_GLASS_REFUSED");
    const found = await reidentify(zone, systemEntropy, subject, "ann", 2_000);
    expect(found.identifiers.length).toBeGreaterThan(0);
  });

  it("is in the audit log, the refusal too", async () => {
    const zone = await openZone((await readSite(site)).configuration.privacy!, systemEntropy);
    const { subject } = [...(await Linkage.read(zone, systemEntropy)).links()][0]!;
    const program = await createProgram("privacy");
    const run = (...args: string[]): Promise<string> =>
      codeOf(program.parseAsync(["node", "longitude", "privacy", ...args, "--site", site]));
    const look = (person: string): Promise<string> =>
      run("reidentify", "--subject", String(subject), "--person", person);
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(await look("eve")).toBe("BREAK_GLASS_REFUSED");
      expect(await run("break-glass", "--person", "kim", "--reason", "safety report 2026-114")).toBe("holds");
      expect(await look("kim")).toBe("holds");
    } finally {
      written.mockRestore();
    }
    const entries = await withState(await readSite(site), [], (state) =>
      state.transaction(async (tx) => {
        const all = [];
        for await (const entry of readAudit(tx)) all.push(entry);
        return all;
      }),
    );
    expect(entries.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ["eve", "privacy.reidentify", "refused"],
      ["kim", "privacy.break-glass", "done"],
      ["kim", "privacy.reidentify", "done"],
    ]);
  }, 60_000);
});

describe("killed with SIGKILL", () => {
  it("a rotation loses no sealed file", async () => {
    const copy = join(folder, "rotated");
    await cp(site, copy, { recursive: true });
    for (const ms of [900, 1_200, 1_400, 1_600]) {
      await killAfter(ms, ["privacy", "rotate", "--site", copy]);
      const zone = await openZone((await readSite(copy)).configuration.privacy!, systemEntropy);
      for (const name of ["linkage", ...(await zone.list("records"))])
        for await (const _part of zone.unseal(name));
    }
  }, 60_000);

  it("a de-identification leaves the old dataset or none, and ends well the next time", async () => {
    const out = join(folder, "records");
    const args = [
      "deidentify",
      "records",
      join(site, "bundles.ndjson"),
      "--profile",
      "safe-harbor",
      "--zone",
      join(folder, "zone"),
      "--out",
      out,
      "--overwrite",
      "--reject-limit",
      "1",
    ];
    for (const ms of [1_300, 1_900, 2_400]) await killAfter(ms, args);
    const ran = await runLongitude(args);
    expect([ran.code, ran.error]).toEqual([0, expect.any(String)]);
    expect(
      JSON.parse(await readFile(join(out, "metadata", "privacy.json"), "utf8")).persons.kept,
    ).toBeGreaterThan(0);
    const left = await readdir(join(folder, "zone"));
    expect(left).not.toContain("work");
  }, 60_000);
});
