/** The areas of the state that the server works with: a new one is a line here. */
import { assistantArea } from "../assistant/conversations/assistant-tables.ts";
import { governanceArea } from "../governance/statements/governance-tables.ts";
import { readingArea } from "../privacy/proof/reading-tables.ts";
import type { StateArea } from "../state/migrate.ts";
import { vettingArea } from "../vetting/queue/vetting-tables.ts";
import { servingArea } from "./answers/serving-tables.ts";
import { identityArea } from "./identity/identity-tables.ts";
import { jobsArea } from "./jobs/job-tables.ts";
import { monitorArea } from "./monitor/monitor-tables.ts";
import { errorArea } from "./workspace/errors/error-tables.ts";

export const SERVING_AREAS: readonly StateArea[] = [
  governanceArea,
  servingArea,
  identityArea,
  monitorArea,
  assistantArea,
  jobsArea,
  vettingArea,
  readingArea,
  errorArea,
];
