/** A statement that is refused stands in the audit log too: by who is logged in, because nobody else is proven to have sent it. */
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import type { ServerContext } from "../../server-context.ts";

interface StatedBy {
  readonly kind: string;
  readonly subject: string;
  readonly by: string;
}

const AUDIT_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/+=#-]{0,199}$/;

/** Does it, and records a refusal. */
export async function orAudited(
  { state, effects }: ServerContext,
  actor: string,
  { kind, subject, by }: StatedBy,
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
