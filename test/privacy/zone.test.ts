/** The identified zone: nothing opens with the wrong key, nothing opens that was touched, nothing is lost. */
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawSubjectKey } from "../../src/privacy/subject-keys.ts";
import { KeyCommand } from "../../src/privacy/zone/key-command.ts";
import { KeyFile } from "../../src/privacy/zone/key-file.ts";
import { Linkage } from "../../src/privacy/zone/linkage.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { MASTER_KEY_FILE, Zone } from "../../src/privacy/zone/zone.ts";

let folder: string;
let zone: Zone;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-zone-"));
  zone = await Zone.create(join(folder, "zone"), null, systemEntropy);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function textOf(of: Zone, name: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of of.unseal(name)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const code = (error: unknown): unknown => (error as { code?: unknown }).code;
const failing = (work: Promise<unknown>): Promise<unknown> => work.then(() => "no error", code);
const sealedPath = (name: string): string => join(folder, "zone", `${name}.sealed`);

describe("a sealed file", () => {
  it("gives back what was sealed, whatever its length and however it arrives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 4 }), async (lengths) => {
        const parts = lengths.map((length, i) => Buffer.alloc(length, i + 1));
        await zone.seal("a/b", parts);
        const out: Buffer[] = [];
        for await (const part of zone.unseal("a/b")) out.push(part);
        expect(Buffer.concat(out).equals(Buffer.concat(parts))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it("shows nothing of its content", async () => {
    await zone.seal("notes", [Buffer.from("Maria Alvarez ".repeat(1000))]);
    expect((await readFile(sealedPath("notes"))).includes("Maria")).toBe(false);
  });

  it("does not open when a byte of it was changed, or its end is missing", async () => {
    await zone.seal("notes", [Buffer.alloc(600_000, 7)]);
    const whole = await readFile(sealedPath("notes"));
    for (const at of [200, 300_000, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      await writeFile(sealedPath("notes"), changed);
      expect(await failing(textOf(zone, "notes"))).toBe("SEALED_DAMAGED");
    }
    for (const length of [whole.length - 1, whole.length - 300_000, 250_000]) {
      await writeFile(sealedPath("notes"), whole.subarray(0, length));
      expect(await failing(textOf(zone, "notes"))).toBe("SEALED_DAMAGED");
    }
  });

  it("does not open under the name of another file", async () => {
    await zone.seal("a", [Buffer.from("a")]);
    await zone.seal("b", [Buffer.from("b")]);
    await cp(sealedPath("a"), sealedPath("b"));
    expect(await failing(textOf(zone, "b"))).toBe("SEALED_DAMAGED");
  });
});

describe("the master key", () => {
  it("is readable by its owner alone, and refused when others could read it", async () => {
    const path = join(zone.folder, MASTER_KEY_FILE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await zone.seal("a", [Buffer.from("a")]);
    await chmod(path, 0o644);
    expect(await failing(textOf(zone, "a"))).toBe("ZONE_KEY_EXPOSED");
  });

  it("when lost, or another one, opens nothing and says so", async () => {
    await zone.seal("a", [Buffer.from("a")]);
    const path = join(zone.folder, MASTER_KEY_FILE);
    const kept = await readFile(path);
    await rm(path);
    expect(await failing(textOf(zone, "a"))).toBe("ZONE_KEY_MISSING");
    await new KeyFile(path, systemEntropy).create();
    expect(await failing(textOf(zone, "a"))).toBe("ZONE_KEY_WRONG");
    await writeFile(path, kept, { mode: 0o600 });
    expect(await textOf(zone, "a")).toBe("a");
  });

  it("can be rotated without touching a sealed file", async () => {
    await zone.seal("a", [Buffer.from("a")]);
    await zone.seal("records/x/b", [Buffer.from("b")]);
    const before = await readFile(sealedPath("a"));
    const old = await readFile(join(zone.folder, MASTER_KEY_FILE), "utf8");
    expect(await zone.rotate()).toEqual({ rewrapped: 2, retired: 1 });
    expect((await readFile(sealedPath("a"))).equals(before)).toBe(true);
    expect(await textOf(zone, "a")).toBe("a");
    expect(await textOf(zone, "records/x/b")).toBe("b");
    await writeFile(join(zone.folder, MASTER_KEY_FILE), old, { mode: 0o600 });
    expect(await failing(textOf(zone, "a"))).toBe("ZONE_KEY_WRONG");
  });

  it("may be held by a program that talks to a key service", async () => {
    const program = join(folder, "kms.mjs");
    await writeFile(
      program,
      `import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
       let text = ""; for await (const part of process.stdin) text += part;
       const ask = JSON.parse(text); const key = createHash("sha256").update("kms").digest();
       const iv = createHash("sha256").update(ask.context).digest().subarray(0, 12);
       if (process.argv[2] === "wrap") { const c = createCipheriv("aes-256-gcm", key, iv);
         console.log(JSON.stringify({ master: "m1", blob: Buffer.concat([c.update(Buffer.from(ask.key, "base64")), c.final(), c.getAuthTag()]).toString("base64") })); }
       else { const b = Buffer.from(ask.blob, "base64"); const d = createDecipheriv("aes-256-gcm", key, iv); d.setAuthTag(b.subarray(-16));
         console.log(JSON.stringify({ key: Buffer.concat([d.update(b.subarray(0, -16)), d.final()]).toString("base64") })); }`,
    );
    const keys = new KeyCommand([process.execPath, program]);
    const other = await Zone.create(join(folder, "kms-zone"), keys, systemEntropy);
    await other.seal("a", [Buffer.from("secret")]);
    expect(await textOf(await Zone.open(other.folder, keys, systemEntropy), "a")).toBe("secret");
    expect(await readdir(other.folder)).not.toContain("keys");
    const broken = await Zone.open(
      other.folder,
      new KeyCommand([process.execPath, "-e", "process.exit(3)"]),
      systemEntropy,
    );
    expect(await failing(textOf(broken, "a"))).toBe("KEY_SERVICE");
  });
});

describe("the linkage table", () => {
  it("gives a person the same key, shift and secret in every increment, drawn and not computed", async () => {
    const first = await Linkage.read(zone, systemEntropy);
    const links = [1, 2, 3].map((raw) => first.linkFor(raw as RawSubjectKey));
    await first.save();
    const later = await Linkage.read(zone, systemEntropy);
    expect([1, 2, 3].map((raw) => later.linkFor(raw as RawSubjectKey))).toEqual(links);
    expect(later.siteSecret).toBe(first.siteSecret);
    const elsewhere = await Linkage.read(
      await Zone.create(join(folder, "other"), null, systemEntropy),
      systemEntropy,
    );
    expect(elsewhere.linkFor(1 as RawSubjectKey).subject).not.toBe(links[0]!.subject);
  });

  it("of another site is refused by name, before any key is tried", async () => {
    const other = await Zone.create(join(folder, "other"), null, systemEntropy);
    const theirs = await Linkage.read(other, systemEntropy);
    theirs.linkFor(1 as RawSubjectKey);
    await theirs.save();
    await cp(join(other.folder, "linkage.sealed"), sealedPath("linkage"));
    expect(await failing(Linkage.read(zone, systemEntropy))).toBe("ZONE_FOREIGN");
  });
});

it("a zone is never made over something that is there", async () => {
  expect(await failing(Zone.create(zone.folder, null, systemEntropy))).toBe("ZONE_EXISTS");
});
