/**
 * Reads one block of FHIR files, in this thread or in a worker; both give the same.
 * Invariant: what comes out depends on the block and its place alone.
 */
import { emptyFindings, type PackedFindings, packFindings } from "../findings.ts";
import type { IngestOptions } from "../ingest-options.ts";
import { blockBytes, type InputBlock } from "../input-blocks.ts";
import { SiteClock } from "../site-clock.ts";
import { type StagedRows, StagingSink } from "../staging-sink.ts";
import { ResourceParser } from "./parse-resource.ts";
import { readFhirDocument, readFhirLines } from "./read-fhir.ts";

/** Resources of one block at the most; places of the next block begin beyond them. */
const PLACES_PER_BLOCK = 2 ** 28;

export interface ReadBlock {
  readonly rows: StagedRows;
  readonly findings: PackedFindings;
  /** Lines that were not blank. */
  readonly lines: number;
}

/** What of the options the reader of resources needs. */
export type FhirOptions = Pick<
  IngestOptions,
  "groupIdentifier" | "unitAliases" | "codeOrder" | "timeZone" | "leaveOutLabels" | "collectIdentifiers"
>;

/** What travels to a worker. */
export function fhirOptionsOf(options: FhirOptions): FhirOptions {
  const { groupIdentifier, unitAliases, codeOrder, timeZone, leaveOutLabels, collectIdentifiers } = options;
  return { groupIdentifier, unitAliases, codeOrder, timeZone, leaveOutLabels, collectIdentifiers };
}

export class FhirBlockReader {
  readonly #sink = new StagingSink();
  readonly #parser = new ResourceParser();
  readonly #clock: SiteClock;
  readonly #leaveOutLabels: ReadonlySet<string>;

  constructor(private readonly options: FhirOptions) {
    this.#clock = new SiteClock(options.timeZone ?? null);
    this.#leaveOutLabels = new Set(options.leaveOutLabels);
  }

  /**
   * @param place of the block among all blocks of the input
   * @param label what errors call the file
   */
  async read(block: InputBlock, place: number, label: string): Promise<ReadBlock> {
    const bytes = await blockBytes(block, label);
    const findings = emptyFindings();
    const context = {
      ...findings,
      staging: this.#sink,
      groupIdentifier: this.options.groupIdentifier ?? null,
      unitAliases: this.options.unitAliases,
      codeOrder: this.options.codeOrder,
      clock: this.#clock,
      leaveOutLabels: this.#leaveOutLabels,
      collectIdentifiers: this.options.collectIdentifiers,
    };
    this.#sink.beginAt(place * PLACES_PER_BLOCK);
    const lines = block.whole
      ? Number(readFhirDocument(bytes, label, context))
      : readFhirLines(bytes, context, this.#parser);
    return { rows: this.#sink.take(), findings: packFindings(findings), lines };
  }
}
