/**
 * Gives some answers about invented records before the first real one is asked for, and keeps none: the first patients of a
 * day wait no longer than others, and a release that computes no number at all is not served.
 */
import { canonicalJson } from "../../artefacts/canonical-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RELEASE_DAMAGED } from "../../errors/registry.ts";
import { BIRTH } from "../../timeline/patient-event.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../vetting/duration.ts";
import type { SourcedEvent } from "../records/patient-record.ts";
import type { ServingConfig } from "../serving-config.ts";
import type { Answer } from "./answer.ts";
import type { AnswerThreads } from "./answer-threads.ts";
import type { AnswerInput } from "./compute-answer.ts";
import type { ServedModel } from "./served-model.ts";

const ANSWERS = 4;
const EVENTS = 300;
const AGE_YEARS = 55;

/** @throws LongitudeError RELEASE_DAMAGED when a risk is no number */
export async function rehearse(
  model: ServedModel,
  threads: AnswerThreads,
  limits: ServingConfig["abstain"],
  now: number,
): Promise<void> {
  const codes = model.reader.checkpoint.vocabulary.file.tokens.filter((token) =>
    /^[A-Z0-9]+\/[^/]+$/.test(token),
  );
  const rehearsal = async (person: number): Promise<void> => {
    const input: AnswerInput = {
      events: inventedRecord(codes, person, now),
      leftOut: {},
      displays: {},
      knownUntil: now,
      day: now / MS_PER_DAY,
      explain: true,
      today: "0000-00-00",
      limits,
      seed: 0,
    };
    const { forecasts } = JSON.parse(await threads.compute("rehearsal", canonicalJson(input))) as Answer;
    if (forecasts.some(({ risk }) => risk !== null && !(risk >= 0 && risk <= 1)))
      throw new LongitudeError(RELEASE_DAMAGED, `${model.manifest.id} gives a risk that is no probability`);
  };
  // Asked for at once, they are dealt out to all threads.
  await Promise.all(Array.from({ length: ANSWERS * threads.count }, (_, person) => rehearsal(person)));
}

function inventedRecord(codes: readonly string[], person: number, now: number): SourcedEvent[] {
  const at = (days: number, code: string): SourcedEvent => ({
    time: now - days * MS_PER_DAY,
    code,
    numericValue: null,
    textValue: null,
    unit: null,
    availableTime: null,
    encounterId: null,
    source: "invented",
    resource: null,
  });
  return [
    at(AGE_YEARS * DAYS_PER_YEAR, BIRTH),
    ...Array.from({ length: codes.length === 0 ? 0 : EVENTS }, (_, i) =>
      at((EVENTS - i) * 5 + person, codes[(i * 7 + person) % codes.length] as string),
    ),
  ];
}
