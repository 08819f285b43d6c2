/** The same card for the same request: a UUID (version 8) of a hash. */
import { createHash } from "node:crypto";

export function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @param hookInstance of the call @param answer id */
export function cardIdOf(hookInstance: string, serviceId: string, answer: string): string {
  return uuidOf(`${hookInstance}\0${serviceId}\0${answer}`);
}
