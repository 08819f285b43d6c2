/** Changes a dataset and is killed meanwhile: `overwrite DIR INPUT`, `append DIR INPUT` or `forget DIR PERSON`. */

import { systemEffects } from "../../src/effects/effects.ts";
import { forgetPersons } from "../../src/ingest/forget-persons.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { subjectKeyOf } from "../../src/ingest/subject-key.ts";

const [change, dir = "", what = ""] = process.argv.slice(2);
process.stdout.write("begun\n");
if (change !== "forget") {
  const options = { input: what, out: dir, [change!]: true, rejectLimit: 1 };
  for await (const _ of ingest(options, systemEffects));
} else {
  for await (const _ of forgetPersons(dir, new Set([subjectKeyOf(what)]), systemEffects));
}
