/** Subject keys of those who have opted out and were in the store before: what a later refusal has to find. */
import { lockSite } from "../../artefacts/site-lock.ts";
import { systemEffects } from "../../effects/effects.ts";
import { Database } from "../../timeline/database.ts";
import type { SubjectKey } from "../../timeline/patient-event.ts";
import { readForgotten } from "../forget/forgotten-subjects.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { loadIdentifiers } from "../records/identified-records.ts";
import type { RawSubjectKey } from "../subject-keys.ts";
import type { Entropy } from "../zone/key-port.ts";
import { Linkage } from "../zone/linkage.ts";
import { unsealIdentifiers } from "../zone/sealed-records.ts";
import type { Zone } from "../zone/zone.ts";
import { leaveOutPersons, readOptOuts } from "./left-out-persons.ts";

export async function leftOutSubjects(
  zone: Zone,
  config: PrivacyConfig,
  entropy: Entropy,
): Promise<SubjectKey[]> {
  const optOuts = config.optOuts === undefined ? [] : await readOptOuts(config.optOuts);
  const lock = await lockSite(zone.folder, systemEffects);
  const database = await Database.open();
  try {
    await loadIdentifiers(database, await unsealIdentifiers(zone, await zone.workFolder()));
    await database.run("CREATE TABLE left_out (subject_id BIGINT)");
    await leaveOutPersons(database, optOuts);
    const linkage = await Linkage.read(zone, entropy);
    const rows = await database.rows(
      "SELECT CAST(subject_id AS DOUBLE) AS id FROM left_out ORDER BY subject_id",
    );
    const subjects = await readForgotten(zone);
    for (const { id } of rows) {
      const subject = linkage.ofRaw(id as RawSubjectKey)?.subject;
      if (subject !== undefined) subjects.add(subject);
    }
    return [...subjects].sort((a, b) => a - b);
  } finally {
    database.close();
    await zone.clearWork();
    await lock.release();
  }
}
