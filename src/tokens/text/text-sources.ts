/**
 * Where a language model's texts come from: notes of the site's own records, or files of documents or of questions with
 * their answers. A group (a subject, a person) is whole in one split; the text of a person keeps the person's split.
 */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_NOT_DEIDENTIFIED } from "../../errors/registry.ts";
import { assignSplit, type SplitShares } from "../../ingest/assign-split.ts";
import type { Split } from "../../timeline/patient-event.ts";
import type { TimelineStore } from "../../timeline/timeline-store.ts";
import { textRows } from "./text-rows.ts";

export const textSourceSchema = z
  .strictObject({
    /** Notes and other text of the site's records, instead of a file. */
    notes: z.literal("records").optional(),
    /** States that the records' notes hold no identifiers, where they came without and `privacy` has nothing to do. */
    deidentified: z.boolean().default(false),
    /** NDJSON or CSV, plain or gzip; relative to longitude.yaml. */
    file: z.string().min(1).optional(),
    /** Field of the file with the document. */
    text: z.string().min(1).optional(),
    /** Field of the file with a question, which is read; goes with `answer`. */
    question: z.string().min(1).optional(),
    /** Field of the file with the question's answer, which alone is learned. */
    answer: z.string().min(1).optional(),
    /** Field of the file whose value keeps documents together in one split; each stands alone when absent. */
    group: z.string().min(1).optional(),
  })
  .refine(
    ({ notes, file, text, question, answer, group }) => {
      const fields = [text, question, answer, group].filter((field) => field !== undefined).length;
      if (notes !== undefined) return file === undefined && fields === 0;
      const pair = question !== undefined && answer !== undefined;
      return (
        file !== undefined && (text !== undefined) !== pair && (text === undefined || question === answer)
      );
    },
    {
      message:
        "a source is `notes: records`, or a `file` with `text`, or a `file` with `question` and `answer`",
    },
  );

export type TextSource = z.output<typeof textSourceSchema>;

export interface Document {
  readonly split: Split;
  /** Read and not learned; empty for a plain document. */
  readonly question: string;
  readonly text: string;
}

export interface ReadDocumentsOptions {
  readonly sources: readonly TextSource[];
  readonly store: TimelineStore;
  /** Whether the site de-identifies its records before anything else. */
  readonly deidentifies: boolean;
  readonly shares: SplitShares;
}

/** @throws TEXT_NOT_DEIDENTIFIED, TEXT_SOURCE_UNREADABLE, TEXT_FIELD_MISSING */
export async function* readDocuments(options: ReadDocumentsOptions): AsyncGenerator<Document> {
  for (const source of options.sources) {
    if (source.notes !== undefined) yield* notesOf(source.deidentified, options);
    else yield* documentsOfFile(source, options.shares);
  }
}

async function* notesOf(
  stated: boolean,
  { store, deidentifies }: ReadDocumentsOptions,
): AsyncGenerator<Document> {
  if (!stated && !deidentifies)
    throw new LongitudeError(
      TEXT_NOT_DEIDENTIFIED,
      "the records' notes were asked for, and nothing says that they hold no identifiers",
    );
  const splits = await store.splits();
  for await (const { subjectId, events } of store.timelines()) {
    const split = splits.get(subjectId);
    if (split === undefined) continue;
    for (const { textValue } of events)
      if (textValue !== null && textValue.trim() !== "") yield { split, question: "", text: textValue };
  }
}

async function* documentsOfFile(
  { file = "", text: field, question: asked, answer: answered, group: grouped }: TextSource,
  shares: SplitShares,
): AsyncGenerator<Document> {
  if (!isAbsolute(file)) throw new TypeError("paths are resolved when the site is read");
  const fields = [field, asked, answered].filter((name) => name !== undefined);
  let row = 0;
  for await (const values of textRows(file, [...fields, ...(grouped === undefined ? [] : [grouped])])) {
    row++;
    const [question, text] = fields.length === 1 ? ["", values[0]] : values;
    const key = grouped === undefined ? null : values[fields.length];
    if (text == null || text.trim() === "" || question == null) continue;
    yield { split: assignSplit(key ?? `row ${row}`, shares), question, text };
  }
}
