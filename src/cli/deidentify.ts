/** `longitude deidentify notes`: finds identifiers in clinical text and takes them out. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { DEIDENTIFY_SECRET, INPUT_UNREADABLE, KNOWN_INVALID, USAGE_INVALID } from "../errors/registry.ts";
import { type DecodedText, decodeText } from "../privacy/text/decode-text.ts";
import { deidentifyMarkup, isMarkup } from "../privacy/text/deidentify-markup.ts";
import { deidentifyText } from "../privacy/text/deidentify-text.ts";
import type { KnownIdentifiers } from "../privacy/text/known-identifiers.ts";
import { formatOf, NOTE_FORMATS, type NoteFormat, rewriteNotes } from "../privacy/text/note-file.ts";
import { PHI_KINDS, type PhiKind } from "../privacy/text/phi-span.ts";
import {
  RENDERINGS,
  type Rendering,
  renderNote,
  type SpanPage,
  spansPage,
} from "../privacy/text/render-note.ts";
import { deidentifyRecordsCommand } from "./deidentify-records.ts";
import { countsOf, type FoundSpans, OFFSETS, type Offsets, spansFile } from "./notes-spans.ts";
import { createProgressLine } from "./progress-line.ts";

interface Flags {
  readonly format: NoteFormat;
  readonly as: Rendering;
  readonly field: readonly string[];
  readonly out?: string;
  readonly html?: string;
  readonly known?: string;
  readonly patient: string;
  readonly patientField?: string;
  readonly dayFirst: boolean;
  readonly secretFile?: string;
  readonly keep: readonly PhiKind[];
  readonly everyAge: boolean;
  readonly json: boolean;
  readonly offsets: Offsets;
}

/** Characters from which on progress is shown. */
const LONG_TEXT = 1_000_000;

const knownSchema = z.strictObject({
  names: z.array(z.string()).default([]),
  dates: z.array(z.string().regex(/^\d{4}-\d\d-\d\d/)).default([]),
  numbers: z.array(z.string()).default([]),
  phrases: z.array(z.string()).default([]),
});

export function deidentifyCommand(): Command {
  const notes = new Command("notes")
    .description("Find what identifies people in clinical text, and mark it, blot it out or replace it.")
    .argument(
      "<file...>",
      "text, NDJSON, CSV or FHIR JSON; UTF-8, UTF-16 or Windows-1252; - reads standard input",
    )
    .addOption(new Option("--format <format>", "what the file is").choices([...NOTE_FORMATS]).default("auto"))
    .addOption(
      new Option("--as <rendering>", "what to put in the place of an identifier")
        .choices([...RENDERINGS])
        .default("tag"),
    )
    .option(
      "--field <name...>",
      "NDJSON fields or CSV columns that hold text (default: text, note, note_text, body, ...)",
      [],
    )
    .option(
      "--out <file>",
      "write the text without identifiers here (default: standard output, unless --json); of several files: a folder",
    )
    .option("--html <file>", "write a page that shows the spans; it contains the text itself")
    .option("--known <file>", "JSON with names, dates, numbers and phrases known of this patient")
    .option("--patient <key>", "surrogates: whose notes these are", "one patient")
    .option("--patient-field <name>", "surrogates: field or column that tells whose text each is")
    .option("--day-first", "surrogates: 3/4/2019 is the third of April", false)
    .option("--secret-file <file>", "surrogates: file with this site's secret, at least 16 bytes")
    .option("--keep <kind...>", `kinds to leave standing: ${PHI_KINDS.join(", ")}`, collectKind, [])
    .option("--every-age", "tag every age, not only those over 89", false)
    .option("--json", "print the spans as one JSON object a file, each on a line of standard output", false)
    .addOption(
      new Option(
        "--offsets <unit>",
        "what start and end count with --json: characters as Python counts them, or as JavaScript does",
      )
        .choices([...OFFSETS])
        .default("code-points"),
    )
    .addHelpText(
      "after",
      `
Reads the whole file, sends nothing anywhere. Guide: docs/guides/deidentify.md

Examples:
  longitude deidentify notes note.txt
  longitude deidentify notes notes.ndjson --field note_text --as redact --out clean.ndjson
  longitude deidentify notes note.txt --json --html spans.html
  longitude deidentify notes notes/*.txt --json > spans.ndjson
  cat note.txt | longitude deidentify notes - --as redact`,
    )
    .action(run);
  return new Command("deidentify")
    .description("Take identifiers out of records.")
    .addCommand(notes)
    .addCommand(deidentifyRecordsCommand());
}

async function run(files: readonly string[], flags: Flags): Promise<void> {
  const known =
    flags.known === undefined ? undefined : knownFrom(decodeText(await bytesOf(flags.known)).text);
  const secret = flags.as === "surrogate" ? await secretFrom(flags.secretFile) : undefined;
  const pages: SpanPage[] = [];
  const outOf = await outFiles(files, flags.out);
  for (const file of files) {
    const decoded = decodeText(await bytesOf(file));
    const format = flags.format === "auto" ? formatOf(file, decoded.text) : flags.format;
    const { clean, found } = cleaned(decoded, format, flags, known, secret);
    if (flags.html !== undefined)
      for (const one of found)
        if (one.spans.length > 0 || format === "text")
          pages.push(files.length === 1 ? one : { ...one, place: `${file}, ${one.place}` });
    const out = outOf.get(file);
    if (out !== undefined) await writeFile(out, clean);
    else if (!flags.json) process.stdout.write(clean);
    if (flags.json)
      process.stdout.write(`${JSON.stringify(spansFile(file, format, decoded, found, flags.offsets))}\n`);
    else process.stderr.write(`${summary(found, decoded)}\n`);
  }
  if (flags.html !== undefined) await writeFile(flags.html, spansPage(pages));
}

function cleaned(
  { text }: DecodedText,
  format: Exclude<NoteFormat, "auto">,
  flags: Flags,
  known: KnownIdentifiers | undefined,
  secret: Uint8Array | undefined,
): { clean: string; found: FoundSpans[] } {
  const options = { everyAge: flags.everyAge, keep: flags.keep, ...(known === undefined ? {} : { known }) };
  const found: FoundSpans[] = [];
  let read = 0;
  const line = createProgressLine(process.stderr, systemEffects);
  const long = text.length > LONG_TEXT;
  const progress = (done: number): void => {
    if (long) line.show("deidentify", { step: "notes", done, total: text.length, unit: "characters" });
  };
  const fields = {
    text: flags.field,
    ...(flags.patientField === undefined ? {} : { patient: flags.patientField }),
  };
  const clean = rewriteNotes(text, format, fields, (note, { place, patient = flags.patient }) => {
    const onPart = (done: number): void => progress(read + done);
    const spans = isMarkup(note)
      ? deidentifyMarkup(note, options)
      : deidentifyText(note, { ...options, onPart });
    read += note.length;
    progress(read);
    found.push({ place, text: note, spans });
    const key = secret === undefined ? undefined : { secret, patient, dayFirst: flags.dayFirst };
    return renderNote(note, spans, flags.as, key);
  });
  line.clear();
  return { clean, found };
}

/** Where the text of each file goes: one file to one file, several (or one, where a folder stands) into a folder. */
async function outFiles(files: readonly string[], out: string | undefined): Promise<Map<string, string>> {
  if (out === undefined) return new Map();
  const folder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (files.length === 1 && !folder) return new Map([[files[0]!, out]]);
  const names = files.map((file) => (file === "-" ? "standard-input.txt" : basename(file)));
  if (new Set(names).size < names.length)
    throw new LongitudeError(
      USAGE_INVALID,
      "two of the files have the same name: they cannot go into one folder",
    );
  await mkdir(out, { recursive: true });
  return new Map(files.map((file, i) => [file, join(out, names[i]!)]));
}

function summary(found: readonly FoundSpans[], { encoding, broken }: DecodedText): string {
  const counts = Object.entries(countsOf(found)).map(([kind, count]) => `${count} ${kind}`);
  const damage = broken === 0 ? "" : `; ${broken} places that are no UTF-8 were read as U+FFFD`;
  const note = (encoding === "utf-8" ? "" : `; read as ${encoding}, written as UTF-8`) + damage;
  return `${found.length} text(s): ${counts.length === 0 ? "no identifiers found" : counts.join(", ")}${note}`;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return file === "-" ? await buffer(process.stdin) : await readFile(file);
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, "the file cannot be read", { cause });
  }
}

function knownFrom(text: string): z.output<typeof knownSchema> {
  try {
    return knownSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LongitudeError(KNOWN_INVALID, "the file of known identifiers is not of the expected form", {
      cause,
    });
  }
}

async function secretFrom(file: string | undefined): Promise<Uint8Array> {
  const secret = file === undefined ? new Uint8Array() : await bytesOf(file);
  if (secret.length < 16)
    throw new LongitudeError(
      DEIDENTIFY_SECRET,
      `the secret has ${secret.length} bytes; surrogates need at least 16`,
    );
  return secret;
}

function collectKind(text: string, before: readonly PhiKind[]): PhiKind[] {
  const kind = PHI_KINDS.find((name) => name === text);
  if (kind === undefined) throw new InvalidArgumentError(`one of ${PHI_KINDS.join(", ")}.`);
  return [...before, kind];
}
