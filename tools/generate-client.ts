/** Writes the client's types; a test fails when what is checked in differs from what the server says. */
import { writeFileSync } from "node:fs";
import { CLIENT_TYPES, clientTypes, servedOpenapi } from "./client-types.ts";

writeFileSync(CLIENT_TYPES, await clientTypes(await servedOpenapi()));
