/** The verbs of vetting as people run them, one after the other on one site. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";

let site: string;
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), "longitude-vet-"));
  await writeFile(
    join(site, "longitude.yaml"),
    `schema: longitude.site/1
name: small
records: { input: export }
vetting: { require: true }
outcomes: { predictionTimes: [{ at: index, horizons: [5y] }], list: [{ name: stroke, events: { codes: [ICD10CM/I63*] } }] }
`,
  );
});
afterAll(() => rm(site, { recursive: true, force: true }));

async function longitude(...args: string[]): Promise<{ code: string; out: string }> {
  let out = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await (await createProgram(args[0])).parseAsync([...args, "--site", site], { from: "user" });
    return { code: "done", out };
  } catch (error) {
    return { code: error instanceof LongitudeError ? error.code : String(error), out };
  } finally {
    write.mockRestore();
  }
}

it("takes a definition from an unvetted one to a signed version that a site can require", {
  timeout: 240_000,
}, async () => {
  const key = join(site, "key.pem");
  for (const id of ["ann", "bob"]) await longitude("vet", "reviewer", "--id", id, "--name", id);
  const signer = ["--id", "cem", "--name", "cem", "--role", "signer", "--key", key];
  expect(await longitude("vet", "reviewer", ...signer)).toMatchObject({ code: "done" });
  expect((await stat(key)).mode & 0o077).toBe(0);

  expect(await longitude("build")).toMatchObject({ code: "VETTING_REQUIRED" });
  expect((await longitude("vet", "propose", "--as", "cem")).out).toContain("1 new items");
  expect(await longitude("vet", "next", "--as", "eve")).toMatchObject({ code: "VETTING_REVIEWER" });
  let said: string[] = [];
  for (const id of ["ann", "bob"]) {
    const { item } = JSON.parse((await longitude("vet", "next", "--as", id, "--json")).out) as {
      item: { id: string };
    };
    said = ["--item", item.id, "--verdict", "approve", "--confidence", "5", "--reason", "I63 is stroke"];
    expect(await longitude("vet", "decide", "--as", id, ...said)).toMatchObject({ code: "done" });
  }
  expect(await longitude("vet", "decide", "--as", "bob", ...said)).toMatchObject({
    code: "VETTING_REVIEWED_TWICE",
  });

  const sign = ["vet", "sign", "--as", "cem", "--key", key, "--evidence", "registry"];
  expect(await longitude(...sign, "--expires", "2001-01-01")).toMatchObject({ code: "VETTING_EXPIRED" });
  expect((await longitude(...sign, "--expires", "2999-12-31")).out).toContain("outcome stroke: approved");
  expect((await longitude(...sign, "--expires", "2999-12-31")).out).toContain("0 statements");
  expect((await longitude("vet", "status")).out).toBe("stroke               vetted until 2999-12-31\n");

  const report = await longitude("vet", "report", "--json");
  expect(JSON.parse(report.out)).toMatchObject({
    items: { settled: 1 },
    agreement: [{ twice: 1, agreed: 1 }],
  });
  expect(await readFile(join(site, "report-vetting", "vetting.html"), "utf8")).toContain("ann, bob");

  const statements = join(site, "vetting", "vetted.ndjson");
  const text = await readFile(statements, "utf8");
  await writeFile(statements, text.replace("2999-12-31", "3000-12-31"));
  expect(await longitude("vet", "status")).toMatchObject({ code: "VETTING_SIGNATURE" });
  await writeFile(statements, text);
  expect((await longitude("audit", "verify")).out).toMatch(/^4 entries, unbroken/);
});
