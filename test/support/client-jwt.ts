/** Clients of tests: a key pair, its key set, and the JWTs that they sign. */
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from "jose";
import { systemEffects } from "../../src/effects/effects.ts";

export interface TestClient {
  readonly jwks: JSONWebKeySet;
  /** @param change of claims; undefined takes a claim out */
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
}

export async function testClient(alg: "ES384" | "RS384" = "ES384"): Promise<TestClient> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: "sig" }] },
    sign: (claims, header = {}) => {
      const now = Math.floor(systemEffects.now() / 1000);
      const all = { jti: randomUUID(), iat: now, exp: now + 240, ...claims };
      return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
        .setProtectedHeader({ alg, kid, typ: "JWT", ...header })
        .sign(privateKey);
    },
  };
}
