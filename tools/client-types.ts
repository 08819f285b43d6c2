/** The types of the API as TypeScript, from the OpenAPI of a running server; the workspace's own routes are left out. */
import openapiTypescript, { astToString, type OpenAPI3 } from "openapi-typescript";
import { runServer } from "../test/support/running-server.ts";
import { makeServedSite } from "../test/support/served-site.ts";

export const CLIENT_TYPES = "src/client/api.generated.ts";
const OF_THE_WORKSPACE = /^\/(workspace|app|session|login|launch|logout)(\/|$)/;

/** @param openapi as `GET /openapi.json` answers */
export async function clientTypes(openapi: OpenAPI3): Promise<string> {
  const entries = Object.entries(openapi.paths ?? {}).filter(([path]) => !OF_THE_WORKSPACE.test(path));
  const paths = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const nodes = await openapiTypescript({ ...openapi, paths });
  return `// Written by npm run client:generate from GET /openapi.json.\n${astToString(nodes)}`;
}

/** What a server of this code says of itself. */
export async function servedOpenapi(): Promise<OpenAPI3> {
  const server = await runServer((await makeServedSite()).folder, { sandbox: true });
  try {
    return (await server.get("/openapi.json")).json as OpenAPI3;
  } finally {
    await server.stop();
  }
}
