/** Which question-answer pairs a language model may be taught. */

import { createPrivateKey } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairDocuments } from "../../src/tokens/text/pair-documents.ts";
import type { Document } from "../../src/tokens/text/text-sources.ts";
import {
  fileHash,
  type PairProvenance,
  provenancePath,
  readProvenance,
  signProvenance,
} from "../../src/vetting/pairs/pair-provenance.ts";
import { pairDefinition, parsePairs, type QuestionAnswer } from "../../src/vetting/pairs/question-answer.ts";
import {
  type FiledPair,
  selectFiledPairs,
  selectSitePairs,
  type VettedPair,
} from "../../src/vetting/pairs/select-pairs.ts";
import { groupKeys, wordingOf } from "../../src/vetting/pairs/wording.ts";
import type { LatestRound } from "../../src/vetting/queue/latest-rounds.ts";
import { createSigningKey, type Reviewer } from "../../src/vetting/statements/reviewers.ts";
import { signStatement } from "../../src/vetting/statements/vetted-statement.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const SIGNER = createSigningKey();
const KEY = createPrivateKey(SIGNER.privateKeyPem);
const person = (id: string, roles: Reviewer["roles"], publicKey?: string): Reviewer => ({
  id,
  name: `Doctor ${id}`,
  roles,
  demonstration: false,
  ...(publicKey === undefined ? {} : { publicKey }),
});
const REVIEWERS = [
  person("ann", ["reviewer"]),
  person("bob", ["reviewer"]),
  person("cem", ["signer"], SIGNER.publicKey),
];
const SOURCE = { title: "Gout", publisher: "NIH", url: "https://example.org/gout", licence: "public domain" };
const TODAY = "2026-06-01";

function pair(id: string): QuestionAnswer {
  return { id, question: `What is ${id}?`, answer: `${id} is a disease.`, source: SOURCE };
}

function signed(about: QuestionAnswer, changes: { verdict?: "withdrawn"; expiresAt?: string } = {}) {
  return signStatement(
    {
      schema: "longitude.vetted/1",
      ...pairDefinition(about),
      verdict: "approved",
      vettedAt: "2026-01-01",
      expiresAt: "2027-01-01",
      reviewers: ["ann", "bob"],
      adjudicator: null,
      evidence: ["read"],
      dependsOn: [],
      signedBy: "cem",
      ...changes,
    },
    KEY,
  );
}

describe("pairs of the site's own queue", () => {
  it("are learned when they are signed, and left out with the reason otherwise", () => {
    const all = ["gout", "asthma", "edited", "old", "taken-back", "doubted", "refused", "new"].map(pair);
    const [gout, asthma, edited, old, takenBack, doubted, refused, fresh] = all as [
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
      QuestionAnswer,
    ];
    const round = (of: QuestionAnswer, state: LatestRound["state"], verdict: string | null) =>
      [`${of.id}/${pairDefinition(of).contentHash}`, { itemId: `item-${of.id}`, state, verdict }] as const;
    const selection = selectSitePairs(all, {
      statements: [
        ...[gout, asthma, doubted, refused].map((one) => signed(one)),
        signed({ ...edited, answer: "edited was something else." }),
        signed(old, { expiresAt: "2026-05-31" }),
        signed(takenBack, { verdict: "withdrawn" }),
      ],
      reviewers: REVIEWERS,
      rounds: new Map([
        round(gout, "settled", "approve"),
        round(asthma, "open", null),
        round(doubted, "disputed", null),
        round(refused, "settled", "reject"),
        round(fresh, "settled", "approve"),
      ]),
      today: TODAY,
    });
    expect(selection.pairs.map(({ question }) => question)).toEqual(["What is gout?", "What is asthma?"]);
    expect(selection.leftOut).toEqual({
      unvetted: 1,
      rejected: 2,
      disputed: 1,
      stale: 1,
      expired: 1,
      empty: 0,
    });
    expect(selection.keys).toEqual([SIGNER.publicKey]);
    expect(selection.evidence).toContain("item item-gout");
    expect(JSON.stringify(selection)).not.toContain("Doctor");
    expect(selection).toMatchObject({ unsigned: 0, demonstration: 0, licences: ["public domain"] });
  });

  it("that lack something are named by line and field, never by what they say", () => {
    const text = `${JSON.stringify(pair("gout"))}\n{"id": "x-1", "question": "Secret?"}\nSecret\n${JSON.stringify(pair("gout"))}`;
    const read = () => parsePairs(text, "answers.ndjson");
    expect(read).toThrow(/answers.ndjson:2: answer, source/);
    expect(read).toThrow(/:3: .*\n.*:4: an id for the second time/);
    expect(read).not.toThrow(/Secret/);
  });
});

describe("a file of pairs", () => {
  const written = async (changes: Partial<PairProvenance> = {}, key = KEY) => {
    const file = join(await temporaryFolder(), "pairs.ndjson");
    await writeFile(file, '{"question": "What is gout?", "answer": "A disease."}\n');
    const provenance = signProvenance(
      {
        schema: "longitude.pair-provenance/1",
        sha256: await fileHash(file),
        vettedBy: ["The board"],
        vettedAt: "2026-01-01",
        expiresAt: null,
        method: "two readers",
        source: "leaflets",
        licence: "CC BY 4.0",
        verdictField: "verdict",
        demonstration: false,
        signedBy: "cem",
        ...changes,
      },
      changes.signedBy === null ? null : key,
    );
    await writeFile(provenancePath(file), JSON.stringify(provenance));
    return file;
  };

  it("is taken with a signed or a recorded provenance", async () => {
    expect(await readProvenance(await written(), REVIEWERS)).toMatchObject({ key: SIGNER.publicKey });
    expect(await readProvenance(await written({ signedBy: null }), REVIEWERS)).toMatchObject({ key: null });
  });

  it("is refused without provenance, when it was changed, and when the signature does not fit", async () => {
    const bare = join(await temporaryFolder(), "pairs.ndjson");
    await writeFile(bare, "{}\n");
    await expect(readProvenance(bare, REVIEWERS)).rejects.toMatchObject({ code: "PAIRS_PROVENANCE" });
    const said = await written();
    await writeFile(provenancePath(said), '{"schema": "longitude.pair-provenance/1"}');
    await expect(readProvenance(said, REVIEWERS)).rejects.toMatchObject({ code: "PAIRS_PROVENANCE" });
    const changed = await written();
    await writeFile(changed, '{"question": "What is gout?", "answer": "Nothing."}\n');
    await expect(readProvenance(changed, REVIEWERS)).rejects.toMatchObject({ code: "PAIRS_CHANGED" });
    const forged = await written();
    const text = await readFile(provenancePath(forged), "utf8");
    await writeFile(provenancePath(forged), text.replace("two readers", "ten readers"));
    await expect(readProvenance(forged, REVIEWERS)).rejects.toMatchObject({ code: "VETTING_SIGNATURE" });
    const stranger = await written({}, createPrivateKey(createSigningKey().privateKeyPem));
    await expect(readProvenance(stranger, REVIEWERS)).rejects.toMatchObject({ code: "VETTING_SIGNATURE" });
    const unknown = await written({ signedBy: "ann" });
    await expect(readProvenance(unknown, REVIEWERS)).rejects.toMatchObject({ code: "VETTING_KEY_UNKNOWN" });
  });

  it("gives the pairs whose own verdict is an approval, until its provenance expires", async () => {
    const provenance = await readProvenance(await written({ expiresAt: TODAY }), REVIEWERS);
    const verdicts = ["approved", "Accepted", "rejected", "disputed", "", null, "perhaps"];
    const select = (today: string) =>
      selectFiledPairs(
        (async function* (): AsyncGenerator<FiledPair> {
          for (const verdict of verdicts) yield { question: "What?", answer: "That.", group: null, verdict };
          yield { question: "What?", answer: " ", group: null, verdict: "approved" };
        })(),
        provenance,
        today,
      );
    const now = await select(TODAY);
    expect(now.pairs).toHaveLength(2);
    expect(now.leftOut).toEqual({ unvetted: 3, rejected: 1, disputed: 1, stale: 0, expired: 0, empty: 1 });
    expect(now.evidence).toEqual([`provenance ${provenance.id}`]);
    expect((await select("2026-06-02")).leftOut).toMatchObject({ expired: 3 });
  });
});

describe("wordings of one question", () => {
  it.each([
    ["What are the symptoms of gout?", "Gout symptoms"],
    ["How is gout treated?", "What is the treatment for gout ?"],
    ["What is (are) Gout ?", "what is gout"],
  ])("%s and %s", (a, b) => {
    expect(wordingOf(a)).toBe(wordingOf(b));
  });

  it("differ where the question does", () => {
    expect(wordingOf("What causes gout?")).not.toBe(wordingOf("How is gout treated?"));
    expect(wordingOf("What is asthma?")).not.toBe(wordingOf("What is gout?"));
  });

  const word = fc.constantFrom("gout", "asthma", "causes", "treated", "symptoms", "rare", "child");
  const someone: fc.Arbitrary<VettedPair> = fc.record({
    question: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `What ${words.join(" ")}?`),
    answer: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
    group: fc.option(fc.constantFrom("a", "b", "c", "d", "e")),
  });
  const SHARES = { seed: 1, train: 0.4, tuning: 0.2, heldOut: 0.4 };

  it("are never on both sides of a split, whatever the order of the pairs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someone, { maxLength: 30 }),
        fc.array(someone, { maxLength: 5 }),
        async (pairs, read) => {
          const before = async function* (): AsyncGenerator<Document> {
            for (const { question, answer } of read) yield { split: "train", question, text: answer };
          };
          const { documents } = await pairDocuments(pairs, SHARES, before());
          const of = (split: string) => documents.filter((one) => one.split === split);
          const learned = [...of("train"), ...of("tuning")];
          const wordings = new Set([...learned, ...read].map(({ question }) => wordingOf(question)));
          const answers = new Set([...learned.map(({ text }) => text), ...read.map(({ answer }) => answer)]);
          for (const { question, text } of of("held_out")) {
            expect(wordings.has(wordingOf(question))).toBe(false);
            expect(answers.has(text)).toBe(false);
          }
          const keys = groupKeys(pairs);
          expect(groupKeys(pairs.toReversed()).toReversed()).toEqual(keys);
        },
      ),
    );
  });
});
