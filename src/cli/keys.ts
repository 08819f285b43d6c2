/** `longitude keys`: makes the key of this site and publishes its public half, for SMART Backend Services. */

import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Command, InvalidArgumentError, Option } from "commander";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import {
  createClientKey,
  publicKeySet,
  readClientKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from "../ingest/bulk/client-key.ts";
import { withInterrupt } from "./run-verb.ts";

interface KeysFlags {
  readonly key: readonly string[];
  readonly create?: SigningAlgorithm;
  readonly jwks?: string;
  readonly publish?: number;
  readonly host: string;
}

export function keysCommand(): Command {
  return new Command("keys")
    .description("Make the key with which this site asks for exports, and publish its public half.")
    .requiredOption(
      "--key <file...>",
      "private keys (JWK or PEM); of several all are published, for a change of keys",
    )
    .addOption(
      new Option("--create <algorithm>", "make the key; a file that is there is not overwritten").choices([
        ...SIGNING_ALGORITHMS,
      ]),
    )
    .option("--jwks <file>", "write the public key set here, for registration or a web server")
    .option("--publish <port>", "serve it at /.well-known/jwks.json until stopped", port)
    .option("--host <address>", "address of this machine to serve it on", "127.0.0.1")
    .addHelpText(
      "after",
      `
Without --jwks and --publish the set is printed. Guide: docs/guides/pull.md

Examples:
  longitude keys --create ES384 --key key.json --jwks jwks.json
  longitude keys --key key.json --publish 8083`,
    )
    .action((flags: KeysFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: KeysFlags, signal: AbortSignal): Promise<void> {
  if (flags.create !== undefined) {
    if (flags.key.length !== 1)
      throw new LongitudeError(USAGE_INVALID, "--create makes one key: name one --key");
    await createClientKey(flags.key[0]!, flags.create);
  }
  const keys = await Promise.all(flags.key.map((file) => readClientKey(file)));
  const text = `${JSON.stringify(await publicKeySet(keys), null, 2)}\n`;
  if (flags.jwks !== undefined) await writeFile(flags.jwks, text);
  if (flags.publish !== undefined) await serve(text, flags.publish, flags.host, signal);
  else
    process.stdout.write(
      flags.jwks === undefined ? text : `public keys of ${keys.length} key(s): ${flags.jwks}\n`,
    );
}

async function serve(text: string, at: number, host: string, signal: AbortSignal): Promise<void> {
  const server = createServer((request, response) => {
    const known = request.method === "GET" && request.url === "/.well-known/jwks.json";
    response.writeHead(known ? 200 : 404, {
      "content-type": "application/json",
      "cache-control": "max-age=300",
    });
    response.end(known ? text : "{}");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at, host, () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : at;
      process.stdout.write(`public keys at http://${host}:${taken}/.well-known/jwks.json; Ctrl-C stops\n`);
    });
    signal.addEventListener("abort", () => server.close(() => resolve()), { once: true });
  });
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return number;
}
