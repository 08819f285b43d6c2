/** The listener over real connections on loopback: answers, refusals, hostile senders. */
import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { FeedJournal } from "../../src/ingest/hl7v2/feed-journal.ts";
import { type ListenEvent, listen } from "../../src/ingest/hl7v2/listen.ts";
import { journalFileName, journalFiles, journalRecords } from "../../src/ingest/hl7v2/read-journal.ts";
import { admission, answerCode, MllpClient } from "./mllp-client.ts";

let folder: string;
const running: AbortController[] = [];
const ends: Promise<ListenEvent | undefined>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-listen-"));
});
afterEach(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

async function stopAll(): Promise<(ListenEvent | undefined)[]> {
  for (const controller of running.splice(0)) controller.abort();
  return Promise.all(ends.splice(0));
}

async function start(options: Partial<Parameters<typeof listen>[0]> = {}): Promise<number> {
  const controller = new AbortController();
  const events = listen({ folder, port: 0, ...options }, systemEffects, controller.signal);
  const first = await events.next();
  running.push(controller);
  ends.push(
    (async () => {
      let last: ListenEvent | undefined;
      for await (const event of events) last = event;
      return last;
    })(),
  );
  return (first.value as Extract<ListenEvent, { kind: "listening" }>).port;
}

async function exchange(port: number, ...messages: string[]): Promise<(string | null)[]> {
  const client = await MllpClient.open(port);
  const answers: (string | null)[] = [];
  for (const message of messages) {
    client.send(message);
    answers.push(await client.answer());
  }
  client.close();
  return answers;
}

async function deadLetters(): Promise<(string | undefined)[]> {
  const reasons: (string | undefined)[] = [];
  for (const file of await journalFiles(join(folder, "dead-letters"))) {
    for await (const { header } of journalRecords(file, true)) reasons.push(header.reason);
  }
  return reasons;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LongitudeError) return error.code;
    throw error;
  }
  return "none";
}

describe("a listener", { timeout: 60_000 }, () => {
  it("accepts a message, and the same message sent again only once", async () => {
    const port = await start();
    const answers = await exchange(port, admission("1"), admission("1"), admission("2"));
    expect(answers.map(answerCode)).toEqual(["AA 1", "AA 1", "AA 2"]);
    expect(answers[0]).toContain("MSH|^~\\&|LONG|HOSP|LAB|NORTH|");
    expect(await stopAll()).toMatchObject([{ kind: "stopped", accepted: 2, repeated: 1, deadLetters: 0 }]);
  });

  it("keeps a control id that is used again for another message", async () => {
    const port = await start();
    await exchange(port, admission("1"), admission("1", { person: "200" }));
    expect(await stopAll()).toMatchObject([{ accepted: 2, repeated: 0 }]);
  });

  it("knows a message that was sent before it was started anew", async () => {
    await exchange(await start(), admission("1"));
    await stopAll();
    await exchange(await start(), admission("1"), admission("2"));
    expect(await stopAll()).toMatchObject([{ accepted: 2, repeated: 1 }]);
  });

  it("accepts nothing that the disk does not take", async () => {
    const port = await start();
    // A device that is always full, where the journal's first file would be.
    await symlink("/dev/full", join(folder, "journal", journalFileName(1)));
    const [answer] = await exchange(port, admission("1"));
    expect(answerCode(answer!)).toBe("AE 1");
    expect(answer).toContain("|207^");
    expect(answer).toContain("HL7_STORE");
    await rm(join(folder, "journal"), { recursive: true });
    expect(await stopAll()).toMatchObject([{ accepted: 0 }]);
  });

  it("answers in enhanced mode where the sender asks for it", async () => {
    const port = await start();
    const client = await MllpClient.open(port);
    client.send(admission("1", { header: "|||AL|NE" }));
    expect(answerCode(await client.answer())).toBe("CA 1");
    client.send(admission("2", { header: "|||AL|AL" }));
    expect([answerCode(await client.answer()), answerCode(await client.answer())]).toEqual(["CA 2", "AA 2"]);
    client.send(admission("3", { header: "|||ER|NE" }));
    client.send(admission("4", { header: "|||ER|NE" }).replace("2.5.1", "2.9"));
    expect(answerCode(await client.answer())).toBe("CR 4");
    client.close();
  });

  it("refuses with a reason and keeps what it refused", async () => {
    const port = await start();
    const answers = await exchange(
      port,
      "no message at all",
      admission("").replace("ADT^A01||P", "ADT^A01||P"),
      admission("2").replace("2.5.1", "2.2"),
      admission("3").replace("ADT^A01", "SIU^S12"),
      admission("4").replace("100^^^NORTH^MR", ""),
      admission("5", { header: "||||||EBCDIC" }),
    );
    expect(answers.map((answer) => answerCode(answer)?.slice(0, 2))).toEqual([
      "AR",
      "AE",
      "AR",
      "AR",
      "AE",
      "AR",
    ]);
    expect(answers.every((answer) => !answer!.includes("JANE"))).toBe(true);
    await stopAll();
    expect(await deadLetters()).toEqual([
      "HL7_MALFORMED",
      "HL7_FIELD_MISSING",
      "HL7_VERSION",
      "HL7_TYPE",
      "HL7_FIELD_MISSING",
      "HL7_CHARACTER_SET",
    ]);
  });

  it("answers messages that come in one piece, in splinters, and behind garbage", async () => {
    const port = await start();
    const client = await MllpClient.open(port);
    const frame = (id: string): string => `\u000b${admission(id)}\u001c\r`;
    client.socket.write(`GET / HTTP/1.1\r\n\r\n${frame("1")}${frame("2")}`);
    expect([answerCode(await client.answer()), answerCode(await client.answer())]).toEqual(["AA 1", "AA 2"]);
    for (const byte of Buffer.from(frame("3"))) client.socket.write(Buffer.from([byte]));
    expect(answerCode(await client.answer())).toBe("AA 3");
    client.close();
    await stopAll();
    expect(await deadLetters()).toEqual(["HL7_TRUNCATED"]);
  });

  it("takes a batch in one frame apart and answers each of its messages", async () => {
    const port = await start();
    const client = await MllpClient.open(port);
    const wrong = admission("2").replace("ADT^A01", "ZZZ^Z01");
    client.send(`FHS|^~\\&|A\rBHS|^~\\&|A\r${admission("1")}\r${wrong}\r${admission("3")}\rBTS|3\rFTS|1\r`);
    const answers = [await client.answer(), await client.answer(), await client.answer()];
    expect(answers.map(answerCode)).toEqual(["AA 1", "AR 2", "AA 3"]);
    client.close();
    await stopAll();
    expect(await deadLetters()).toEqual(["HL7_TYPE"]);
  });

  it("refuses a message that is too large without holding it, and goes on", async () => {
    const port = await start({ maxMessageBytes: 4096 });
    const large = `${admission("1")}\rNTE|1||${"x".repeat(1 << 20)}`;
    expect((await exchange(port, large, admission("2"))).map(answerCode)).toEqual(["AR 1", "AA 2"]);
    await stopAll();
    expect(await deadLetters()).toEqual(["HL7_OVERSIZE"]);
    expect((await readFile((await journalFiles(join(folder, "dead-letters")))[0]!)).length).toBeLessThan(
      8192,
    );
  });

  it("hangs up on a sender that does not end its message, and keeps what there was", async () => {
    const port = await start({ frameTimeoutMs: 50 });
    const client = await MllpClient.open(port);
    client.socket.write(`\u000b${admission("1")}`);
    expect(await client.answer()).toBeNull();
    await stopAll();
    expect(await deadLetters()).toEqual(["HL7_TRUNCATED"]);
  });

  it("lets nobody in who is not on the list", async () => {
    const port = await start({ allow: ["10.1.0.0/16", "::1"] });
    const client = await MllpClient.open(port);
    client.send(admission("1"));
    expect(await client.answer()).toBeNull();
    expect(await stopAll()).toMatchObject([{ accepted: 0 }]);
  });

  it("does not listen for everybody unasked, nor with a rule that is none", async () => {
    expect(await codeOf(start({ host: "0.0.0.0" }))).toBe("LISTEN_OPEN");
    expect(await codeOf(start({ allow: ["hospital"] }))).toBe("LISTEN_ADDRESS");
    expect(await codeOf(start({ port: await start() }))).toBe("SITE_LOCKED");
    expect(await codeOf(start({ tlsCert: "nowhere.pem", tlsKey: "nowhere.pem" }))).toBe("LISTEN_TLS");
  });

  it("speaks TLS with a certificate", async () => {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "2", "-nodes"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", cert, ...subject],
      {
        stdio: "ignore",
      },
    );
    const port = await start({ tlsCert: cert, tlsKey: key });
    const socket = connectTls({ port, host: "127.0.0.1", ca: await readFile(cert), servername: "localhost" });
    const client = await MllpClient.open(port, socket);
    client.send(admission("1"));
    expect(answerCode(await client.answer())).toBe("AA 1");
    client.close();
    const plain = connect(port, "127.0.0.1");
    const refused = await MllpClient.open(port, plain);
    refused.send(admission("2"));
    const answer = await refused.answer();
    expect(answerCode(answer)).toBeNull();
    refused.close();
  });
});

describe("a journal", () => {
  const journal = (): string => join(folder, "journal");

  async function fill(count: number, fileBytes?: number): Promise<void> {
    const open = await FeedJournal.open(journal(), () => {}, fileBytes);
    for (let i = 0; i < count; i++)
      await open.append({ t: i, k: `k${i}`, c: "c" }, Buffer.from(`message ${i}`));
    await open.close();
  }

  async function numbers(): Promise<number[]> {
    const files = await journalFiles(journal());
    const all: number[] = [];
    for (const file of files) {
      for await (const { header } of journalRecords(file, file === files.at(-1))) all.push(header.n);
    }
    return all;
  }

  it("goes on over several files, and counts on", async () => {
    await fill(5, 100);
    await fill(2, 100);
    expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await journalFiles(journal())).length).toBeGreaterThan(2);
  });

  it("cuts off what a crash left half-written, at every length, and keeps a copy of it", async () => {
    await fill(3);
    const [file] = await journalFiles(journal());
    const whole = await readFile(file!);
    for (const missing of [1, 9, 30]) {
      await writeFile(file!, whole.subarray(0, whole.length - missing));
      await fill(1);
      expect(await numbers()).toEqual([1, 2, 3]);
    }
    expect((await readdir(journal())).filter((name) => name.endsWith(".torn")).length).toBeGreaterThan(0);
    await appendFile(file!, Buffer.alloc(100));
    await fill(1);
    expect(await numbers()).toEqual([1, 2, 3, 4]);
  });

  it("is refused when a bit has changed in what was acknowledged", async () => {
    await fill(3);
    const [file] = await journalFiles(journal());
    const bytes = await readFile(file!);
    bytes[20]! ^= 1;
    await writeFile(file!, bytes);
    expect(await codeOf(numbers())).toBe("HL7_JOURNAL_DAMAGED");
    expect(await codeOf(fill(1))).toBe("HL7_JOURNAL_DAMAGED");
    await truncate(file!, 0);
    expect(await numbers()).toEqual([]);
  });

  it("writes what comes at the same time with one flush", async () => {
    const open = await FeedJournal.open(journal());
    const stored = await Promise.all(
      Array.from({ length: 100 }, (_, i) => open.append({ t: i }, Buffer.from(String(i)))),
    );
    await open.close();
    expect(stored).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(await numbers()).toEqual(stored);
  });
});
