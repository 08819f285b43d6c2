/** Compares two releases of the site for who oversees them; what is compared stands in the audit log. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { RELEASES_NOT_COMPARABLE } from "../../../errors/registry.ts";
import { requireRelease } from "../../../governance/release/registry.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import type { ServerContext } from "../../server-context.ts";
import { OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { compareAnswer, compareAnswerSchema } from "./compare-answer.ts";

const release = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the id of a release");
const query = z.object({
  /** The served one when left out. */
  release: release.optional(),
  /** The newest other one when left out. */
  with: release.optional(),
});

export function compareRoutes(instance: FastifyInstance, context: ServerContext): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    "/workspace/release/compare",
    {
      schema: {
        tags: ["workspace"],
        summary:
          "Two releases on the same persons: paired differences, gates of each, and what cannot be compared",
        querystring: query,
        response: { 200: compareAnswerSchema },
      },
    },
    async (request) => {
      const { id: actor } = sessionWithRole(request, OVERSEEING);
      const releases = await context.releases();
      const first = requireRelease(releases, request.query.release ?? context.model.manifest.id);
      const other = request.query.with ?? releases.findLast(({ id }) => id !== first.id)?.id;
      if (other === undefined || other === first.id)
        throw new LongitudeError(RELEASES_NOT_COMPARABLE, "a release is compared with another one");
      const second = requireRelease(releases, other);
      const answer = await compareAnswer(context, first, second);
      const facts = { actor, action: "release.compare", object: first.id, patientKey: null } as const;
      const reason = `with ${second.id}`;
      await context.state.transaction((tx) =>
        appendAudit(tx, { ...facts, reason, outcome: "done" }, context.effects.now()),
      );
      return answer;
    },
  );
}
