/** Run as a process of its own: records decisions with their audit entries one after the other, says each that is committed. */
import { sql } from "kysely";
import { systemEffects } from "../../src/effects/effects.ts";
import { appendAudit } from "../../src/state/audit/audit-log.ts";
import { openState } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { decisions } from "./decisions-area.ts";

const [, , folder = "", round = "0", count = "1000000"] = process.argv;
const effects = systemEffects;
const state = await openState({
  folder,
  config: stateSchema.parse({}),
  areas: [decisions],
  effects,
  waitMs: 120_000,
});
process.stdout.write("open\n");
for (let i = 0; i < Number(count); i++) {
  const id = `${round}-${i}`;
  await state.transaction(async (tx) => {
    await sql`insert into decision (id, filler) values (${id}, ${"x".repeat(3000)})`.execute(tx);
    await appendAudit(
      tx,
      {
        actor: "reviewer",
        action: "test.decide",
        object: id,
        patientKey: null,
        reason: "",
        outcome: "done",
      },
      effects.now(),
    );
  });
  process.stdout.write(`${id}\n`);
}
await state.close();
