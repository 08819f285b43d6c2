/** What waits for the person who looks, and the way to a served model in five steps, each with the command that does the same. */
import { z } from "zod";
import { isoTime } from "../../state/value-parsers.ts";
import type { Session } from "../identity/sessions.ts";
import type { ServerContext } from "../server-context.ts";
import { waitingOf, waitingSchema } from "./waiting.ts";

export const STEPS = ["source", "deidentify", "vet", "train", "gate"] as const;

export const homeAnswerSchema = z.strictObject({
  waiting: waitingSchema,
  steps: z.array(
    z.strictObject({
      step: z.enum(STEPS),
      /** `partly`: done in a way that does not count in care. */
      state: z.enum(["done", "partly", "open"]),
      detail: z.string(),
      command: z.string(),
    }),
  ),
});

export type HomeAnswer = z.output<typeof homeAnswerSchema>;
type Step = HomeAnswer["steps"][number];

export async function homeAnswer(context: ServerContext, session: Session): Promise<HomeAnswer> {
  const { manifest, outcomes, parameters, verdict } = context.model;
  const records = manifest.lineage.find(({ kind }) => kind === "records");
  const zone = records?.inputs.zone;
  const knowledge = context.knowledge(isoTime(context.effects.now()).slice(0, 10));
  const real = knowledge.filter(({ vetting }) => !vetting.demonstration).length;
  const { release } = await context.stages.current();
  const steps: Step[] = [
    {
      step: "source",
      state: records === undefined ? "open" : "done",
      detail: records === undefined ? "no import" : `import ${records.id.slice(0, 12)}`,
      command: "longitude ingest",
    },
    {
      step: "deidentify",
      state: zone === undefined ? "open" : "done",
      detail:
        zone === undefined
          ? "records are used as they came"
          : "records are de-identified before anything reads them",
      command: "longitude privacy",
    },
    {
      step: "vet",
      state: real > 0 ? "done" : knowledge.length > 0 ? "partly" : "open",
      detail:
        real > 0
          ? `${real} vetted statements`
          : knowledge.length > 0
            ? `${knowledge.length} statements, vetted for demonstration alone`
            : "nothing is vetted",
      command: "longitude vet",
    },
    {
      step: "train",
      state: "done",
      detail: `${outcomes.length} outcomes, ${parameters.toLocaleString("en-US")} parameters`,
      command: "longitude build",
    },
    {
      step: "gate",
      state: verdict.verdict === "deploy" ? "done" : verdict.verdict === "do not deploy" ? "open" : "partly",
      detail: `${verdict.verdict}; stage ${release.stage}`,
      command: "longitude gate",
    },
  ];
  return { waiting: await waitingOf(context, session), steps };
}
