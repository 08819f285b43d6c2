/** What the screens of a patient ask: the record with its forecasts, earlier forecasts, futures, and what somebody says of a forecast. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import { answerSchema } from "../../answers/answer.ts";
import { readStoredAnswer } from "../../answers/answer-store.ts";
import { storeFeedback } from "../../answers/store-feedback.ts";
import { OVERRIDE_REASONS } from "../../cds/override-reasons.ts";
import { sessionOf } from "../../identity/session-routes.ts";
import { careTeam, careTeamSchema, fieldsOfOutcomes } from "./care-team.ts";
import { openRecord, PATIENT_KEY, type RecordDesk } from "./open-record.ts";
import { pastRisks, pastRisksSchema } from "./past-risks.ts";
import { patientAnswer, patientAnswerSchema } from "./patient-answer.ts";
import { patientTokens, patientTokensSchema } from "./patient-tokens.ts";
import { futuresSchema, simulatedFutures } from "./simulated-futures.ts";

const params = z.object({
  key: z.string().regex(PATIENT_KEY, "a patient's key"),
});
const reason = z.enum(OVERRIDE_REASONS.map(({ code }) => code) as [string, ...string[]]);

const feedbackBody = z.strictObject({
  answer: z.string().regex(/^ans-[0-9a-f]{32}$/),
  outcome: z.string().max(100),
  horizon: z.string().max(20),
  says: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("agree") }),
    z.strictObject({ kind: z.literal("disagree"), reason }),
    z.strictObject({ kind: z.literal("not applicable") }),
  ]),
});

export type PatientFeedback = z.input<typeof feedbackBody>;
const NOT_APPLICABLE = "patient-not-eligible";

export function patientRoutes(instance: FastifyInstance, desk: RecordDesk): void {
  const { context } = desk;
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["workspace"];
  const fields = fieldsOfOutcomes(context.model);
  app.get(
    "/workspace/patients/:key",
    {
      schema: {
        tags,
        summary: "A patient's record, forecasts and what moved them",
        params,
        response: { 200: patientAnswerSchema },
      },
    },
    async (request) => {
      const session = sessionOf(request);
      return patientAnswer(desk, session, await openRecord(desk, session, request.params.key));
    },
  );
  app.get(
    "/workspace/patients/:key/past",
    {
      schema: {
        tags,
        summary: "What would have been forecast earlier",
        params,
        response: { 200: pastRisksSchema },
      },
    },
    async (request) => {
      const session = sessionOf(request);
      return pastRisks(context, session, await openRecord(desk, session, request.params.key));
    },
  );
  app.get(
    "/workspace/patients/:key/futures",
    { schema: { tags, summary: "Simulated futures, summed", params, response: { 200: futuresSchema } } },
    async (request) => {
      const session = sessionOf(request);
      const opened = await openRecord(desk, session, request.params.key);
      const { forecasts } = await patientAnswer(desk, session, opened);
      const shown = new Set(forecasts.filter(({ risk }) => risk !== null).map(({ outcome }) => outcome));
      const events = opened.record.events.map((event) => context.meaning.settled(event));
      return simulatedFutures(context, events, shown);
    },
  );
  app.get(
    "/workspace/patients/:key/team",
    {
      schema: { tags, summary: "A patient by specialty", params, response: { 200: careTeamSchema } },
    },
    async (request) => {
      const session = sessionOf(request);
      const opened = await openRecord(desk, session, request.params.key);
      return careTeam(await patientAnswer(desk, session, opened), fields);
    },
  );
  app.get(
    "/workspace/patients/:key/tokens",
    {
      schema: {
        tags,
        summary: "A patient's record as the tokens that the model reads",
        params,
        response: { 200: patientTokensSchema },
      },
    },
    async (request) => {
      const session = sessionOf(request);
      const opened = await openRecord(desk, session, request.params.key);
      const now = context.effects.now();
      const { displays } = opened.record;
      // The key alone: who looked at whose tokens, and at nothing of them.
      const { patientKey } = opened;
      await context.state.transaction((tx) =>
        appendAudit(
          tx,
          {
            actor: session.id,
            action: "record.tokens",
            object: "tokens",
            patientKey,
            reason: "",
            outcome: "done",
          },
          now,
        ),
      );
      return patientTokens(
        context,
        opened,
        (code) => displays.get(code) ?? desk.codeTexts.get(code) ?? code,
        now,
      );
    },
  );
  app.post(
    "/workspace/patients/:key/feedback",
    {
      schema: {
        tags,
        summary: "Agrees with a forecast, disagrees, or says that it does not apply",
        params,
        body: feedbackBody,
      },
    },
    async (request) => {
      const session = sessionOf(request);
      await openRecord(desk, session, request.params.key);
      const { answer, outcome, horizon, says } = request.body;
      const stored = await context.state.transaction((tx) => readStoredAnswer(tx, answer, session.tenant));
      const known = answerSchema
        .parse(JSON.parse(stored.answer))
        .forecasts.some((forecast) => forecast.outcome === outcome && forecast.horizon === horizon);
      if (!known) return { stored: 0 };
      const said =
        says.kind === "agree"
          ? { outcome: "accepted", reason: "" }
          : { outcome: "overridden", reason: says.kind === "disagree" ? says.reason : NOT_APPLICABLE };
      const count = await storeFeedback(
        context,
        { tenant: session.tenant, client: session.id },
        "workspace",
        [{ ...said, card: `${answer}/${outcome}/${horizon}`, content: request.body }],
      );
      return { stored: count };
    },
  );
}
