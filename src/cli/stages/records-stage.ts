/** An export → a MEDS dataset and its tally, as a stage of the site. */
import { contentHash, memoryFileOf } from "../../artefacts/content-hash.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_UNREADABLE } from "../../errors/registry.ts";
import { type IngestEvent, ingest } from "../../ingest/ingest.ts";
import type { IngestReport } from "../../ingest/ingest-report.ts";
import { currentState } from "../../timeline/dataset-state.ts";
import type { Stage } from "../pipeline.ts";
import type { Progress } from "../progress.ts";

export const recordsStage: Stage = {
  name: "records",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: [],
  async outsideInputs({ folder, configuration: { records } }) {
    const memory = memoryFileOf(folder);
    return {
      input: await hashOf(records.input, memory),
      ...(records.mapping === undefined ? {} : { mapping: await hashOf(records.mapping, memory) }),
    };
  },
  /** Where the input lies does not count, only what is in it (`outsideInputs`). */
  configuration: ({ configuration: { name, records, splits } }) => {
    const { input: _input, mapping: _mapping, memoryMb: _memoryMb, ...options } = records;
    return { name, ...options, splits };
  },
  async *run({ site, folder, effects }) {
    const { name, records, splits } = site.configuration;
    for await (const event of ingest({ ...records, splits, name, out: folder, overwrite: true }, effects)) {
      if (event.kind === "progress") yield progressOf(event);
      if (event.kind === "done") return { headline: headlineOf(event.report), figures: event.report };
    }
    throw new TypeError("the ingest ended without its report");
  },
};

function headlineOf({ dataset, candidates: { rejected, dropped }, copiedCodes }: IngestReport): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const copies = copiedCodes.pairs.map(
    ({ codes: [first, second], resolved }) =>
      `${second} = ${first} (${resolved ? "one dropped" : "BOTH KEPT"})`,
  );
  const warning = copies.length === 0 ? "" : `; copied codes: ${copies.join(", ")}`;
  return `${count(dataset.subjects)} persons, ${count(dataset.events)} events; ${count(rejected)} rejected, ${count(dropped)} dropped by configuration${warning}`;
}

async function hashOf(path: string, memory: string): Promise<string> {
  try {
    return await contentHash(await currentState(path), memory);
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `${path} cannot be read`, { cause });
  }
}

export function progressOf(event: Extract<IngestEvent, { kind: "progress" }>): Progress {
  if (event.stage !== "reading") return { step: event.stage, done: 0, total: null, unit: "" };
  return {
    step: `reading file ${Math.min(event.filesDone + 1, event.files)} of ${event.files}`,
    done: event.bytesDone / 1e6,
    total: event.bytes / 1e6,
    unit: "MB",
    detail: `${event.rejected.toLocaleString("en-US")} rejected`,
  };
}
