/** From a site's vetted pairs to a model that has been taught with them, as people run it. */
import { createPrivateKey } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { pairDefinition, parsePairs } from "../../src/vetting/pairs/question-answer.ts";
import { signStatement } from "../../src/vetting/statements/vetted-statement.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/olmsted");
const WORDS = "amber birch cedar delta ember fjord grove haven ivory jade".split(" ");

async function longitude(site: string, ...args: string[]): Promise<{ code: string; out: string }> {
  let out = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await (await createProgram(args[0])).parseAsync([...args, "--site", site], { from: "user" });
    return { code: "done", out };
  } catch (error) {
    return { code: error instanceof LongitudeError ? error.code : String(error), out };
  } finally {
    write.mockRestore();
    quiet.mockRestore();
  }
}

/** Records of a few persons of the example, a few texts, and pairs to be vetted. */
async function smallSite(): Promise<string> {
  const site = await temporaryFolder();
  await cp(join(EXAMPLE, "mapping.yaml"), join(site, "records", "mapping.yaml"));
  for (const name of await readdir(EXAMPLE)) {
    if (!name.endsWith(".csv.gz")) continue;
    const [head = "", ...lines] = gunzipSync(await readFile(join(EXAMPLE, name)))
      .toString()
      .trim()
      .split("\n");
    const first = lines.filter((line) => Number.parseInt(line, 10) <= 150);
    await writeFile(join(site, "records", name.replace(".gz", "")), [head, ...first].join("\n"));
  }
  const text = (await readFile(join(EXAMPLE, "../language/longitude.yaml"), "utf8"))
    .replaceAll("../olmsted", "records")
    .replace(/ {2}sources:[\s\S]*/, "");
  const mapping = join(site, "records", "mapping.yaml");
  await writeFile(mapping, (await readFile(mapping, "utf8")).replaceAll(".csv.gz", ".csv"));
  await writeFile(
    join(site, "longitude.yaml"),
    `${text}  sources: [{ file: texts.ndjson, text: text }]
  vocabulary: 300
  training: { depth: 1, width: 32, heads: 2, context: 64, batchTokens: 512, epochs: 1, dropout: 0, threads: 1 }
  instructions: { pairs: [{ vetted: site }, { file: leaflet.ndjson }], epochs: 6, learningRate: 0.01 }
`,
  );
  const lines = (of: object[]) => of.map((one) => `${JSON.stringify(one)}\n`).join("");
  const names = WORDS.flatMap((a) => WORDS.slice(0, 6).map((b) => `${a}${b}`));
  await writeFile(
    join(site, "texts.ndjson"),
    lines(names.map((name) => ({ text: `People speak of ${name} at times.` }))),
  );
  const source = {
    title: "Leaflet",
    publisher: "Clinic",
    url: "https://example.org/leaflet",
    licence: "CC0",
  };
  await writeFile(
    join(site, "new.ndjson"),
    lines(
      names.map((id) => ({
        id,
        question: `What is ${id}?`,
        answer: `It is rest and tea for ${id}.`,
        source,
      })),
    ),
  );
  await writeFile(
    join(site, "leaflet.ndjson"),
    lines(
      ["approved", "rejected", ""].map((verdict) => ({
        question: `Is it ${verdict}?`,
        answer: "Rest and tea.",
        verdict,
      })),
    ),
  );
  return site;
}

it("teaches only what was vetted, and says on whose key, by which evidence and with which effect", {
  timeout: 400_000,
}, async () => {
  const site = await smallSite();
  const key = join(site, "key.pem");
  for (const id of ["ann", "bob"])
    await longitude(site, "vet", "reviewer", "--id", id, "--name", `Doctor ${id}`);
  const signer = ["--id", "cem", "--name", "Doctor Cem", "--role", "signer", "--key", key];
  await longitude(site, "vet", "reviewer", ...signer);
  const train = ["train", "--text", "--json"];
  expect(await longitude(site, ...train)).toMatchObject({ code: "PAIRS_PROVENANCE" });

  const stated = [
    ...[
      "--vetted-by",
      "Doctor Ann",
      "--vetted-at",
      "2026-01-02",
      "--method",
      "read twice",
      "--source",
      "leaflet",
    ],
    ...["--licence", "CC0", "--verdict-field", "verdict", "--as", "cem", "--key", key],
  ];
  expect(await longitude(site, "vet", "provenance", join(site, "leaflet.ndjson"), ...stated)).toMatchObject({
    code: "done",
  });
  expect((await longitude(site, "vet", "answers", join(site, "new.ndjson"), "--as", "cem")).out).toContain(
    "60 pairs; 60 put into the queue",
  );
  // Two people differ about the first pair of the queue.
  let doubted = "";
  for (const [id, verdict] of [
    ["ann", "approve"],
    ["bob", "reject"],
  ] as const) {
    const next = [
      "vet",
      "next",
      "--as",
      id,
      "--kind",
      "answer",
      "--json",
      ...(doubted === "" ? [] : ["--name", doubted]),
    ];
    const { item } = JSON.parse((await longitude(site, ...next)).out) as {
      item: { id: string; name: string };
    };
    doubted = item.name;
    const said = ["--item", item.id, "--verdict", verdict, "--confidence", "4", "--reason", "read"];
    expect(await longitude(site, "vet", "decide", "--as", id, ...said)).toMatchObject({ code: "done" });
  }
  // All but two are signed; the doubted one had been signed before.
  const pairs = parsePairs(await readFile(join(site, "new.ndjson"), "utf8"), "new.ndjson");
  const left = pairs.filter(({ id }) => id !== doubted).slice(0, 2);
  const privateKey = createPrivateKey(await readFile(key, "utf8"));
  const statements = pairs
    .filter((one) => !left.includes(one))
    .map((one) =>
      signStatement(
        {
          schema: "longitude.vetted/1",
          ...pairDefinition(one),
          ...{
            verdict: "approved",
            vettedAt: "2026-01-02",
            expiresAt: "2999-12-31",
            reviewers: ["ann", "bob"],
          },
          ...{ adjudicator: null, evidence: ["two independent reviews"], dependsOn: [], signedBy: "cem" },
        },
        privateKey,
      ),
    );
  await writeFile(
    join(site, "vetting", "vetted.ndjson"),
    statements.map((one) => `${JSON.stringify(one)}\n`).join(""),
  );

  const done = await longitude(site, ...train);
  expect(done.code).toBe("done");
  const report = JSON.parse(done.out) as { stages: { stage: string; folder: string; figures: unknown }[] };
  const taught = report.stages.find(({ stage }) => stage === "instructions");
  expect(taught?.figures).toMatchObject({
    pairs: {
      pairs: 58,
      leftOut: { unvetted: 3, disputed: 1, rejected: 1 },
      keys: [expect.stringMatching(/^MCow/)],
      licences: ["CC0"],
      unsigned: 0,
    },
    heldOut: { change: { value: expect.any(Number) as number } },
  });
  const file = await readFile(join(taught?.folder ?? "", "instructions.json"), "utf8");
  expect(file).not.toMatch(/Doctor|What is|tea/);
  const { heldOut, pairs: said } = JSON.parse(file) as {
    heldOut: {
      before: { value: number; documents: number };
      after: { value: number };
      change: { high: number };
    };
    pairs: { evidence: string[]; heldOut: number };
  };
  expect(said.evidence.filter((one) => one.startsWith("statement "))).toHaveLength(57);
  expect(said.evidence.filter((one) => one.startsWith("provenance "))).toHaveLength(1);
  expect(heldOut.before.documents).toBe(said.heldOut);
  // All answers are alike: what was learned of some holds for the others.
  expect(heldOut.change.high).toBeLessThan(0);
});
