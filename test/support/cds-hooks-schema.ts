/** Judges messages by the stored JSON schema of CDS Hooks 2.0.1. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const ID = "https://longitude.example/schemas/cds-hooks-2.0.1";
const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addFormat("uri", (text) => URL.canParse(text));
ajv.addSchema(JSON.parse(readFileSync(new URL("./schemas/cds-hooks-2.0.1.json", import.meta.url), "utf8")));

/** @returns what is wrong; nothing when it conforms */
export function conformsTo(message: "discovery" | "response", json: unknown): string[] {
  const validate = ajv.compile({ $ref: `${ID}#/definitions/${message}` });
  validate(json);
  return (validate.errors ?? []).map(({ instancePath, message: text }) => `${instancePath} ${text}`);
}
