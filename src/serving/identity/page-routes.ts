/** The pages that a log-in and a launch lead to: who is logged in, and the forecasts of the launch's patient. No script. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup, styleElement } from "../../drawing/markup.ts";
import { naturalFrequency, percent } from "../../drawing/number-text.ts";
import { STYLE } from "../../drawing/style.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import { sessionForecast } from "./session-forecast.ts";
import { sessionOf } from "./session-routes.ts";
import type { Session } from "./sessions.ts";

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

export function pageRoutes(app: FastifyInstance, context: ServerContext, identity: Identity): void {
  app.get("/app", { schema: { hide: true } }, (request, reply) => {
    const session = sessionOf(request);
    const launched =
      session.launch === null
        ? markup`<p>No patient's chart has launched this session. Launch Longitude from the EHR to see a forecast.</p>`
        : markup`<p><a href="/app/patient">The forecasts of the launch's patient</a></p>`;
    return send(reply, session, "Longitude", launched);
  });
  app.get("/app/patient", { schema: { hide: true } }, async (request, reply) => {
    const session = sessionOf(request);
    try {
      const answer = await sessionForecast(context, identity, session);
      return send(reply, session, "Forecasts", forecastsOf(answer));
    } catch (error) {
      if (!(error instanceof LongitudeError)) throw error;
      const why = markup`<p role="alert">${error.message}</p><p>${error.remedy}</p><p>${error.code}</p>`;
      return send(reply.code(error.httpStatus), session, "No forecast", why);
    }
  });
}

type Shown = Awaited<ReturnType<typeof sessionForecast>>;

function forecastsOf({ forecasts, notice, release, predictionTime, record }: Shown): Markup {
  return markup`${notice === null ? null : markup`<p role="alert">${notice}</p>`}${dataTable({
    caption: `Risks from ${predictionTime.slice(0, 10)} on`,
    columns: [
      "Outcome",
      "Within",
      "Of 100 like this one",
      "Observed in comparable people",
      "Stage",
      "Verdict",
    ],
    rows: forecasts.map(({ title, horizon, risk, abstained, comparable, stage, verdict }) => [
      title,
      horizon,
      risk === null ? `no forecast: ${abstained ?? "withheld"}` : naturalFrequency(risk),
      comparable === null
        ? "too few"
        : `${percent(comparable.observed)} (${percent(comparable.low)} to ${percent(comparable.high)}, n = ${comparable.n})`,
      stage,
      verdict,
    ]),
  })}<p>Read from ${record.events} events of the record. Model ${release.version}, release ${release.id}; to be reviewed by ${release.reviewBy}.</p>`;
}

function send(reply: FastifyReply, session: Session, title: string, content: Markup): FastifyReply {
  const policy = String(reply.getHeader("content-security-policy"));
  return reply
    .header("content-security-policy", `${policy}; style-src 'sha256-${STYLE_HASH}'`)
    .type("text/html; charset=utf-8")
    .send(
      markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>${styleElement(STYLE)}</head>
<body><main id="content"><h1>${title}</h1>${content}</main>
<footer><p>${session.id}, ${session.roles.join(", ")}; purpose ${session.purpose}; logged off at ${isoTime(session.endsMs).slice(0, 16)}Z at the latest.</p>
<form method="post" action="/logout?csrf=${session.csrf}"><button type="submit">Log out</button></form></footer></body></html>`
        .html,
    );
}
