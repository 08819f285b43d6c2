/** Where people and EHRs begin, and where their browsers come back to. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REFUSED } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import { actorOf } from "../access/access-control.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import type { RelyingParty, Returned } from "./relying-party.ts";
import { EVERY_UNIT, rolesFromClaims, unitsFromClaims } from "./roles.ts";
import { secretId } from "./sealed-text.ts";
import type { LaunchContext, Person } from "./sessions.ts";

const purpose = z
  .string()
  .regex(/^[A-Z]{1,20}$/, "a purpose of use")
  .optional();
const text = z.string().min(1).max(4000);
const loginQuery = z.object({ purpose, code: z.string().max(100).optional() });
const launchQuery = z.object({ iss: z.string().min(1).max(500), launch: text.optional(), purpose });
const callbackQuery = z.object({ state: z.string().min(1).max(500) });
/** FHIR ids; servers write longer ones too. */
const launchAnswer = z.looseObject({
  patient: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,128}$/)
    .optional(),
  encounter: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,128}$/)
    .optional(),
});
const OIDC = "oidc";

export function loginRoutes(instance: FastifyInstance, context: ServerContext, identity: Identity): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { people } = context.config;

  const sendAway = async (
    request: FastifyRequest,
    reply: FastifyReply,
    kind: string,
    party: RelyingParty,
    asked: string | undefined,
    parameters: Readonly<Record<string, string>>,
  ): Promise<FastifyReply> => {
    const { url, state, nonce, verifier } = await party.begin({
      redirect_uri: `${context.address()}/login/callback`,
      ...parameters,
    });
    const browser = identity.cookies.read(request, "login") ?? secretId();
    await identity.logins.begin(kind, state, browser, { nonce, verifier, purpose: asked ?? null });
    identity.cookies.set(reply, "login", browser);
    return reply.redirect(url);
  };

  const refused = (actor: string, reason: string): Promise<void> =>
    context.state.transaction(async (tx) => {
      const facts = { actor, action: "identity.login", object: "-", patientKey: null, reason };
      await appendAudit(tx, { ...facts, outcome: "refused" }, context.effects.now());
    });

  /** Whoever comes back from the provider or the EHR. @throws LongitudeError LOGIN_REFUSED, LOGIN_UNAVAILABLE */
  const cameBack = async (
    kind: string,
    ...how: Parameters<RelyingParty["finish"]>
  ): Promise<{ person: Person; launch: LaunchContext | null }> => {
    if (kind !== OIDC) {
      const { server, party } = identity.smart(kind);
      const returned = await party.finish(...how);
      const { tenant, roles } = server;
      return { person: { id: personId(returned), tenant, roles }, launch: launchOf(returned, server.iss) };
    }
    if (identity.provider === null || people.provider === undefined)
      throw new LongitudeError(LOGIN_REFUSED, "the site has no provider any more");
    const returned = await identity.provider.finish(...how);
    const { rolesClaim, roles, unitsClaim, units, tenant } = people.provider;
    return {
      person: {
        id: personId(returned),
        tenant,
        roles: rolesFromClaims(returned.claims, rolesClaim, roles),
        units: unitsFromClaims(returned.claims, unitsClaim, units),
      },
      launch: null,
    };
  };

  const letIn = async (
    request: FastifyRequest,
    reply: FastifyReply,
    person: Person,
    asked: string | null,
    launch: LaunchContext | null,
  ): Promise<FastifyReply> => {
    if (person.roles.length === 0) {
      await refused(person.id, "no role");
      throw new LongitudeError(LOGIN_REFUSED, "the person has no role here");
    }
    // A session that was there before ends: what somebody planted does not become the person's own.
    const before = identity.cookies.read(request, "session");
    const old = before === null ? null : await identity.sessions.find(before);
    if (old !== null) await identity.sessions.end(old);
    const cookie = await identity.sessions.start(person, asked, launch);
    identity.cookies.set(reply, "session", cookie);
    return reply.redirect(launch === null ? "/app" : "/app/patient");
  };

  app.get(
    "/login",
    {
      exposeHeadRoute: false,
      schema: { tags: ["people"], summary: "Logs a person in", querystring: loginQuery },
    },
    (request, reply) => {
      const { code } = request.query;
      if (code !== undefined) {
        if (!context.loginCode?.use(code))
          throw new LongitudeError(LOGIN_REFUSED, "the link was used before, or is of an earlier start");
        const person: Person = {
          id: "administrator",
          tenant: "local",
          roles: ["administrator", "clinician"],
          units: [EVERY_UNIT],
        };
        return letIn(request, reply, person, request.query.purpose ?? null, null);
      }
      if (identity.provider === null)
        throw new LongitudeError(LOGIN_REFUSED, "people log in here by the link that was printed at start");
      const scope = people.provider?.scope ?? "openid";
      return sendAway(request, reply, OIDC, identity.provider, request.query.purpose, { scope });
    },
  );
  app.get(
    "/launch",
    {
      exposeHeadRoute: false,
      schema: {
        tags: ["people"],
        summary: "SMART App Launch: from an EHR (iss and launch), or standalone (iss)",
        querystring: launchQuery,
      },
    },
    (request, reply) => {
      const { iss, launch } = request.query;
      const { server, party } = identity.smart(iss);
      return sendAway(request, reply, server.iss, party, request.query.purpose, {
        scope: `${server.scope} ${launch === undefined ? "launch/patient" : "launch"}`,
        aud: server.iss,
        ...(launch === undefined ? {} : { launch }),
      });
    },
  );
  app.get(
    "/login/callback",
    {
      exposeHeadRoute: false,
      schema: { tags: ["people"], summary: "Where browsers come back to", querystring: callbackQuery },
    },
    async (request, reply) => {
      const browser = identity.cookies.read(request, "login");
      if (browser === null) throw new LongitudeError(LOGIN_REFUSED, "this browser has begun no log-in");
      const { state } = request.query;
      const { kind, purpose: asked, ...kept } = await identity.logins.take(state, browser);
      const url = new URL(request.url, context.address());
      const { person, launch } = await cameBack(kind, url, state, kept).catch(async (error: unknown) => {
        if (error instanceof LongitudeError && error.code === LOGIN_REFUSED.code)
          await refused("unknown", "what came back does not count");
        throw error;
      });
      return letIn(request, reply, person, asked, launch);
    },
  );
}

/** What the EHR names its user by, else the subject of the ID token. */
function personId({ claims }: Returned): string {
  const named = typeof claims.fhirUser === "string" ? claims.fhirUser : claims.sub;
  const id = actorOf(String(named ?? "")).replace(/^[^A-Za-z0-9]+/, "");
  if (id === "") throw new LongitudeError(LOGIN_REFUSED, "the server told nobody's identity");
  return id;
}

function launchOf({ answer, accessToken }: Returned, fhirServer: string): LaunchContext {
  const parsed = launchAnswer.safeParse(answer);
  if (!parsed.success) throw new LongitudeError(LOGIN_REFUSED, "the launch names no patient as FHIR ids are");
  const { patient, encounter } = parsed.data;
  if (patient === undefined) throw new LongitudeError(LOGIN_REFUSED, "the launch names no patient");
  return { patient, encounter: encounter ?? null, fhirServer, accessToken };
}
