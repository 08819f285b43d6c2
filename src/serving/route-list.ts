/** Every family of routes of the server, in the order in which they are added: a new one is a line here. */
import { chatRoutes } from "./assistant/chat-routes.ts";
import { mcpRoutes } from "./assistant/mcp-routes.ts";
import { auditRoutes } from "./identity/audit-routes.ts";
import { identityRoutes } from "./identity/identity-routes.ts";
import { jobRoutes } from "./jobs/job-routes.ts";
import { monitorRoutes } from "./monitor/monitor-routes.ts";
import { cdsRoutes } from "./routes/cds-routes.ts";
import { fhirRoutes } from "./routes/fhir-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { openapiRoutes } from "./routes/openapi-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { v1LongRoutes } from "./routes/v1-long-routes.ts";
import { v1Routes } from "./routes/v1-routes.ts";
import type { AddRoutes } from "./server-context.ts";
import { workspaceRoutes } from "./workspace/workspace-routes.ts";

export const ROUTE_LIST: readonly AddRoutes[] = [
  identityRoutes,
  auditRoutes,
  healthRoutes,
  tokenRoutes,
  cdsRoutes,
  fhirRoutes,
  v1Routes,
  v1LongRoutes,
  chatRoutes,
  jobRoutes,
  mcpRoutes,
  monitorRoutes,
  workspaceRoutes,
  openapiRoutes,
];
