/** Codes of the server: what a request lacks, who may not ask, and what is withheld. */
import { define } from "./define.ts";

export const SERVE_OPEN = define(
  "SERVE_OPEN",
  2,
  400,
  "Name who may ask under `serving:` in longitude.yaml (clients, cds.clients, people.provider, smart.servers), or listen on 127.0.0.1; --sandbox is for this machine alone.",
);
export const SERVE_NO_RELEASE = define(
  "SERVE_NO_RELEASE",
  4,
  409,
  "Make a release with `longitude release create`, or name one of `longitude registry` with --release.",
);
export const SERVE_ADDRESS = define(
  "SERVE_ADDRESS",
  2,
  400,
  "Choose a free port and an address of this machine with --port and --host.",
);
export const SERVE_SECRET = define(
  "SERVE_SECRET",
  2,
  400,
  "Set the file's mode to 600, or remove it: a new secret is made, tokens given before end, and patients get new keys.",
);
export const SERVE_INTERNAL = define(
  "SERVE_INTERNAL",
  4,
  500,
  "Look the request id up in the server's log and report it, without patient data.",
);
export const REQUEST_INVALID = define(
  "REQUEST_INVALID",
  2,
  400,
  "Correct the named fields; GET /openapi.json has the shape of every request.",
);
export const REQUEST_TOO_LARGE = define(
  "REQUEST_TOO_LARGE",
  3,
  413,
  "Send fewer resources, or raise serving.limits.bodyMegabytes.",
);
export const REQUEST_TOO_DEEP = define(
  "REQUEST_TOO_DEEP",
  3,
  400,
  "Send FHIR as servers write it: no real resource nests so deep.",
);
export const REQUEST_MEDIA_TYPE = define(
  "REQUEST_MEDIA_TYPE",
  3,
  415,
  "Send application/json, or application/fhir+json for FHIR resources.",
);
export const REQUEST_SLOW = define("REQUEST_SLOW", 3, 408, "Send the whole request without long pauses.");
export const ROUTE_UNKNOWN = define(
  "ROUTE_UNKNOWN",
  2,
  404,
  "GET /openapi.json lists every route, GET /cds-services every service.",
);
export const METHOD_UNKNOWN = define(
  "METHOD_UNKNOWN",
  2,
  405,
  "Send the request with the method that the header `allow` names.",
);
export const PREFETCH_MISSING = define(
  "PREFETCH_MISSING",
  3,
  412,
  "Send the prefetch that GET /cds-services asks for, or fhirServer (one that the site lists) with fhirAuthorization.",
);
export const RECORD_UNUSABLE = define(
  "RECORD_UNUSABLE",
  3,
  422,
  "Send the record of one person: one Patient, and the resources that refer to it.",
);
export const ACCESS_REQUIRED = define(
  "ACCESS_REQUIRED",
  2,
  401,
  "Send a token: one of POST /token for systems, a signed JWT of the client for CDS Hooks.",
);
export const ACCESS_REFUSED = define(
  "ACCESS_REFUSED",
  2,
  403,
  "Ask the site to give the client the scope that the route needs.",
);
export const ROLE_REQUIRED = define(
  "ROLE_REQUIRED",
  2,
  403,
  "Ask whoever runs the site for a role that opens this page.",
);
export const UNIT_REFUSED = define(
  "UNIT_REFUSED",
  2,
  403,
  "Ask whoever runs the site for the unit: what gives it stands in serving.people.provider.units.",
);
export const ASSERTION_REFUSED = define(
  "ASSERTION_REFUSED",
  2,
  401,
  "Sign a fresh assertion with RS384 or ES384: own issuer, this server's exact URL as aud, an expiry within five minutes, a jti never used before.",
);
export const SERVE_LIMIT = define(
  "SERVE_LIMIT",
  2,
  429,
  "Wait as long as Retry-After says, or ask the site for a higher limit.",
);
export const JOB_LIMIT = define(
  "JOB_LIMIT",
  2,
  429,
  "Wait until one of the tenant's jobs has ended, or cancel one; `serving.jobs.perTenant` is the limit.",
);
export const JOB_UNKNOWN = define(
  "JOB_UNKNOWN",
  2,
  404,
  "Give the id that the job was accepted with, at the path of its kind; answers are kept for `serving.jobs.keepDays`.",
);
export const ANSWER_UNKNOWN = define(
  "ANSWER_UNKNOWN",
  2,
  404,
  "Name the id of an answer of this tenant, as it stands in the card, the RiskAssessment or the forecast.",
);
export const ANSWER_DIFFERS = define(
  "ANSWER_DIFFERS",
  4,
  409,
  "Do not trust this answer: the release, the machine's engine or the stored record is not what it was.",
);
export const ANSWER_WITHHELD = define(
  "ANSWER_WITHHELD",
  4,
  403,
  "The message says why. A release is shown at the stages pilot and live only, past its gates and approvals.",
);
export const SERVER_REFUSED = define(
  "SERVER_REFUSED",
  5,
  502,
  "Check the address of the server and the token; its own log names the request.",
);
export const STAGE_REFUSED = define(
  "STAGE_REFUSED",
  2,
  409,
  "A call to the server only lowers. To raise, a governance officer signs `longitude registry stage --to …`, with --outcome and --unit where it is a part.",
);
export const ADDRESS_REFUSED = define(
  "ADDRESS_REFUSED",
  2,
  403,
  "List the server's exact address (and the origins of its token and key addresses) under `serving:`; it must be https and answer without redirects.",
);
export const LOGIN_REQUIRED = define(
  "LOGIN_REQUIRED",
  2,
  401,
  "Log in at /login, or by the EHR's launch; the session may have ended by itself.",
);
export const LOGIN_REFUSED = define(
  "LOGIN_REFUSED",
  2,
  403,
  "Begin again at /login or by the EHR's launch, in one browser and within ten minutes; if it stays, ask the site for a role.",
);
export const LOGIN_UNAVAILABLE = define(
  "LOGIN_UNAVAILABLE",
  4,
  503,
  "See whether the provider answers, and whether its issuer, client and origins under `serving:` are as it states them.",
);
export const LOGIN_CONFIG = define(
  "LOGIN_CONFIG",
  2,
  400,
  "Name a file, readable by its owner alone, with the client's secret or its private key as a JSON Web Key, not both.",
);
export const CSRF_REFUSED = define(
  "CSRF_REFUSED",
  2,
  403,
  "Send the csrf of GET /session as the header x-csrf-token, from the server's own pages.",
);
export const PURPOSE_REFUSED = define(
  "PURPOSE_REFUSED",
  2,
  403,
  "Choose a purpose that a role of the person has: GET /session lists them.",
);
export const GLASS_REFUSED = define(
  "GLASS_REFUSED",
  2,
  403,
  "Breaking the glass takes a role that looks at records and a coded reason; `other` takes a line of 10 to 200 characters too. It is audited.",
);
export const PATIENT_REFUSED = define(
  "PATIENT_REFUSED",
  2,
  403,
  "Launch from the patient's chart, or break the glass with a reason.",
);
export const RECORD_NOT_STORED = define(
  "RECORD_NOT_STORED",
  2,
  404,
  "Open the patient from the chart in the EHR: the model that is served now was never asked about the person.",
);
export const SERVE_KEYS = define(
  "SERVE_KEYS",
  2,
  503,
  'Name a file with a JSON Web Key Set of public keys ({"keys": [...]}) for each client under `serving:`.',
);
export const WORKSPACE_UNBUILT = define(
  "WORKSPACE_UNBUILT",
  5,
  503,
  "Run npm run web:build in the package's folder, then start the server again.",
);
