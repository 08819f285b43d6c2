/** Asks how far an export is. The answer is of the export itself: what is wrong with the line is tried again below. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_JOB_FAILED } from "../../errors/registry.ts";
import type { BulkServer } from "./bulk-server.ts";
import { bodyText, header } from "./http-exchange.ts";
import { jsonOf } from "./json-of.ts";
import { issueCodes, issuesOf, isTransient } from "./operation-outcome.ts";

export type ExportState =
  /** `manifest`: of what is ready already (STU 3), else undefined. */
  | {
      readonly kind: "running";
      readonly progress: string | null;
      readonly retryAfter: string | null;
      readonly manifest: unknown;
    }
  | { readonly kind: "complete"; readonly manifest: unknown }
  /** The server does not know the export any more. */
  | { readonly kind: "gone" };

const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
const MAX_PROGRESS = 100;

export async function askState(server: BulkServer, url: URL): Promise<ExportState> {
  return server.send<ExportState>(
    {
      method: "GET",
      url,
      headers: async () => ({ accept: "application/json", "accept-encoding": "gzip" }),
      token: true,
      what: "the export's state",
      judgesFailures: true,
    },
    async (answer) => {
      const text = await bodyText(answer, MAX_MANIFEST_BYTES);
      // `separate-export-status` of a draft: the state of the export stands apart from that of the question.
      const status = Number(/^\d{3}/.exec(header(answer, "x-export-status") ?? "")?.[0] ?? answer.status);
      if (status === 200) return { kind: "complete", manifest: jsonOf(text) };
      if (status === 202) {
        const told = header(answer, "x-progress");
        return {
          kind: "running",
          progress: told === null ? null : shown(told),
          retryAfter: header(answer, "retry-after"),
          manifest: jsonOf(text),
        };
      }
      if (status === 404 || status === 410) return { kind: "gone" };
      // A gateway's own failure has no OperationOutcome; the export may well go on behind it.
      const passing = isTransient(text) || issuesOf(jsonOf(text)) === null;
      if (answer.status >= 500 && passing) return null;
      throw new LongitudeError(PULL_JOB_FAILED, `the export failed with ${status}${issueCodes(text)}`);
    },
  );
}

/** The server's own words on a terminal: one line, no control characters, not longer than the specification allows. */
function shown(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_PROGRESS);
}
