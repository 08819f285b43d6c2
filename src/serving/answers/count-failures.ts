/**
 * Records that a request for a forecast ended in an error: where and with which code, for the monitors.
 * Invariant: the error that is answered is the one that was thrown, also where it cannot be recorded.
 */
import { ANSWER_WITHHELD, SERVE_LIMIT, STATE_UNAVAILABLE } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { Principal } from "../access/principal.ts";
import { errorCode } from "../error-code.ts";
import type { ServerContext } from "../server-context.ts";
import type { ServingTables } from "./serving-tables.ts";

export interface AskedFor {
  /** `cds.patient-view`, `v1.forecast`. */
  readonly kind: string;
  readonly unit: string;
}

/** What a stage withholds and what a quota refuses are as they should be; what a lost state refuses it cannot keep. */
const NOT_COUNTED: readonly string[] = [ANSWER_WITHHELD.code, SERVE_LIMIT.code, STATE_UNAVAILABLE.code];

export async function countFailures<T>(
  context: ServerContext,
  { tenant }: Pick<Principal, "tenant">,
  asked: AskedFor,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errorCode(error);
    if (!NOT_COUNTED.includes(code)) await store(context, tenant, asked, code);
    throw error;
  }
}

async function store(
  { state, model, effects, log }: ServerContext,
  tenant: string,
  { kind, unit }: AskedFor,
  code: string,
): Promise<void> {
  const at = isoTime(effects.now());
  const release = model.manifest.id;
  try {
    await state.transaction((tx) =>
      tx
        .withTables<ServingTables>()
        .insertInto("serving_failure")
        .values({ at, tenant, release, kind, unit, code })
        .execute(),
    );
  } catch (error) {
    const kindOf = error instanceof Error ? error.name : typeof error;
    log.write({
      event: "failed",
      requestId: "failure",
      route: kind,
      code: STATE_UNAVAILABLE.code,
      kind: kindOf,
    });
  }
}
