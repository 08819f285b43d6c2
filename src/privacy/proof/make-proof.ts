/** Scans the whole de-identified store against everybody in the zone, and puts the proof together. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lockSite } from "../../artefacts/site-lock.ts";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PRIVACY_REPORT_MISSING } from "../../errors/registry.ts";
import { datasetContentHash } from "../../timeline/content-hash.ts";
import { Database } from "../../timeline/database.ts";
import { readDatasetLayout } from "../../timeline/dataset-layout.ts";
import { parquetSource } from "../../timeline/shard-events.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { loadIdentifiers } from "../records/identified-records.ts";
import { PRIVACY_JSON, type PrivacyReport, privacyReportSchema } from "../records/privacy-report.ts";
import { findResidual } from "../records/residual-scan.ts";
import type { Entropy } from "../zone/key-port.ts";
import { openZone } from "../zone/open-zone.ts";
import { unsealIdentifiers } from "../zone/sealed-records.ts";
import { PROOF_SCHEMA, type PrivacyProof, type SignedProof, signProof } from "./privacy-proof.ts";

export interface ProofTask {
  readonly site: string;
  readonly config: PrivacyConfig;
  /** Folder of the de-identified dataset. */
  readonly records: string;
  readonly review: PrivacyProof["review"];
}

/** @throws PRIVACY_REPORT_MISSING, and the errors of the zone */
export async function makeProof(task: ProofTask, effects: Effects, entropy: Entropy): Promise<SignedProof> {
  const { config, records } = task;
  const report = await readPrivacyReport(records);
  const zone = await openZone(config, entropy);
  const lock = await lockSite(zone.folder, effects);
  const database = await Database.open();
  try {
    const work = await zone.workFolder();
    const index = await loadIdentifiers(database, await unsealIdentifiers(zone, work));
    const { read, known, patterns, datesBeyondYear, agesOver89 } = await findResidual(
      database,
      records,
      index,
      config,
    );
    const proof: PrivacyProof = {
      schema: PROOF_SCHEMA,
      site: task.site,
      zone: zone.id,
      at: new Date(effects.now()).toISOString(),
      store: await datasetContentHash(await readDatasetLayout(records)),
      report,
      residual: { identifiers: index.size, read, known, patterns, datesBeyondYear, agesOver89 },
      review: task.review,
      checks: [],
    };
    return await signProof(zone, { ...proof, checks: checksOf(proof) });
  } finally {
    database.close();
    await zone.clearWork();
    await lock.release();
  }
}

export async function readPrivacyReport(records: string): Promise<PrivacyReport> {
  const path = join(records, PRIVACY_JSON);
  if (!existsSync(path))
    throw new LongitudeError(PRIVACY_REPORT_MISSING, `${records} was not de-identified by Longitude`);
  return privacyReportSchema.parse(JSON.parse(await readFile(path, "utf8")));
}

/** The texts that leave, in the order of the store. */
export async function releasedTexts(records: string): Promise<string[]> {
  const database = await Database.open();
  try {
    const { shards } = await readDatasetLayout(records);
    const files = shards.map((shard) => join(records, shard));
    const rows = await database.rows(
      `SELECT DISTINCT text_value AS text FROM ${parquetSource(files)} WHERE text_value IS NOT NULL ORDER BY text_value`,
    );
    return rows.map((row) => String(row.text));
  } finally {
    database.close();
  }
}

function checksOf({ report, residual }: PrivacyProof): PrivacyProof["checks"] {
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, n) => total + n, 0);
  const { risk, riskLimit, profile, persons } = report;
  return [
    { check: "no identifier of anybody in the zone is left", holds: sum(residual.known) === 0 },
    {
      check: "nothing looks like a telephone number, an address or a number of identity",
      holds: sum(residual.patterns) === 0,
    },
    ...(profile === "safe-harbor"
      ? [
          { check: "no date is finer than its year", holds: residual.datesBeyondYear === 0 },
          { check: "ages over 89 are one group", holds: residual.agesOver89 === 0 },
        ]
      : []),
    ...(riskLimit === null
      ? []
      : [{ check: `no person's risk is above ${riskLimit}`, holds: risk.prosecutor.greatest <= riskLimit }]),
    {
      check: "every person is kept, opted out or suppressed",
      holds: persons.kept <= persons.in - persons.optedOut,
    },
  ];
}
