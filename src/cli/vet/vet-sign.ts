/** `longitude vet sign`, `status`, `report`: what has been vetted. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { replaceFile } from "../../artefacts/durable.ts";
import { systemEffects } from "../../effects/effects.ts";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { VETTING_EXPIRED, VETTING_KEY_UNKNOWN } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { audit } from "../../vetting/queue/propose.ts";
import { settledDefinitions } from "../../vetting/queue/settled-definitions.ts";
import { vettingArea } from "../../vetting/queue/vetting-tables.ts";
import { type VettingEvidence, vettingEvidence } from "../../vetting/report/vetting-evidence.ts";
import { intervalText, percentText, vettingPage } from "../../vetting/report/vetting-page.ts";
import { restsOn } from "../../vetting/statements/definitions-file.ts";
import { publicKeyOf, requireReviewer } from "../../vetting/statements/reviewers.ts";
import {
  STATEMENTS_FILE,
  signStatement,
  type VettedStatement,
} from "../../vetting/statements/vetted-statement.ts";
import { outcomeDefinitions, vettingMarks } from "../../vetting/statements/vetting-status.ts";
import { withState } from "../open-site-state.ts";
import { readSite, type Site } from "../read-site.ts";
import { readVettingFiles, vettingOfAll } from "../site-vetting.ts";
import { print, type VetFlags, vetVerb } from "./vet-flags.ts";

export function signCommands(): Command[] {
  return [signCommand(), statusCommand(), reportCommand()];
}

interface SignFlags extends VetFlags {
  readonly as: string;
  readonly key: string;
  readonly expires: string;
  readonly evidence: readonly string[];
}

function signCommand(): Command {
  return vetVerb(
    "sign",
    "Sign every definition that is settled and not signed yet, as a version with an expiry.",
  )
    .requiredOption("--as <id>", "who signs, as in reviewers.yaml")
    .requiredOption("--key <file>", "their private key")
    .requiredOption("--expires <day>", "the last day on which it counts, YYYY-MM-DD")
    .requiredOption("--evidence <lines...>", "on which evidence: sources, measures")
    .action(async (flags: SignFlags) => {
      const site = await readSite(flags.site);
      const { folder, reviewers, statements, definitions } = await readVettingFiles(
        site.folder,
        site.configuration.vetting,
      );
      const signer = requireReviewer(reviewers, flags.as, "signer");
      const key = await readSignerKey(flags.key, signer.publicKey ?? "");
      const now = systemEffects.now();
      const today = isoTime(now).slice(0, 10);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(flags.expires) || flags.expires < today) {
        throw new LongitudeError(VETTING_EXPIRED, "--expires is a day that has not passed, YYYY-MM-DD");
      }
      const signed = await withState(site, [vettingArea], (state) =>
        state.transaction(async (tx) => {
          const settled = await settledDefinitions(tx);
          const fresh = settled.filter(
            (one) =>
              !statements.some(
                (statement) =>
                  statement.kind === one.kind &&
                  statement.name === one.name &&
                  statement.contentHash === one.contentHash &&
                  statement.evidence.includes(one.evidence) &&
                  statement.expiresAt >= today,
              ),
          );
          const made = fresh.map(({ evidence, itemId: _item, ...one }) =>
            signStatement(
              {
                schema: "longitude.vetted/1",
                ...one,
                vettedAt: today,
                expiresAt: flags.expires,
                evidence: [...flags.evidence, evidence],
                dependsOn: one.kind === "outcome" ? restsOn(one.name, definitions) : [],
                signedBy: flags.as,
              },
              key,
            ),
          );
          for (const { itemId } of fresh) await audit(tx, flags.as, "vetting.sign", itemId, null, now);
          return made;
        }),
      );
      await append(join(folder, STATEMENTS_FILE), signed);
      print(
        flags,
        "longitude.vetting-signed/1",
        { signed },
        `${signed.length} statements signed until ${flags.expires}\n${signed.map(({ kind, name, verdict }) => `  ${kind} ${name}: ${verdict}\n`).join("")}`,
      );
    });
}

/** @throws VETTING_KEY_UNKNOWN when the file does not hold the private half of `publicKey` */
export async function readSignerKey(path: string, publicKey: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(path, "utf8"));
    if (!createPublicKey(key).equals(publicKeyOf(publicKey))) throw new TypeError("another key");
    return key;
  } catch (cause) {
    throw new LongitudeError(VETTING_KEY_UNKNOWN, `${path} is not the private key of this signer`, { cause });
  }
}

/** The whole file anew, so that a crash leaves the old statements or the new ones. */
async function append(path: string, statements: readonly VettedStatement[]): Promise<void> {
  if (statements.length === 0) return;
  const before = await readFile(path, "utf8").catch(() => "");
  await replaceFile(path, `${before}${statements.map((one) => `${JSON.stringify(one)}\n`).join("")}`);
}

function statusCommand(): Command {
  return vetVerb("status", "Say of each outcome and definition whether it is vetted today.").action(
    async (flags: VetFlags) => {
      const { folder, configuration, vetting: outcomes } = await readSite(flags.site);
      const files = await readVettingFiles(folder, configuration.vetting);
      const others = vettingOfAll(files.definitions, configuration.outcomes, files, systemEffects);
      const vetting = [...outcomes, ...others];
      const lines = vetting.map(
        ({ name, status, expiresAt, demonstration }) =>
          `${name.padEnd(20)} ${status}${status === "vetted" ? ` until ${expiresAt ?? ""}` : ""}${demonstration ? " (demonstration)" : ""}\n`,
      );
      const marks = vettingMarks(vetting).map((mark) => `${mark}\n`);
      print(flags, "longitude.vetting-status/1", { vetting }, [...lines, ...marks].join(""));
    },
  );
}

function reportCommand(): Command {
  return vetVerb(
    "report",
    "Agreement of reviewers, accuracy of definitions, drift and time; as a table and a page.",
  )
    .option("--out <dir>", "folder for vetting.html and vetting.json (default: SITE/report-vetting)")
    .action(async (flags: VetFlags & { out?: string }) => {
      const site = await readSite(flags.site);
      const evidence = await evidenceOf(site);
      const out = resolve(flags.out ?? join(site.folder, "report-vetting"));
      await mkdir(out, { recursive: true });
      const { vetting } = site;
      const result = { vetting, ...evidence };
      await writeFile(join(out, "vetting.html"), vettingPage(site.configuration.name, vetting, evidence));
      await writeFile(join(out, "vetting.json"), `${JSON.stringify(result, null, 1)}\n`);
      print(
        flags,
        "longitude.vetting-report/1",
        { ...result, out },
        `${tableOf(evidence)}report: ${join(out, "vetting.html")}\n`,
      );
    });
}

function evidenceOf(site: Site): Promise<VettingEvidence> {
  const current = new Map(
    outcomeDefinitions(site.configuration.outcomes).map(({ name, contentHash }) => [name, contentHash]),
  );
  return withState(site, [vettingArea], (state) =>
    state.transaction((tx) => vettingEvidence(tx, current, createRandom("vetting report"))),
  );
}

function tableOf({ items, agreement, definitions, reviewers }: VettingEvidence): string {
  const lines = [
    `items: ${items.settled} settled, ${items.disputed} disputed, ${items.open} open`,
    ...agreement.map(
      ({ kind, name, twice, agreed, kappa }) =>
        `${kind} ${name}: ${agreed} of ${twice} agreed, kappa ${intervalText(kappa)}`,
    ),
    ...definitions.map(
      ({ outcome, stale, positivePredictiveValue, sensitivity }) =>
        `${outcome}${stale ? " (stale)" : ""}: positive predictive value ${percentText(positivePredictiveValue)}, sensitivity ${percentText(sensitivity)}`,
    ),
    ...reviewers.map(
      ({ reviewer, reviews, medianMinutes, drift }) =>
        `${reviewer}: ${reviews} reviews, median ${medianMinutes.toFixed(1)} min, drift ${intervalText(drift)}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
