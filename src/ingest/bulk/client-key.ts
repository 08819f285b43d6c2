/**
 * The key with which this site proves who it is (SMART Backend Services): read from a file, made, and its public half
 * published. Invariant: the private half leaves neither the process nor its file.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { calculateJwkThumbprint, exportJWK, type JWK } from "jose";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_KEY } from "../../errors/registry.ts";

export const SIGNING_ALGORITHMS = ["RS384", "ES384"] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export interface ClientKey {
  readonly key: KeyObject;
  readonly algorithm: SigningAlgorithm;
  /** Names the key in the published set. */
  readonly id: string;
}

const MIN_RSA_BITS = 2048;
const jwkSchema = z.looseObject({ kty: z.enum(["RSA", "EC"]), d: z.string(), kid: z.string().optional() });

/**
 * Reads a private key: a JWK, the first private key of a JWK set, or PEM.
 * @param id the key's id where the server knows it by another than the file says
 */
export async function readClientKey(file: string, id?: string): Promise<ClientKey> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new LongitudeError(PULL_KEY, `cannot read the key file ${file}`, { cause });
  });
  const { key, told } = text.trimStart().startsWith("{") ? keyOfJson(text, file) : keyOfPem(text, file);
  const algorithm = algorithmOf(key);
  if (algorithm === null)
    throw new LongitudeError(PULL_KEY, `the key of ${file} signs neither RS384 nor ES384`);
  return { key, algorithm, id: id ?? told ?? (await thumbprint(key)) };
}

function keyOfJson(text: string, file: string): { key: KeyObject; told: string | undefined } {
  try {
    const json: unknown = JSON.parse(text);
    const set = z.object({ keys: z.array(z.unknown()) }).safeParse(json);
    const candidates = set.success ? set.data.keys : [json];
    const jwk = candidates.map((one) => jwkSchema.safeParse(one)).find(({ success }) => success)?.data;
    if (jwk === undefined) throw new TypeError("no private key");
    return { key: createPrivateKey({ key: jwk, format: "jwk" }), told: jwk.kid };
  } catch (cause) {
    throw new LongitudeError(PULL_KEY, `${file} holds no private key as JWK`, { cause });
  }
}

function keyOfPem(text: string, file: string): { key: KeyObject; told: undefined } {
  try {
    return { key: createPrivateKey(text), told: undefined };
  } catch (cause) {
    throw new LongitudeError(PULL_KEY, `${file} holds no private key as PEM`, { cause });
  }
}

function algorithmOf(key: KeyObject): SigningAlgorithm | null {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa" && modulusLength >= MIN_RSA_BITS) return "RS384";
  return key.asymmetricKeyType === "ec" && namedCurve === "secp384r1" ? "ES384" : null;
}

async function thumbprint(key: KeyObject): Promise<string> {
  return calculateJwkThumbprint(await exportJWK(createPublicKey(key)));
}

/** What the server is given at registration, or reads at the address where it is published: public halves only. */
export async function publicKeySet(keys: readonly ClientKey[]): Promise<{ readonly keys: readonly JWK[] }> {
  return {
    keys: await Promise.all(
      keys.map(async ({ key, algorithm, id }) => ({
        ...(await exportJWK(createPublicKey(key))),
        kid: id,
        alg: algorithm,
        use: "sig",
        key_ops: ["verify"],
      })),
    ),
  };
}

/** Writes a new private key as JWK, readable for its owner only; a file that is there is never overwritten. */
export async function createClientKey(file: string, algorithm: SigningAlgorithm): Promise<ClientKey> {
  const { privateKey } =
    algorithm === "ES384"
      ? generateKeyPairSync("ec", { namedCurve: "P-384" })
      : generateKeyPairSync("rsa", { modulusLength: 3072 });
  const id = await thumbprint(privateKey);
  const jwk = { ...(await exportJWK(privateKey)), kid: id, alg: algorithm, use: "sig" };
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${JSON.stringify(jwk, null, 2)}\n`);
    await handle.sync();
    await handle.close();
  } catch (cause) {
    throw new LongitudeError(PULL_KEY, `cannot write a new key to ${file}; is there one already?`, { cause });
  }
  return { key: privateKey, algorithm, id };
}
