/**
 * Master keys in a file that only its owner may read. Wrapping is AES-256-GCM with the use as associated data.
 * Invariant: a key file that others can read is refused before it is used.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ZONE_DAMAGED, ZONE_KEY_EXPOSED, ZONE_KEY_MISSING, ZONE_KEY_WRONG } from "../../errors/registry.ts";
import type { Entropy, RotatingKeyPort, WrappedKey } from "./key-port.ts";

const SCHEMA = "longitude.master-keys/1";
const fileSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  /** The newest last. */
  keys: z.array(z.strictObject({ id: z.string(), key: z.base64() })).min(1),
});
type Masters = z.output<typeof fileSchema>;

const [NONCE_BYTES, TAG_BYTES, KEY_BYTES] = [12, 16, 32];

export class KeyFile implements RotatingKeyPort {
  constructor(
    readonly path: string,
    private readonly entropy: Entropy,
  ) {}

  /** Makes the file with a first master key. */
  async create(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await this.#write({ schema: SCHEMA, keys: [this.#newKey()] }, "wx");
  }

  async wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey> {
    const newest = (await this.#read()).keys.at(-1)!;
    const nonce = this.entropy(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", Buffer.from(newest.key, "base64"), nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    return { master: newest.id, blob: sealed.toString("base64") };
  }

  async unwrap({ master, blob }: WrappedKey, context: string): Promise<Uint8Array> {
    const held = (await this.#read()).keys.find(({ id }) => id === master);
    if (held === undefined)
      throw new LongitudeError(ZONE_KEY_WRONG, `the key file does not hold master key ${master}`);
    const sealed = Buffer.from(blob, "base64");
    if (sealed.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES)
      throw new LongitudeError(ZONE_DAMAGED, "a wrapped data key is not of its length");
    const opener = createDecipheriv(
      "aes-256-gcm",
      Buffer.from(held.key, "base64"),
      sealed.subarray(0, NONCE_BYTES),
    );
    opener.setAAD(Buffer.from(context));
    opener.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([opener.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opener.final()]);
    } catch (cause) {
      throw new LongitudeError(ZONE_KEY_WRONG, `master key ${master} does not open a data key of this zone`, {
        cause,
      });
    }
  }

  async addMaster(): Promise<string> {
    const masters = await this.#read();
    const added = this.#newKey();
    await this.#write({ ...masters, keys: [...masters.keys, added] }, "w");
    return added.id;
  }

  async retireOldMasters(): Promise<number> {
    const masters = await this.#read();
    await this.#write({ ...masters, keys: masters.keys.slice(-1) }, "w");
    return masters.keys.length - 1;
  }

  #newKey(): Masters["keys"][number] {
    return {
      id: Buffer.from(this.entropy(8)).toString("hex"),
      key: Buffer.from(this.entropy(KEY_BYTES)).toString("base64"),
    };
  }

  async #read(): Promise<Masters> {
    let text: string;
    try {
      const { mode } = await stat(this.path);
      if ((mode & 0o077) !== 0 && process.platform !== "win32") {
        throw new LongitudeError(
          ZONE_KEY_EXPOSED,
          `others may read the key file (mode ${(mode & 0o777).toString(8)})`,
        );
      }
      text = await readFile(this.path, "utf8");
    } catch (cause) {
      if (cause instanceof LongitudeError) throw cause;
      throw new LongitudeError(ZONE_KEY_MISSING, `the key file ${this.path} cannot be read`, { cause });
    }
    try {
      return fileSchema.parse(JSON.parse(text));
    } catch (cause) {
      // The cause would repeat parts of the file.
      throw new LongitudeError(ZONE_DAMAGED, `the key file ${this.path} is not of the expected form`, {
        cause: cause instanceof Error ? new Error(cause.name) : undefined,
      });
    }
  }

  /** Whole or not at all, and never readable by others on the way. */
  async #write(masters: Masters, flag: "w" | "wx"): Promise<void> {
    const partial = flag === "wx" ? this.path : `${this.path}.partial`;
    if (flag === "w") await rm(partial, { force: true });
    const handle = await open(partial, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(masters, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(partial, 0o600);
    if (flag === "w") await rename(partial, this.path);
  }
}
