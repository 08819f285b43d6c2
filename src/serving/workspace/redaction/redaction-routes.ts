/**
 * What readers of de-identified texts do in the workspace: read one after the other, say how many identifiers were left in
 * each. What they found is the recall of the de-identification, and goes into its proof by `longitude privacy proof --reviewed`.
 * Invariants: texts are shown of proven records alone, each opening is in the audit log first, and no text is kept by it.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { NOTE_UNKNOWN, REQUEST_INVALID } from "../../../errors/registry.ts";
import { estimateSchema } from "../../../evaluation/measures/estimate.ts";
import { releasedTexts } from "../../../privacy/proof/make-proof.ts";
import type { ReadingTables } from "../../../privacy/proof/reading-tables.ts";
import { type DrawnNote, drawNotes, recallOf } from "../../../privacy/proof/reviewed-notes.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import type { StateTransaction } from "../../../state/open-state.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { PersonRole } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";

const READING: readonly PersonRole[] = ["reviewer"];
/** Of each records, the same ones for every reader. */
const SAMPLE = 100;

const redactionAnswerSchema = z.strictObject({
  /** Why there is nothing to read; null: there is. */
  nothing: z.enum(["no records", "no proof", "no texts"]).nullable(),
  /** Id of the records that the texts are of. */
  records: z.string().nullable(),
  sample: z.int(),
  read: z.int(),
  /** Null: nothing was read yet. */
  found: z
    .strictObject({
      removed: z.int(),
      missed: z.int(),
      wrong: z.int(),
      recall: estimateSchema,
      /** Of the marks, those that took out what tells who somebody is. */
      precision: estimateSchema,
      notesWithoutLeak: estimateSchema,
    })
    .nullable(),
  mayRead: z.boolean(),
});
const nextAnswerSchema = z.strictObject({
  /** Null: every one has been read. */
  note: z.strictObject({ note: z.int(), content: z.string(), text: z.string(), removed: z.int() }).nullable(),
});
const readingBody = z.strictObject({
  content: z.string().regex(/^[0-9a-f]{64}$/, "the hash of a text"),
  missed: z.int().min(0).max(1000),
  wrong: z.int().min(0).max(1000).default(0),
});

export type RedactionAnswer = z.output<typeof redactionAnswerSchema>;
export type NextNote = z.output<typeof nextAnswerSchema>;
export type SendReading = z.input<typeof readingBody>;

interface Sample {
  readonly records: string;
  readonly notes: readonly (DrawnNote & { readonly content: string })[];
}

export function redactionRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["workspace"];
  let drawn: { readonly of: string; readonly sample: Promise<Sample> } | null = null;

  app.get(
    "/workspace/redaction",
    {
      schema: {
        tags,
        summary: "How far the sample of de-identified texts is read, and what was found",
        response: { 200: redactionAnswerSchema },
      },
    },
    async (request): Promise<RedactionAnswer> => {
      const { roles } = sessionWithRole(request, OVERSEEING);
      const mayRead = roles.some((role) => READING.includes(role));
      const sample = await sampleOf();
      const none = { records: null, sample: 0, read: 0, found: null, mayRead };
      if (typeof sample === "string") return { nothing: sample, ...none };
      const readings = await context.state.transaction((tx) => readingsOf(tx, sample.records));
      const { notes: _, ...found } = recallOf(readings);
      return {
        nothing: sample.notes.length === 0 ? "no texts" : null,
        records: sample.records,
        sample: sample.notes.length,
        read: readings.length,
        found: readings.length === 0 ? null : found,
        mayRead,
      };
    },
  );
  app.post(
    "/workspace/redaction/next",
    {
      schema: {
        tags,
        summary: "The next text of the sample that nobody has read",
        body: z.strictObject({}),
        response: { 200: nextAnswerSchema },
      },
    },
    async (request): Promise<NextNote> => {
      const { id: actor } = sessionWithRole(request, READING);
      const sample = await sampleOf();
      if (typeof sample === "string") return { note: null };
      return context.state.transaction(async (tx) => {
        const read = new Set((await readingsOf(tx, sample.records)).map(({ content }) => content));
        const note = sample.notes.find(({ content }) => !read.has(content));
        if (note === undefined) return { note: null };
        await log(tx, actor, "privacy.read-note", note.content);
        return { note };
      });
    },
  );
  app.post(
    "/workspace/redaction/readings",
    {
      schema: {
        tags,
        summary: "Records how many identifiers were left in a text; sent again, it is recorded once",
        body: readingBody,
        response: { 200: z.strictObject({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const { id: reader } = sessionWithRole(request, READING);
      const { content, missed, wrong } = request.body;
      const sample = await sampleOf();
      const note =
        typeof sample === "string" ? undefined : sample.notes.find((one) => one.content === content);
      if (typeof sample === "string" || note === undefined)
        throw new LongitudeError(NOTE_UNKNOWN, "the text is not of the sample of these records");
      if (wrong > note.removed) throw new LongitudeError(REQUEST_INVALID, "wrong: the text has fewer marks");
      await context.state.transaction(async (tx) => {
        const at = isoTime(context.effects.now());
        const { removed } = note;
        await requireOpened(tx, reader, content);
        const { numInsertedOrUpdatedRows: added } = await tx
          .withTables<ReadingTables>()
          .insertInto("privacy_reading")
          .values({ records: sample.records, content, removed, missed, wrong, reader, at })
          .onConflict((conflict) => conflict.columns(["records", "content", "reader"]).doNothing())
          .executeTakeFirst();
        if (added !== 0n) await log(tx, reader, "privacy.review-note", content);
      });
      return { done: true as const };
    },
  );
  app.get(
    "/workspace/redaction/sample",
    {
      schema: { tags, summary: "What was read, as `longitude privacy proof --reviewed` takes it" },
    },
    async (request, reply) => {
      const { id: actor } = sessionWithRole(request, READING);
      const sample = await sampleOf();
      const lines =
        typeof sample === "string"
          ? []
          : await context.state.transaction(async (tx) => {
              const readings = await readingsOf(tx, sample.records);
              const said = new Map(
                readings.map(({ content, missed, wrong }) => [content, { missed, wrong }]),
              );
              await log(tx, actor, "privacy.take-sample", sample.records.slice(0, 16));
              return sample.notes.flatMap(({ content, ...note }) => {
                const found = said.get(content);
                return found === undefined ? [] : [`${JSON.stringify({ ...note, ...found })}\n`];
              });
            });
      return reply
        .header("content-disposition", 'attachment; filename="reviewed.ndjson"')
        .type("application/x-ndjson")
        .send(lines.join(""));
    },
  );

  /** Of the newest records, drawn once; or why there is none. */
  async function sampleOf(): Promise<Sample | "no records" | "no proof"> {
    const records = (await builtArtefacts(context.folder)).find(({ kind }) => kind === "records");
    if (records === undefined) return "no records";
    if (!existsSync(join(context.folder, "privacy", "proof.json"))) return "no proof";
    if (drawn?.of !== records.id) {
      drawn = { of: records.id, sample: drawOf(records.id, records.folder) };
      drawn.sample.catch(() => {
        drawn = null;
      });
    }
    return drawn.sample;
  }

  function log(tx: StateTransaction, actor: string, action: string, object: string) {
    const facts = { actor, action, object, patientKey: null, reason: "", outcome: "done" } as const;
    return appendAudit(tx, facts, context.effects.now());
  }
}

async function drawOf(records: string, folder: string): Promise<Sample> {
  const notes = drawNotes(await releasedTexts(folder), SAMPLE, records);
  const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
  return { records, notes: notes.map((note) => ({ ...note, content: hashOf(note.text) })) };
}

/** One for each text. Where two people have read the same one, who found more has seen it. */
function readingsOf(tx: StateTransaction, records: string) {
  return tx
    .withTables<ReadingTables>()
    .selectFrom("privacy_reading")
    .select(({ fn }) => ["content", "removed", fn.max("missed").as("missed"), fn.max("wrong").as("wrong")])
    .where("records", "=", records)
    .groupBy(["content", "removed"])
    .execute();
}

/** Only who was shown a text can say what is in it. @throws LongitudeError NOTE_UNKNOWN */
async function requireOpened(tx: StateTransaction, reader: string, content: string): Promise<void> {
  const opened = await tx
    .selectFrom("audit_entry")
    .select("sequence")
    .where("actor", "=", reader)
    .where("action", "=", "privacy.read-note")
    .where("object", "=", content)
    .limit(1)
    .executeTakeFirst();
  if (opened === undefined) throw new LongitudeError(NOTE_UNKNOWN, "the text was not shown to this reader");
}
