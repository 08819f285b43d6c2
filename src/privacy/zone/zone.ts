/**
 * The identified zone: one folder with everything that leads back to persons, sealed. Only `src/privacy` reads it.
 *
 *   zone.json        id of the zone (not secret)
 *   key-ring.json    data keys, wrapped by the master key
 *   keys/master.json master keys, unless a key service holds them
 *   linkage.sealed   raw key ↔ subject key, date shift and secret of each person
 *   records/         identified timelines, sealed
 *   work/            identified timelines while they are worked on; emptied at the end and at the next start
 *
 * Invariant: every sealed file has a data key of its own; a file appears under its name whole; rotation touches the key
 * ring only.
 */
import { chmod, mkdir, readdir, readFile, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { filesBelow, replaceFile } from "../../artefacts/durable.ts";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ZONE_DAMAGED, ZONE_EXISTS, ZONE_MISSING } from "../../errors/registry.ts";
import { KeyFile } from "./key-file.ts";
import type { Entropy, KeyPort, RotatingKeyPort } from "./key-port.ts";
import { NONCE_PREFIX_BYTES, readSealedHeader, sealFile, unsealFile } from "./sealed-file.ts";

const ZONE_SCHEMA = "longitude.zone/1";
const RING_SCHEMA = "longitude.key-ring/1";
const [ZONE_FILE, RING_FILE] = ["zone.json", "key-ring.json"];
export const MASTER_KEY_FILE = join("keys", "master.json");
const SEALED = ".sealed";

const zoneSchema = z.strictObject({ schema: z.literal(ZONE_SCHEMA), id: z.string().regex(/^[0-9a-f]{32}$/) });
const ringSchema = z.strictObject({
  schema: z.literal(RING_SCHEMA),
  zone: z.string(),
  keys: z.record(z.string(), z.strictObject({ master: z.string(), blob: z.string() })),
});
type Ring = z.output<typeof ringSchema>;

export class Zone {
  private constructor(
    readonly folder: string,
    readonly id: string,
    private readonly keys: KeyPort,
    private readonly entropy: Entropy,
  ) {}

  /** Makes a new zone. @param keys null = a master key in the zone's own `keys/master.json` */
  static async create(folder: string, keys: KeyPort | null, entropy: Entropy): Promise<Zone> {
    const there = await readdir(folder).catch(() => []);
    if (there.length > 0)
      throw new LongitudeError(ZONE_EXISTS, `${folder} is not empty (${there.length} entries)`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      const port = keys ?? new KeyFile(join(folder, MASTER_KEY_FILE), entropy);
      if (keys === null && port instanceof KeyFile) await port.create();
      const id = Buffer.from(entropy(16)).toString("hex");
      const zone = new Zone(folder, id, port, entropy);
      await zone.#writeRing({ schema: RING_SCHEMA, zone: id, keys: {} });
      // Last: a folder with zone.json is a whole zone.
      await replaceFile(join(folder, ZONE_FILE), `${JSON.stringify({ schema: ZONE_SCHEMA, id })}\n`);
      return zone;
    } catch (error) {
      throw asMachineError(error, "making the identified zone");
    }
  }

  /** @throws ZONE_MISSING, ZONE_DAMAGED */
  static async open(folder: string, keys: KeyPort | null, entropy: Entropy): Promise<Zone> {
    const id = await zoneIdOf(folder);
    return new Zone(folder, id, keys ?? new KeyFile(join(folder, MASTER_KEY_FILE), entropy), entropy);
  }

  /** Encrypts into `name` (a relative path with forward slashes), replacing what was there. The old data key is forgotten: older copies cannot be read any more. */
  async seal(name: string, plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await mkdir(dirname(this.#path(name)), { recursive: true, mode: 0o700 });
    const before = await this.#keyOf(name);
    const dataKey = this.entropy(32);
    const key = Buffer.from(this.entropy(8)).toString("hex");
    const ring = await this.#readRing();
    ring.keys[key] = await this.keys.wrap(dataKey, this.#context(key, name));
    await this.#writeRing(ring);
    const header = {
      zone: this.id,
      purpose: name,
      key,
      prefix: Buffer.from(this.entropy(NONCE_PREFIX_BYTES)).toString("base64"),
    };
    try {
      await sealFile(this.#path(name), plain, header, dataKey);
    } catch (error) {
      throw asMachineError(error, "sealing identified records");
    }
    if (before !== null) {
      delete ring.keys[before];
      await this.#writeRing(ring);
    }
  }

  async has(name: string): Promise<boolean> {
    return (await stat(this.#path(name)).catch(() => null)) !== null;
  }

  /** @throws ZONE_FOREIGN, ZONE_KEY_MISSING, ZONE_KEY_WRONG, SEALED_DAMAGED */
  async *unseal(name: string): AsyncGenerator<Buffer> {
    const path = this.#path(name);
    const opened = await readSealedHeader(path, { zone: this.id, purpose: name });
    const wrapped = (await this.#readRing()).keys[opened.header.key];
    if (wrapped === undefined)
      throw new LongitudeError(ZONE_DAMAGED, "the key ring lacks the data key of a sealed file");
    const dataKey = await this.keys.unwrap(wrapped, this.#context(opened.header.key, name));
    yield* unsealFile(path, opened, dataKey);
  }

  async remove(name: string): Promise<void> {
    const key = await this.#keyOf(name);
    const ring = await this.#readRing();
    if (key !== null && ring.keys[key] !== undefined) {
      delete ring.keys[key];
      await this.#writeRing(ring);
    }
    await unlink(this.#path(name)).catch(() => undefined);
  }

  /** Names of the sealed files below a folder of the zone. */
  async list(folder: string): Promise<string[]> {
    const base = join(this.folder, folder);
    if ((await stat(base).catch(() => null)) === null) return [];
    return (await filesBelow(base))
      .filter((file) => file.endsWith(SEALED))
      .map((file) => `${folder}/${file}`.slice(0, -SEALED.length));
  }

  /** A folder of its own for identified records that are worked on; readable by nobody else. */
  async workFolder(): Promise<string> {
    await this.clearWork();
    const work = join(this.folder, "work");
    await mkdir(work, { recursive: true, mode: 0o700 });
    return work;
  }

  async clearWork(): Promise<void> {
    await rm(join(this.folder, "work"), { recursive: true, force: true });
  }

  /**
   * A new master key: every data key is opened and wrapped anew, no sealed file is touched. With a key service, its
   * newest key is used. Interrupted at any point, both master keys are there and the next run goes on.
   */
  async rotate(): Promise<{ readonly rewrapped: number; readonly retired: number }> {
    const rotating = isRotating(this.keys) ? this.keys : null;
    await rotating?.addMaster();
    const ring = await this.#readRing();
    const purposes = await this.#purposes();
    let rewrapped = 0;
    for (const [key, wrapped] of Object.entries(ring.keys)) {
      const purpose = purposes.get(key);
      if (purpose === undefined) {
        delete ring.keys[key]; // of a file that is no more
        continue;
      }
      const context = this.#context(key, purpose);
      ring.keys[key] = await this.keys.wrap(await this.keys.unwrap(wrapped, context), context);
      rewrapped += 1;
    }
    await this.#writeRing(ring);
    return { rewrapped, retired: (await rotating?.retireOldMasters()) ?? 0 };
  }

  /** Data key → use, from the headers of all sealed files. */
  async #purposes(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const file of await filesBelow(this.folder)) {
      if (!file.endsWith(SEALED)) continue;
      const purpose = file.slice(0, -SEALED.length);
      const { header } = await readSealedHeader(join(this.folder, file), { zone: this.id, purpose });
      found.set(header.key, header.purpose);
    }
    return found;
  }

  async #keyOf(name: string): Promise<string | null> {
    if (!(await this.has(name))) return null;
    return (await readSealedHeader(this.#path(name), { zone: this.id, purpose: name })).header.key;
  }

  #context(key: string, purpose: string): string {
    return `longitude.data-key/1 ${this.id} ${key} ${purpose}`;
  }

  #path(name: string): string {
    return join(this.folder, `${name}${SEALED}`);
  }

  async #readRing(): Promise<Ring> {
    const ring = parse(ringSchema, await textOf(join(this.folder, RING_FILE)), RING_FILE);
    if (ring.zone !== this.id) throw new LongitudeError(ZONE_DAMAGED, `${RING_FILE} is that of another zone`);
    return ring;
  }

  async #writeRing(ring: Ring): Promise<void> {
    await replaceFile(join(this.folder, RING_FILE), `${JSON.stringify(ring, null, 1)}\n`);
  }
}

export async function zoneExists(folder: string): Promise<boolean> {
  return (await stat(join(folder, ZONE_FILE)).catch(() => null)) !== null;
}

export async function zoneIdOf(folder: string): Promise<string> {
  const path = join(folder, ZONE_FILE);
  if ((await stat(path).catch(() => null)) === null)
    throw new LongitudeError(
      ZONE_MISSING,
      `${relative(process.cwd(), folder) || folder} is no identified zone`,
    );
  return parse(zoneSchema, await textOf(path), ZONE_FILE).id;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new LongitudeError(ZONE_DAMAGED, `${path} cannot be read`, { cause });
  }
}

function parse<T>(schema: z.ZodType<T>, text: string, name: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new LongitudeError(ZONE_DAMAGED, `${name} is not of the expected form`);
  }
}

function isRotating(port: KeyPort): port is RotatingKeyPort {
  return "addMaster" in port;
}
