/** What the release page asks. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { personStatementSchema } from "../../../governance/statements/statement.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { PersonRole } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { AUDITING, OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { auditChain, auditChainSchema, releaseAnswer, releaseAnswerSchema } from "./release-answer.ts";

/** Whoever is logged in so may hand a statement in; whose it is, and what they may, tells its signature. */
const STATING: readonly PersonRole[] = ["administrator", "reviewer"];

const statementBody = z.strictObject({
  statement: personStatementSchema,
  /** Ed25519 over the canonical JSON of the statement, base64. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, "an Ed25519 signature in base64"),
});

const signingAnswerSchema = z.strictObject({
  now: z.string(),
  people: z.array(z.strictObject({ id: z.string(), name: z.string(), roles: z.array(z.string()) })),
});

export type SigningAnswer = z.output<typeof signingAnswerSchema>;
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
}

const AUDIT_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/+=#-]{0,199}$/;

/** What is refused stands in the log too: by who is logged in, because nobody else is proven to have sent it. */
async function orAudited(
  { state, effects }: ServerContext,
  actor: string,
  { kind, subject, by }: SignedStatement["statement"],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LongitudeError)) throw error;
    const named = (id: string) => (AUDIT_ID.test(id) ? id : "-");
    const facts = { actor, action: `governance.${kind}`, object: named(subject), patientKey: null } as const;
    const reason = `${error.code}, said to be by ${named(by).slice(0, 100)}`;
    await state.transaction((tx) => appendAudit(tx, { ...facts, reason, outcome: "refused" }, effects.now()));
    throw error;
  }
}
