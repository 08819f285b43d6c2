/** Everything about people of one server, made once. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REFUSED } from "../../errors/registry.ts";
import { patientKeyOf } from "../answers/ask-record.ts";
import type { ServerContext } from "../server-context.ts";
import { Cookies } from "./cookies.ts";
import type { SmartServer } from "./identity-config.ts";
import { PendingLogins } from "./pending-logins.ts";
import { RelyingParty } from "./relying-party.ts";
import { Sessions } from "./sessions.ts";

export interface Identity {
  readonly sessions: Sessions;
  readonly logins: PendingLogins;
  readonly cookies: Cookies;
  /** Null where the site names no provider. */
  readonly provider: RelyingParty | null;
  /** @throws LongitudeError LOGIN_REFUSED when the site lists no such FHIR server */
  smart(iss: string): { readonly server: SmartServer; readonly party: RelyingParty };
}

export function createIdentity(context: ServerContext): Identity {
  const { state, effects, secret, config, folder } = context;
  const { people, smart } = config;
  const now = () => effects.now();
  const parties = new Map(
    smart.servers.map((server) => {
      const iss = withoutSlash(server.iss);
      const discovery = `${iss}/.well-known/smart-configuration`;
      return [iss, { server, party: new RelyingParty({ ...server, discovery, issuer: null, folder }, now) }];
    }),
  );
  return {
    sessions: new Sessions({
      state,
      effects,
      secret,
      config: people,
      patientKey: (tenant, patient) => patientKeyOf(secret, tenant, patient),
    }),
    logins: new PendingLogins(state, effects, secret),
    cookies: new Cookies({ address: context.address, framed: people.frameAncestors.length > 0 }),
    provider:
      people.provider === undefined
        ? null
        : new RelyingParty(
            {
              ...people.provider,
              discovery: `${withoutSlash(people.provider.issuer)}/.well-known/openid-configuration`,
              folder,
            },
            now,
          ),
    smart: (iss) => {
      const found = parties.get(withoutSlash(iss));
      if (found === undefined)
        throw new LongitudeError(LOGIN_REFUSED, "the FHIR server that launches is none that the site lists");
      return found;
    },
  };
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
