/**
 * A feed of HL7 v2 messages becomes candidate events. The order of arrival is the order of truth: the last word counts.
 * Invariant: a message that stands twice, by sender, control id and content, is read once.
 */
import { HL7_MALFORMED, HL7_OVERSIZE } from "../../errors/registry.ts";
import type { Database } from "../../timeline/database.ts";
import type { Staging } from "../staging.ts";
import { hash53 } from "../subject-key.ts";
import type { Counter, Tally } from "../tally.ts";
import { Hl7Changes } from "./hl7-changes.ts";
import type { Hl7Context } from "./hl7-context.ts";
import { hl7FileMessages } from "./hl7-files.ts";
import { identityOf, judgeMessage } from "./judge-message.ts";
import { readMessage } from "./read-message.ts";
import type { LastTransfers } from "./read-visit.ts";
import { settleChanges } from "./settle-changes.ts";

export interface Hl7Input {
  readonly database: Database;
  readonly staging: Staging;
  readonly tally: Tally;
  readonly notes: Counter;
  readonly notRead: Counter;
  readonly unknownUnits: Counter;
  readonly unitAliases: Readonly<Record<string, string>>;
  readonly elements: Counter;
  readonly collectIdentifiers: boolean;
}

const YIELD_EVERY = 200;
const REPEATED = "message sent twice";

/** Closes the staging tables; yields the file that is being read, now and then. */
export async function* readHl7(
  files: readonly string[],
  input: Hl7Input,
): AsyncGenerator<{ readonly file: string }> {
  const { database, tally, notes, staging } = input;
  const changes = await Hl7Changes.create(database);
  const context: Hl7Context = {
    ...input,
    changes,
    describe: (code, text) => staging.sink.describe(code, text),
    harvest: input.collectIdentifiers
      ? { elements: input.elements, known: (identifier) => staging.sink.addKnown(identifier) }
      : null,
  };
  const transfers: LastTransfers = new Map();
  const seen = new Set<number>();
  let messages = 0;
  for (const file of files) {
    for await (const bytes of hl7FileMessages(file, file === files.at(-1))) {
      messages += 1;
      if (messages % YIELD_EVERY === 0) yield { file };
      if (bytes === null) {
        tally.reject(HL7_OVERSIZE, "message");
        continue;
      }
      const { message, fault, mended } = judgeMessage(bytes);
      if (message === null || fault !== null) {
        tally.reject(fault?.definition ?? HL7_MALFORMED, "message");
        continue;
      }
      const { key, content } = identityOf(message, bytes);
      const id = hash53(key + content);
      if (seen.has(id)) {
        tally.add("not an event", REPEATED, "message");
        continue;
      }
      seen.add(id);
      if (mended) notes.add("bytes are not of the character set in MSH-18; read as Windows-1252");
      readMessage(message, transfers, context);
    }
    yield { file };
  }
  changes.close();
  await staging.close();
  await settleChanges(database, tally, notes);
}
