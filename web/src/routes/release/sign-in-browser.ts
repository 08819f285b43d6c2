/**
 * Signs a statement with somebody's own key, in this browser: Ed25519 over the canonical JSON, as the command line does.
 * Invariant: the key is read from the file that its owner names, cannot be exported, and is neither sent nor kept.
 */
import { canonicalJson, toJson } from "../../../../src/artefacts/canonical-json.ts";

const PEM = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/;

/** What keeps it from being signed here; each is a text of the page. */
export type SigningFault = "noCrypto" | "noKey";

export async function signStatement<Statement extends object>(
  statement: Statement,
  keyFile: File,
): Promise<{ readonly statement: Statement; readonly signature: string } | SigningFault> {
  // Only pages that came by TLS, or from this machine, may sign.
  if (!isSecureContext) return "noCrypto";
  const der = PEM.exec(await keyFile.text())?.[1];
  if (der === undefined) return "noKey";
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("pkcs8", bytesOf(der), "Ed25519", false, ["sign"]);
  } catch (error) {
    return error instanceof DOMException && error.name === "NotSupportedError" ? "noCrypto" : "noKey";
  }
  const content = new TextEncoder().encode(canonicalJson(toJson(statement)));
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, content));
  return { statement, signature: btoa(String.fromCharCode(...signature)) };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
}
