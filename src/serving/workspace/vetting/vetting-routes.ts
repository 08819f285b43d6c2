/** What reviewers do in the workspace: look, be given the next item, decide. The queue's own rules hold as in `longitude vet`. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import { claimNext } from "../../../vetting/queue/claim-next.ts";
import { decide } from "../../../vetting/queue/decide.ts";
import { readChart } from "../../../vetting/queue/read-chart.ts";
import { requireReviewer } from "../../../vetting/statements/reviewers.ts";
import type { PersonRole } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { vettingAnswer, vettingAnswerSchema } from "./vetting-answer.ts";

const REVIEWING: readonly PersonRole[] = ["reviewer"];

const ROLES = ["review", "adjudication"] as const;
const nextBody = z.strictObject({ role: z.enum(ROLES) });

const nextAnswerSchema = z.strictObject({
  /** Null: nothing waits. */
  item: z
    .strictObject({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      contentHash: z.string(),
      content: z.json(),
      guideline: z.string(),
      leaseUntil: z.string(),
      reviews: z.array(z.strictObject({ verdict: z.string(), confidence: z.int(), reason: z.string() })),
    })
    .nullable(),
  /** The record of the person whose chart is read; null: no chart, or the site holds no records. */
  chart: z
    .array(
      z.strictObject({
        date: z.string().nullable(),
        code: z.string(),
        value: z.number().nullable(),
        unit: z.string().nullable(),
        text: z.string().nullable(),
      }),
    )
    .nullable(),
});

const decisionBody = z.strictObject({
  /** Drawn by the page: sent again after a lost answer, it is recorded once. */
  id: z.uuid(),
  item: z.string().min(1).max(300),
  role: z.enum(ROLES),
  verdict: z.string().min(1).max(20),
  confidence: z.int().min(1).max(5),
  reason: z.string().regex(/^(?:\P{Cc}|\n){1,2000}$/u, "at most 2,000 characters"),
});

const decisionAnswerSchema = z.strictObject({
  state: z.enum(["open", "disputed", "settled"]),
  verdict: z.string().nullable(),
});

export type NextItem = z.output<typeof nextAnswerSchema>;
export type AskNext = z.input<typeof nextBody>;
export type SendDecision = z.input<typeof decisionBody>;
export type Decided = z.output<typeof decisionAnswerSchema>;

export function vettingRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["workspace"];
  app.get(
    "/workspace/vetting",
    {
      schema: {
        tags,
        summary: "What waits for the person who asks, how the queue stands, how far reviewers agree",
        response: { 200: vettingAnswerSchema },
      },
    },
    (request) => vettingAnswer(context, sessionWithRole(request, OVERSEEING)),
  );
  app.post(
    "/workspace/vetting/next",
    {
      schema: {
        tags,
        summary: "Gives the person the next item for an hour, or the one that they hold",
        body: nextBody,
        response: { 200: nextAnswerSchema },
      },
    },
    async (request) => {
      const { id } = sessionWithRole(request, REVIEWING);
      const { role } = request.body;
      await requireOne(id, role);
      const now = context.effects.now();
      const claimed = await context.state.transaction((tx) => claimNext(tx, role, id, now));
      if (claimed === null) return { item: null, chart: null };
      const { subjectKey, content, reviews, ...item } = claimed;
      const chart = subjectKey === null ? null : await openChart(id, claimed.id, subjectKey);
      return { item: { ...item, content: z.json().parse(content), reviews: [...reviews] }, chart };
    },
  );
  app.post(
    "/workspace/vetting/decisions",
    {
      schema: {
        tags,
        summary: "Records a review, or the word of a third where two reviewers differ",
        body: decisionBody,
        response: { 200: decisionAnswerSchema },
      },
    },
    async (request) => {
      const { id: reviewer } = sessionWithRole(request, REVIEWING);
      const { item: itemId, ...said } = request.body;
      await requireOne(reviewer, said.role);
      const { state, verdict } = await context.state.transaction((tx) =>
        decide(tx, { ...said, itemId, reviewer }, context.effects.now()),
      );
      return { state, verdict };
    },
  );

  /** @throws LongitudeError VETTING_REVIEWER */
  async function requireOne(id: string, role: (typeof ROLES)[number]): Promise<void> {
    requireReviewer(await context.vetting.reviewers(), id, role === "review" ? "reviewer" : "adjudicator");
  }

  /** That somebody read a person's record stands in the log before it is shown. */
  async function openChart(actor: string, object: string, patientKey: string) {
    const records = (await builtArtefacts(context.folder)).find(({ kind }) => kind === "records");
    if (records === undefined) return null;
    const facts = {
      actor,
      action: "vetting.chart",
      object,
      patientKey,
      reason: "",
      outcome: "done",
    } as const;
    await context.state.transaction((tx) => appendAudit(tx, facts, context.effects.now()));
    return readChart(records.folder, patientKey);
  }
}
