/**
 * Master keys in a key service (KMS, HSM): a program of the site's wraps and opens data keys. It is started with `wrap`
 * or `unwrap` as its last argument, gets one JSON object on standard input and answers with one on standard output:
 *   wrap    {"key": base64, "context": text}                     → {"master": text, "blob": base64}
 *   unwrap  {"master": text, "blob": base64, "context": text}    → {"key": base64}
 * Invariant: a data key passes through the pipes only, never through arguments, the environment or a file.
 */
import { spawn } from "node:child_process";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { KEY_SERVICE, ZONE_KEY_WRONG } from "../../errors/registry.ts";
import type { KeyPort, WrappedKey } from "./key-port.ts";

const wrappedSchema = z.object({ master: z.string().min(1), blob: z.base64().min(1) });
const keySchema = z.object({ key: z.base64() });
const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 1 << 16;

export class KeyCommand implements KeyPort {
  /** @param command program and arguments; no shell stands between */
  constructor(private readonly command: readonly [string, ...string[]]) {}

  async wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey> {
    const key = Buffer.from(dataKey).toString("base64");
    return parse(wrappedSchema, await this.#ask("wrap", { key, context }));
  }

  async unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array> {
    const { key } = parse(keySchema, await this.#ask("unwrap", { ...wrapped, context }));
    const opened = Buffer.from(key, "base64");
    if (opened.length !== 32)
      throw new LongitudeError(ZONE_KEY_WRONG, "the key service opened something that is no data key");
    return opened;
  }

  #ask(verb: "wrap" | "unwrap", question: object): Promise<string> {
    const [program, ...given] = this.command;
    return new Promise((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void =>
        reject(new LongitudeError(KEY_SERVICE, message, cause === undefined ? {} : { cause }));
      const child = spawn(program, [...given, verb], {
        stdio: ["pipe", "pipe", "ignore"],
        timeout: TIMEOUT_MS,
      });
      let answer = "";
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        answer += part;
        if (answer.length > MAX_ANSWER) child.kill();
      });
      child.on("error", (cause) => fail("the program of privacy.keys.command cannot be started", cause));
      child.stdin.on("error", () => undefined); // it ended without reading; its exit tells
      child.on("close", (code) =>
        code === 0
          ? resolve(answer)
          : fail(`the program of privacy.keys.command ended with ${code ?? "a signal"} on ${verb}`),
      );
      child.stdin.end(JSON.stringify(question));
    });
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new LongitudeError(
      KEY_SERVICE,
      "the program of privacy.keys.command answered in another form than expected",
    );
  }
}
