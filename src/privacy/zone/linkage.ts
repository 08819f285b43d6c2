/**
 * The linkage table: which subject key stands for which person, and the secrets that belong to the person.
 * A subject key is drawn at random, once; it is not computed from anything about the person (45 CFR 164.514(c)).
 * Invariant: a person keeps key, shift and secret over all increments; the table is on the disk before any record that
 * uses it is published.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ZONE_DAMAGED } from "../../errors/registry.ts";
import type { RawSubjectKey, SubjectKey } from "../subject-keys.ts";
import type { Entropy } from "./key-port.ts";
import type { Zone } from "./zone.ts";

export interface Link {
  readonly raw: RawSubjectKey;
  readonly subject: SubjectKey;
  /** Uniform in [0, 1): where in the profile's range the person's dates are moved to; the same whatever the range is. */
  readonly shiftDraw: number;
  /** 16 bytes, hex: for surrogates in the person's notes and the keys of encounters. */
  readonly secret: string;
}

const NAME = "linkage";
const SCHEMA = "longitude.linkage/1";

export class Linkage {
  readonly #byRaw = new Map<RawSubjectKey, Link>();
  readonly #bySubject = new Map<SubjectKey, Link>();

  private constructor(
    private readonly zone: Zone,
    private readonly entropy: Entropy,
    /** Of the whole site, hex: for what is no person's own, such as the key of a group. */
    readonly siteSecret: string,
  ) {}

  /** The table of the zone; a new one where there is none yet. */
  static async read(zone: Zone, entropy: Entropy): Promise<Linkage> {
    if (!(await zone.has(NAME))) return new Linkage(zone, entropy, Buffer.from(entropy(32)).toString("hex"));
    let rest = "";
    let table: Linkage | null = null;
    const decoder = new TextDecoder();
    for await (const part of zone.unseal(NAME)) {
      const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (table === null) table = new Linkage(zone, entropy, siteSecretOf(line));
        else table.#add(linkOf(line));
      }
    }
    if (table === null || rest !== "")
      throw new LongitudeError(ZONE_DAMAGED, "the linkage table is not of the expected form");
    return table;
  }

  get size(): number {
    return this.#byRaw.size;
  }

  links(): Iterable<Link> {
    return this.#byRaw.values();
  }

  ofRaw(raw: RawSubjectKey): Link | null {
    return this.#byRaw.get(raw) ?? null;
  }

  ofSubject(subject: SubjectKey): Link | null {
    return this.#bySubject.get(subject) ?? null;
  }

  /** The person's link; drawn now where the person is new. The table has to be saved before it is used. */
  linkFor(raw: RawSubjectKey): Link {
    const known = this.#byRaw.get(raw);
    if (known !== undefined) return known;
    let subject: SubjectKey;
    do subject = uint53(this.entropy(8)) as SubjectKey;
    while (subject === 0 || this.#bySubject.has(subject));
    const link = {
      raw,
      subject,
      shiftDraw: uint53(this.entropy(8)) / 2 ** 53,
      secret: Buffer.from(this.entropy(16)).toString("hex"),
    };
    this.#add(link);
    return link;
  }

  /** Forgets a person: nothing leads from the subject key to the person any more. */
  forget(raw: RawSubjectKey): boolean {
    const link = this.#byRaw.get(raw);
    if (link === undefined) return false;
    this.#byRaw.delete(raw);
    this.#bySubject.delete(link.subject);
    return true;
  }

  async save(): Promise<void> {
    await this.zone.seal(NAME, this.#lines());
  }

  *#lines(): Generator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify({ schema: SCHEMA, siteSecret: this.siteSecret })}\n`);
    let text = "";
    for (const { raw, subject, shiftDraw, secret } of this.#byRaw.values()) {
      text += `${raw} ${subject} ${shiftDraw} ${secret}\n`;
      if (text.length > 1 << 16) {
        yield Buffer.from(text);
        text = "";
      }
    }
    yield Buffer.from(text);
  }

  #add(link: Link): void {
    this.#byRaw.set(link.raw, link);
    this.#bySubject.set(link.subject, link);
  }
}

function siteSecretOf(line: string): string {
  const match = /^\{"schema":"longitude\.linkage\/1","siteSecret":"([0-9a-f]{64})"\}$/.exec(line);
  if (match === null) throw new LongitudeError(ZONE_DAMAGED, "the linkage table is not of the expected form");
  return match[1]!;
}

function linkOf(line: string): Link {
  const [raw, subject, shiftDraw, secret] = line.split(" ");
  const link = {
    raw: Number(raw) as RawSubjectKey,
    subject: Number(subject) as SubjectKey,
    shiftDraw: Number(shiftDraw),
    secret: secret ?? "",
  };
  const whole =
    Number.isSafeInteger(link.raw) &&
    Number.isSafeInteger(link.subject) &&
    link.shiftDraw >= 0 &&
    link.shiftDraw < 1 &&
    link.secret.length === 32;
  if (!whole)
    throw new LongitudeError(ZONE_DAMAGED, "a row of the linkage table is not of the expected form");
  return link;
}

function uint53(bytes: Uint8Array): number {
  const view = Buffer.from(bytes);
  return view.readUInt32BE(0) * 2 ** 21 + (view.readUInt32BE(4) >>> 11);
}
