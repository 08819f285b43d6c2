/**
 * One HL7 v2 message as segments, fields, repetitions, components and subcomponents, by the message's own encoding
 * characters. Invariant: a text that comes out has its escapes undone; an empty one, and an explicit null (`""`), are null.
 */
export interface Encoding {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  /** Empty when the message declares none. */
  readonly escape: string;
  readonly subcomponent: string;
}

const NAME = /^[A-Z][A-Z0-9]{2}$/;

export class Hl7Segment {
  constructor(
    readonly name: string,
    private readonly fields: readonly string[],
    private readonly encoding: Encoding,
  ) {}

  /** The field as written, escapes and all; empty when it is not there. Fields count from 1, as the standard does. */
  raw(field: number): string {
    return this.fields[field] ?? "";
  }

  get fieldCount(): number {
    return this.fields.length - 1;
  }

  /** The sender asks to delete what was known: `""`. */
  isNulled(field: number): boolean {
    return this.raw(field) === '""';
  }

  repetitions(field: number): number {
    const raw = this.raw(field);
    return raw === "" ? 0 : raw.split(this.encoding.repetition).length;
  }

  /** One component, all counted from 1; a component without subcomponents is its own first one. */
  text(field: number, component = 1, repetition = 1, subcomponent = 1): string | null {
    const { encoding } = this;
    const repeated = this.raw(field).split(encoding.repetition)[repetition - 1];
    const found = repeated?.split(encoding.component)[component - 1];
    const part = found?.split(encoding.subcomponent)[subcomponent - 1];
    if (part === undefined || part === '""') return null;
    const text = unescaped(part, encoding).trim();
    return text === "" ? null : text;
  }

  /** A field of free text: repetitions are lines, other delimiters belong to the text. */
  lines(field: number): string | null {
    const { encoding } = this;
    const text = this.raw(field)
      .split(encoding.repetition)
      .map((line) => (line === '""' ? "" : unescaped(line, encoding)))
      .join("\n")
      .trim();
    return text === "" ? null : text;
  }
}

export class Hl7Message {
  private constructor(readonly segments: readonly Hl7Segment[]) {}

  /** Null when the text does not begin with a usable MSH, or has a line that is no segment. */
  static parse(text: string): Hl7Message | null {
    const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
    const encoding = encodingOf(lines[0] ?? "");
    if (encoding === null) return null;
    const segments: Hl7Segment[] = [];
    for (const line of lines) {
      const fields = line.split(encoding.field);
      const name = fields[0]!;
      if (!NAME.test(name)) return null;
      // MSH-1 is the separator itself, so that its fields count one further.
      if (name === "MSH") fields.splice(1, 0, encoding.field);
      segments.push(new Hl7Segment(name, fields, encoding));
    }
    return new Hl7Message(segments);
  }

  get header(): Hl7Segment {
    return this.segments[0]!;
  }

  first(name: string): Hl7Segment | null {
    return this.segments.find((segment) => segment.name === name) ?? null;
  }

  /** One message per person: a message may tell of several, each from its PID to the next one. */
  perPerson(): Hl7Message[] {
    const starts = this.segments.flatMap(({ name }, i) => (name === "PID" ? [i] : []));
    if (starts.length < 2) return [this];
    const head = this.segments.slice(0, starts[0]);
    return starts.map((from, i) => new Hl7Message([...head, ...this.segments.slice(from, starts[i + 1])]));
  }

  /** `ADT`, and the event that triggered it, `A08`. */
  get type(): { readonly message: string; readonly event: string } {
    return { message: this.header.text(9, 1) ?? "", event: this.header.text(9, 2) ?? "" };
  }
}

/** Encoding characters of an MSH line: five different printable characters, none of them a letter, digit or space. */
function encodingOf(line: string): Encoding | null {
  if (!line.startsWith("MSH") || line.length < 8) return null;
  const field = line[3]!;
  const declared = line.slice(4).split(field)[0]!;
  const [component, repetition, mark, subcomponent] = declared;
  if (component === undefined || repetition === undefined) return null;
  const marks = [field, component, repetition, mark, subcomponent].filter((each) => each !== undefined);
  if (new Set(marks).size !== marks.length || marks.some((each) => /[\sA-Za-z0-9]/.test(each))) return null;
  return { field, component, repetition, escape: mark ?? "", subcomponent: subcomponent ?? "\u0000" };
}

function unescaped(text: string, encoding: Encoding): string {
  const mark = encoding.escape;
  if (mark === "" || !text.includes(mark)) return text;
  const parts = text.split(mark);
  let out = parts[0]!;
  for (let i = 1; i < parts.length; i++) {
    const closed = i + 1 < parts.length;
    const replaced = closed ? replacement(parts[i]!, encoding) : null;
    if (replaced === null) {
      out += mark + parts[i]!;
      continue;
    }
    out += replaced + parts[i + 1]!;
    i += 1;
  }
  return out;
}

/** What an escape sequence stands for; null when it is none, so that a lone backslash in a text stays one. */
function replacement(sequence: string, encoding: Encoding): string | null {
  switch (sequence[0]) {
    case "F":
      return sequence === "F" ? encoding.field : null;
    case "S":
      return sequence === "S" ? encoding.component : null;
    case "R":
      return sequence === "R" ? encoding.repetition : null;
    case "E":
      return sequence === "E" ? encoding.escape : null;
    case "T":
      return sequence === "T" ? encoding.subcomponent : null;
    case "P":
      return sequence === "P" ? "#" : null;
    case "H":
    case "N":
      return sequence.length === 1 ? "" : null;
    case "X":
      return /^X([0-9A-Fa-f]{2})+$/.test(sequence)
        ? Buffer.from(sequence.slice(1), "hex").toString("latin1")
        : null;
    case ".":
      return /^\.(br|sp|ce|fi|nf|in|ti|sk)[+-]?\d*$/.test(sequence)
        ? sequence.startsWith(".sk")
          ? " "
          : "\n"
        : null;
    case "C":
    case "M":
    case "Z":
      return /^[CMZ][0-9A-Za-z]*$/.test(sequence) && sequence.length > 1 ? "" : null;
    default:
      return null;
  }
}
