/**
 * An EHR's authorization and FHIR server (SMART App Launch 2.2) as a process of its own.
 * With a file of public keys it wants its client to sign assertions, else the client is public.
 * The launch says who the patient is, and may name one fault that a client must notice: `p1`, `p1~wrong-nonce`.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, UnsecuredJWT } from "jose";

const resources = JSON.parse(readFileSync(process.argv[2], "utf8"));
const [own, other] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
const jwk = { ...(await exportJWK(own.publicKey)), kid: "ehr-1", alg: "RS256", use: "sig" };
const clientKeys =
  process.argv[3] === undefined ? null : createLocalJWKSet(JSON.parse(readFileSync(process.argv[3], "utf8")));
const codes = new Map();
const tokens = new Map();
const server = createServer((request, response) => {
  answer(request, response).catch(() => send(response, 500, {}));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ iss: iss() })}\n`));
const origin = () => `http://127.0.0.1:${server.address().port}`;
const iss = () => `${origin()}/fhir`;

async function answer(request, response) {
  const url = new URL(request.url, origin());
  if (url.pathname === "/fhir/.well-known/smart-configuration")
    return send(response, 200, {
      issuer: origin(),
      jwks_uri: `${origin()}/jwks`,
      authorization_endpoint: `${origin()}/authorize`,
      token_endpoint: `${origin()}/token`,
      grant_types_supported: ["authorization_code"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["openid", "fhirUser", "launch", "launch/patient", "patient/*.rs"],
      response_types_supported: ["code"],
      capabilities: [
        "launch-ehr",
        "launch-standalone",
        "client-public",
        "sso-openid-connect",
        "context-ehr-patient",
      ],
    });
  if (url.pathname === "/jwks") return send(response, 200, { keys: [jwk] });
  if (url.pathname === "/authorize") return authorize(url, response);
  if (url.pathname === "/token" && request.method === "POST") return token(await form(request), response);
  if (url.pathname.startsWith("/fhir/")) return fhir(request, url, response);
  return send(response, 404, {});
}

function authorize(url, response) {
  const asked = Object.fromEntries(url.searchParams);
  const scopes = asked.scope?.split(" ") ?? [];
  const right =
    asked.response_type === "code" &&
    asked.client_id === "longitude" &&
    asked.aud === iss() &&
    asked.code_challenge_method === "S256" &&
    asked.code_challenge?.length === 43 &&
    asked.state?.length >= 22 &&
    asked.nonce?.length >= 22 &&
    (asked.launch === undefined ? scopes.includes("launch/patient") : scopes.includes("launch"));
  if (!right) return send(response, 400, { error: "invalid_request" });
  const code = randomUUID();
  codes.set(code, asked);
  const back = new URL(asked.redirect_uri);
  const fault = asked.launch?.split("~")[1];
  back.searchParams.set("code", code);
  back.searchParams.set("state", fault === "wrong-state" ? "x".repeat(43) : asked.state);
  response.writeHead(302, { location: back.href }).end();
}

/** A confidential client signs an assertion for this very token endpoint. */
async function known(asked) {
  if (clientKeys === null) return asked.client_assertion === undefined;
  const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  if (asked.client_assertion_type !== type) return false;
  const options = {
    algorithms: ["RS384", "ES384"],
    audience: `${origin()}/token`,
    issuer: "longitude",
    subject: "longitude",
    requiredClaims: ["jti", "exp"],
  };
  return jwtVerify(asked.client_assertion, clientKeys, options).then(
    () => true,
    () => false,
  );
}

async function token(asked, response) {
  if (!(await known(asked))) return send(response, 401, { error: "invalid_client" });
  const begun = codes.get(asked.code);
  codes.delete(asked.code);
  const challenge = createHash("sha256")
    .update(asked.code_verifier ?? "")
    .digest("base64url");
  if (begun === undefined || begun.code_challenge !== challenge || begun.redirect_uri !== asked.redirect_uri)
    return send(response, 400, { error: "invalid_grant" });
  const [patient, fault] = (begun.launch ?? "p1").split("~");
  const accessToken = randomUUID();
  tokens.set(accessToken, patient);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: fault === "wrong-issuer" ? "https://elsewhere.example" : origin(),
    aud: fault === "wrong-audience" ? "another" : "longitude",
    sub: "user-7",
    fhirUser: `${iss()}/Practitioner/7`,
    nonce: fault === "wrong-nonce" ? "another" : begun.nonce,
    iat: now,
    exp: fault === "expired" ? now - 3600 : now + 300,
  };
  const signed = new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "ehr-1" });
  const idToken =
    fault === "alg-none"
      ? new UnsecuredJWT(claims).encode()
      : fault === "wrong-key"
        ? await signed.sign(other.privateKey)
        : fault === "hs256"
          ? await new SignJWT(claims)
              .setProtectedHeader({ alg: "HS256", kid: "ehr-1" })
              .sign(Buffer.from(JSON.stringify(jwk)))
          : await signed.sign(own.privateKey);
  return send(response, 200, {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: 300,
    scope: begun.scope,
    ...(fault === "no-identity" ? {} : { id_token: idToken }),
    ...(fault === "no-patient" ? {} : { patient: fault === "odd-patient" ? "../p1" : patient }),
    encounter: "enc-1",
  });
}

/** A token of any launch reads all: whom the workspace may see is for the workspace to keep. */
function fhir(request, url, response) {
  const patient = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1]);
  if (patient === undefined) return send(response, 401, {});
  const [type, id] = url.pathname.slice("/fhir/".length).split("/");
  if (id !== undefined) {
    const found = resources.find((one) => one.resourceType === type && one.id === id);
    return found === undefined ? send(response, 404, {}) : send(response, 200, found);
  }
  const of = `Patient/${url.searchParams.get("patient")}`;
  const found = resources.filter((one) => one.resourceType === type && one.subject?.reference === of);
  return send(response, 200, {
    resourceType: "Bundle",
    type: "searchset",
    entry: found.map((resource) => ({ resource })),
  });
}

async function form(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return Object.fromEntries(new URLSearchParams(body));
}

function send(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
