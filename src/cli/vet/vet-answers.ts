/** `longitude vet answers` and `longitude vet provenance`: question-answer pairs that a language model may be taught. */
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { replaceFile } from "../../artefacts/durable.ts";
import { systemEffects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { USAGE_INVALID } from "../../errors/registry.ts";
import { fileHash, provenancePath, signProvenance } from "../../vetting/pairs/pair-provenance.ts";
import { ANSWERS_FILE, pairContent, parsePairs } from "../../vetting/pairs/question-answer.ts";
import { propose } from "../../vetting/queue/propose.ts";
import { vettingArea } from "../../vetting/queue/vetting-tables.ts";
import { requireReviewer } from "../../vetting/statements/reviewers.ts";
import { withState } from "../open-site-state.ts";
import { readSite } from "../read-site.ts";
import { readVettingFiles } from "../site-vetting.ts";
import { print, type VetFlags, vetVerb } from "./vet-flags.ts";
import { readSignerKey } from "./vet-sign.ts";

const GUIDELINE =
  "Approve when the answer answers the question, the source says it, it is still current, and a patient who acts on it comes to no harm. Open the link.";

export function answerCommands(): Command[] {
  return [answersCommand(), provenanceCommand()];
}

function answersCommand(): Command {
  return vetVerb(
    "answers",
    "Check question-answer pairs, keep them in the site and put what is new into the queue.",
  )
    .argument("<file>", "NDJSON, a pair a line; it replaces the site's answers.ndjson")
    .requiredOption("--as <id>", "who imports, for the audit log")
    .action(async (file: string, flags: VetFlags & { as: string }) => {
      const site = await readSite(flags.site);
      const text = await readFile(file, "utf8");
      const pairs = parsePairs(text, file);
      const { folder } = await readVettingFiles(site.folder, site.configuration.vetting);
      const proposals = pairs.map((pair) => ({
        kind: "answer" as const,
        name: pair.id,
        content: pairContent(pair),
        guideline: GUIDELINE,
      }));
      const added = await withState(site, [vettingArea], (state) =>
        state.transaction((tx) => propose(tx, proposals, flags.as, systemEffects.now())),
      );
      await mkdir(folder, { recursive: true });
      await replaceFile(join(folder, ANSWERS_FILE), text);
      print(
        flags,
        "longitude.answers-import/1",
        { pairs: pairs.length, proposed: added },
        `${pairs.length} pairs; ${added.length} put into the queue (longitude vet next --kind answer)\n`,
      );
    });
}

interface ProvenanceFlags extends VetFlags {
  readonly vettedBy: readonly string[];
  readonly vettedAt: string;
  readonly expires?: string;
  readonly method: string;
  readonly source: string;
  readonly licence: string;
  readonly verdictField?: string;
  readonly demonstration?: boolean;
  readonly as?: string;
  readonly key?: string;
}

function provenanceCommand(): Command {
  return vetVerb(
    "provenance",
    "State who vetted a file of question-answer pairs; a signer of the site signs it.",
  )
    .argument("<file>", "NDJSON or CSV, plain or gzip; FILE.provenance.json is written beside it")
    .requiredOption("--vetted-by <who...>", "institution, committee or people who vetted the pairs")
    .requiredOption("--vetted-at <day>", "when, YYYY-MM-DD", day)
    .requiredOption("--method <text>", "how, in a sentence")
    .requiredOption("--source <text>", "where the pairs come from")
    .requiredOption("--licence <text>", "under which licence they may be used")
    .option("--verdict-field <name>", "field with each pair's verdict: approved, rejected, disputed or empty")
    .option("--expires <day>", "the last day on which it counts, YYYY-MM-DD", day)
    .option("--demonstration", "nobody vetted them for clinical use")
    .option("--as <id>", "who signs, as in reviewers.yaml; not signed, only recorded, when absent")
    .option("--key <file>", "their private key")
    .action(async (file: string, flags: ProvenanceFlags) => {
      if ((flags.as === undefined) !== (flags.key === undefined))
        throw new LongitudeError(USAGE_INVALID, "--as and --key go together");
      const site = await readSite(flags.site);
      const { reviewers } = await readVettingFiles(site.folder, site.configuration.vetting);
      const signer = flags.as === undefined ? null : requireReviewer(reviewers, flags.as, "signer");
      const key = signer === null ? null : await readSignerKey(flags.key ?? "", signer.publicKey ?? "");
      const provenance = signProvenance(
        {
          schema: "longitude.pair-provenance/1",
          sha256: await fileHash(file),
          vettedBy: [...flags.vettedBy],
          vettedAt: flags.vettedAt,
          expiresAt: flags.expires ?? null,
          method: flags.method,
          source: flags.source,
          licence: flags.licence,
          verdictField: flags.verdictField ?? null,
          demonstration: flags.demonstration === true,
          signedBy: flags.as ?? null,
        },
        key,
      );
      const path = provenancePath(file);
      await replaceFile(path, `${JSON.stringify(provenance, null, 2)}\n`);
      print(
        flags,
        "longitude.pair-provenance-written/1",
        { path, provenance },
        `wrote ${basename(path)}, ${key === null ? "recorded and not signed" : `signed by ${flags.as ?? ""}`}\n`,
      );
    });
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("a day, YYYY-MM-DD");
  return text;
}
