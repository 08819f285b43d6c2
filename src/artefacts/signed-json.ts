/**
 * JSON that somebody has signed with an Ed25519 key, and the files that keys live in.
 * Invariant: a private key is written once, for its owner alone (mode 600), and never printed.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_FILE } from "../errors/registry.ts";
import { canonicalJson, type Json } from "./canonical-json.ts";

/** SubjectPublicKeyInfo in base64, as it stands in people.yaml and manifests. */
export type PublicKeyText = string;

export function signJson(content: Json, key: KeyObject): string {
  return sign(null, Buffer.from(canonicalJson(content)), key).toString("base64");
}

export function isSignedBy(content: Json, signature: string, publicKey: PublicKeyText): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519") return false;
    return verify(null, Buffer.from(canonicalJson(content)), key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

/** Lower-case hexadecimal SHA-256 of the canonical JSON. */
export function jsonHash(content: Json | object): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

export function publicKeyText(key: KeyObject): PublicKeyText {
  const half = key.type === "public" ? key : createPublicKey(key);
  return half.export({ format: "der", type: "spki" }).toString("base64");
}

/** @throws LongitudeError GOVERNANCE_FILE when the file holds no Ed25519 private key in PEM */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(path, "utf8"));
    if (key.asymmetricKeyType !== "ed25519") throw new TypeError("another kind of key");
    return key;
  } catch (cause) {
    throw new LongitudeError(GOVERNANCE_FILE, `${path} holds no Ed25519 private key`, { cause });
  }
}

/** The key in the file; a new one is made when there is no file. */
export async function ownPrivateKey(path: string): Promise<KeyObject> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(path, "wx", 0o600);
    try {
      const { privateKey } = generateKeyPairSync("ed25519");
      await file.writeFile(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readPrivateKey(path);
}
