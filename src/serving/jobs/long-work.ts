/** The work on many people, line by line: forecasts, and people to compare forecasts with what came. */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ANSWER_WITHHELD } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import { forecastOf, forecastRequestSchema, recordOf } from "../answers/forecast-request.ts";
import { instantOf, instantSchema } from "../records/timeline-input.ts";
import { lineErrorOf, type ParsedLine } from "../routes/line-stream.ts";
import type { ServerContext } from "../server-context.ts";
import {
  type ValidatedPerson,
  type ValidationEvent,
  validatePersons,
} from "../validations/validate-persons.ts";

/** The prediction time is needed: what comes after it is what is compared. */
export const personSchema = forecastRequestSchema.and(z.looseObject({ at: instantSchema }));

/** One object a line, in order; an error of a line stops nothing. */
export async function* forecastLines(
  context: ServerContext,
  principal: Principal,
  lines: Iterable<ParsedLine<z.output<typeof forecastRequestSchema>>>,
): AsyncGenerator<{ readonly request: number }> {
  for (const line of lines) {
    const { request } = line;
    if ("error" in line) {
      yield line;
      continue;
    }
    yield await forecastOf(context, principal, line.value).then(
      (forecast) => ({ request, ...forecast }),
      (error: unknown) => {
        // Without its database the server can do nothing for the lines that follow either.
        if (error instanceof LongitudeError && error.httpStatus === 503) throw error;
        return { request, error: lineErrorOf(error) };
      },
    );
  }
}

/** Progress, then the evidence. @throws LongitudeError ANSWER_WITHHELD where nothing is computed */
export async function validationOf(
  context: ServerContext,
  lines: Iterable<ParsedLine<z.output<typeof personSchema>>>,
): Promise<AsyncGenerator<ValidationEvent>> {
  const { release } = await context.stages.current();
  if (release.stage === "stopped" && !release.sandbox)
    throw new LongitudeError(ANSWER_WITHHELD, `nothing is computed: ${release.because ?? "stopped"}`);
  return validatePersons(context.model, personsOf(context, lines), context.seed);
}

function* personsOf(
  context: ServerContext,
  lines: Iterable<ParsedLine<z.output<typeof personSchema>>>,
): Generator<ValidatedPerson | string> {
  for (const line of lines) {
    if ("error" in line) {
      yield line.error.code;
      continue;
    }
    try {
      const { events } = recordOf(context, line.value);
      yield {
        events: events.map((event) => context.meaning.settled(event)),
        at: instantOf(line.value.at) ?? 0,
      };
    } catch (error) {
      if (!(error instanceof LongitudeError)) throw error;
      yield error.code;
    }
  }
}
