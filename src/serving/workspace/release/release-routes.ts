/** What the release page asks. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  personStatementSchema,
  rollBackStatementSchema,
  STAGES,
} from "../../../governance/statements/statement.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { ServerContext } from "../../server-context.ts";
import { AUDITING, OVERSEEING, STATING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { orAudited } from "./refused-statement.ts";
import { auditChain, auditChainSchema, releaseAnswer, releaseAnswerSchema } from "./release-answer.ts";

/** Ed25519 over the canonical JSON of the statement, base64. */
const signature = z.string().regex(/^[A-Za-z0-9+/]{86}==$/, "an Ed25519 signature in base64");
const statementBody = z.strictObject({ statement: personStatementSchema, signature });
/** In the order in which they are told. */
const rollBackBody = z.strictObject({
  signed: z
    .array(z.strictObject({ statement: rollBackStatementSchema, signature }))
    .min(1)
    .max(20),
});
const rollBackQuery = z.object({
  /** The served one when left out. */
  release: z.string().max(200).optional(),
});
const goingBackSchema = z.strictObject({
  /** Each is signed with `at`, `by` and `reason`. */
  statements: z.array(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("stage"), subject: z.string(), to: z.enum(STAGES) }),
      z.strictObject({ kind: z.literal("alias"), subject: z.string(), name: z.string() }),
    ]),
  ),
});

const signingAnswerSchema = z.strictObject({
  now: z.string(),
  people: z.array(z.strictObject({ id: z.string(), name: z.string(), roles: z.array(z.string()) })),
});

export type SigningAnswer = z.output<typeof signingAnswerSchema>;
export type GoingBack = z.output<typeof goingBackSchema>;
export type SignedRollBack = z.input<typeof rollBackBody>;
export type SignedStatement = z.input<typeof statementBody>;

export function releaseRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/release",
    {
      schema: {
        tags: ["workspace"],
        summary: "Verdict with every gate, the site's releases, and where the served one comes from",
        response: { 200: releaseAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, OVERSEEING);
      return releaseAnswer(context);
    },
  );
  app.get(
    "/workspace/release/audit",
    {
      schema: {
        tags: ["workspace"],
        summary: "Whether the audit log is as it was written",
        response: { 200: auditChainSchema },
      },
    },
    (request) => {
      sessionWithRole(request, AUDITING);
      return auditChain(context);
    },
  );
  app.get(
    "/workspace/release/signing",
    {
      schema: {
        tags: ["workspace"],
        summary: "Who may sign statements of releases, and the time that one is to bear",
        response: { 200: signingAnswerSchema },
      },
    },
    async (request) => {
      sessionWithRole(request, STATING);
      const people = await context.governance.people();
      return {
        now: isoTime(context.effects.now()),
        people: people.map(({ roles, ...person }) => ({ ...person, roles: [...roles] })),
      };
    },
  );
  app.post(
    "/workspace/release/statements",
    {
      schema: {
        tags: ["workspace"],
        summary: "Records an approval, a stage or a waiver that a person has signed with their own key",
        body: statementBody,
        response: { 200: z.strictObject({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const { id: actor } = sessionWithRole(request, STATING);
      const { statement, signature } = request.body;
      await orAudited(context, actor, statement, () => context.governance.record(statement, signature));
      context.log.write({ event: "statement", release: statement.subject });
      return { done: true as const };
    },
  );
  app.get(
    "/workspace/release/roll-back",
    {
      schema: {
        tags: ["workspace"],
        summary: "What going back from a release means: what a person is to sign",
        querystring: rollBackQuery,
        response: { 200: goingBackSchema },
      },
    },
    async (request) => {
      sessionWithRole(request, STATING);
      const found = await context.governance.goingBack(request.query.release ?? context.model.manifest.id);
      return {
        statements: found.map((one) =>
          one.kind === "stage"
            ? { kind: one.kind, subject: one.subject, to: one.to }
            : { kind: one.kind, subject: one.subject, name: one.name },
        ),
      };
    },
  );
  app.post(
    "/workspace/release/roll-back",
    {
      schema: {
        tags: ["workspace"],
        summary:
          "Goes back from a release: it is stopped and the one before takes its stage and names, as a person has signed",
        body: rollBackBody,
        response: { 200: z.strictObject({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const { id: actor } = sessionWithRole(request, STATING);
      const { signed } = request.body;
      const [first] = signed;
      if (first === undefined) return { done: true as const };
      await orAudited(context, actor, first.statement, () => context.governance.rollBack(signed));
      context.log.write({ event: "statement", release: first.statement.subject });
      return { done: true as const };
    },
  );
}
