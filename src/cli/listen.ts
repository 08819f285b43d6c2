/** `longitude listen`: takes a hospital's HL7 v2 messages in, durably, until it is stopped. */
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import type { FeedCounts } from "../ingest/hl7v2/feed-store.ts";
import { type ListenEvent, listen } from "../ingest/hl7v2/listen.ts";
import { createProgressLine } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";

interface ListenFlags {
  readonly port: number;
  readonly host: string;
  readonly out?: string;
  readonly site?: string;
  readonly allow: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientAuthority?: string;
  readonly maxMessageMegabytes: number;
  readonly frameTimeout: number;
  readonly json: boolean;
}

export function listenCommand(): Command {
  return new Command("listen")
    .description("Take in HL7 v2 messages over MLLP; each is acknowledged only after it is on the disk.")
    .requiredOption("--port <port>", "port to listen on; 0 takes a free one and says which", wholeNumber)
    .option("--host <address>", "address of this machine to listen on", "127.0.0.1")
    .option("--out <dir>", "folder of the feed")
    .option("--site <dir>", "folder with longitude.yaml; the feed is DIR/feed/hl7v2")
    .option("--allow <network...>", "addresses or networks (10.1.0.0/16) that may connect", [])
    .option("--tls-cert <file>", "certificate of this listener (PEM), for TLS")
    .option("--tls-key <file>", "its private key (PEM)")
    .option(
      "--tls-client-authority <file>",
      "authority whose client certificates may connect (PEM); others may not",
    )
    .option("--max-message-megabytes <n>", "larger messages are refused", wholeNumber, 16)
    .option(
      "--frame-timeout <seconds>",
      "a message that has begun must end within this time",
      wholeNumber,
      60,
    )
    .option("--json", "print one JSON object a line: listening, and the counts when it stops", false)
    .addHelpText(
      "after",
      `
Takes ADT, ORU, OML (ORM before 2.4), RDE, RAS, VXU and MDM, versions 2.3 to 2.8. What is refused is kept in dead-letters/ with its reason.
A message that is sent again is acknowledged again and stored once. Guide: docs/guides/hl7v2.md

Examples:
  longitude listen --port 2575 --out feed
  longitude listen --port 2575 --host 0.0.0.0 --allow 10.1.0.0/16 --tls-cert cert.pem --tls-key key.pem --site site
  longitude ingest --format hl7v2 --input feed --out records`,
    )
    .action((flags: ListenFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: ListenFlags, signal: AbortSignal): Promise<void> {
  const line = createProgressLine(process.stderr, systemEffects);
  const options = {
    folder: feedFolder(flags),
    port: flags.port,
    host: flags.host,
    allow: [...flags.allow],
    maxMessageBytes: flags.maxMessageMegabytes * 2 ** 20,
    frameTimeoutMs: flags.frameTimeout * 1000,
    ...(flags.tlsCert === undefined ? {} : { tlsCert: flags.tlsCert }),
    ...(flags.tlsKey === undefined ? {} : { tlsKey: flags.tlsKey }),
    ...(flags.tlsClientAuthority === undefined ? {} : { tlsClientAuthority: flags.tlsClientAuthority }),
  };
  for await (const event of listen(options, systemEffects, signal)) {
    if (event.kind === "progress") {
      line.show("listen", {
        step: "received",
        done: event.accepted,
        total: null,
        unit: "messages",
        detail: `${event.connections} connection(s), ${event.repeated} sent again, ${event.deadLetters} dead letters`,
      });
      continue;
    }
    line.clear();
    process.stdout.write(flags.json ? `${JSON.stringify(event)}\n` : textOf(event));
  }
}

function feedFolder({ out, site }: ListenFlags): string {
  if ((out === undefined) === (site === undefined))
    throw new LongitudeError(USAGE_INVALID, "name either --out or --site");
  return out ?? join(site!, "feed", "hl7v2");
}

function textOf(event: Exclude<ListenEvent, { kind: "progress" }>): string {
  if (event.kind === "listening")
    return `listening on ${event.host} port ${event.port}${event.tls ? " (TLS)" : ""}; Ctrl-C stops\n`;
  return `${summary(event)}\n`;
}

function summary({ accepted, repeated, deadLetters, byReason }: FeedCounts): string {
  const reasons = Object.entries(byReason).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${accepted} message(s) in the journal`,
    `${repeated} sent again`,
    `${deadLetters} dead letter(s)${reasons.length === 0 ? "" : `: ${reasons.join(", ")}`}`,
  ].join("; ");
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is needed.");
  return Number(text);
}
