/** A sender of HL7 messages over MLLP, as an interface engine is one: sends, waits for the answer, sends again. */
import { connect, type Socket } from "node:net";
import { MllpDecoder, mllpFrame } from "../../src/ingest/hl7v2/mllp-frames.ts";

export class MllpClient {
  readonly #answers: string[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  private constructor(readonly socket: Socket) {
    const decoder = new MllpDecoder(1 << 20);
    socket.on("data", (chunk: Buffer) => {
      for (const frame of decoder.push(chunk)) this.#answers.push(frame.bytes.toString());
      this.#wake?.();
    });
    for (const event of ["close", "error"] as const) {
      socket.on(event, () => {
        this.#closed = true;
        this.#wake?.();
      });
    }
  }

  static async open(port: number, socket: Socket = connect(port, "127.0.0.1")): Promise<MllpClient> {
    await new Promise<void>((done, failed) => {
      socket.once("connect", () => done());
      socket.once("error", failed);
    });
    return new MllpClient(socket);
  }

  send(text: string): void {
    this.socket.write(mllpFrame(Buffer.from(text)));
  }

  /** The next answer; null when the connection has closed without one. */
  async answer(): Promise<string | null> {
    while (this.#answers.length === 0 && !this.#closed) {
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    return this.#answers.shift() ?? null;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** `AA 17`: the code and the control id that an answer is about. */
export function answerCode(answer: string | null): string | null {
  const msa = answer?.split("\r").find((line) => line.startsWith("MSA"));
  return msa === undefined ? null : msa.split("|").slice(1, 3).join(" ");
}

/** An admission with this control id. */
export function admission(
  id: string,
  more: { readonly person?: string; readonly header?: string } = {},
): string {
  const { person = "100", header = "" } = more;
  return [
    `MSH|^~\\&|LAB|NORTH|LONG|HOSP|20240102081500||ADT^A01|${id}|P|2.5.1${header}`,
    "EVN|A01|20240102081500",
    `PID|1||${person}^^^NORTH^MR||DOE^JANE||19600504|F`,
    `PV1|1|I|W|||||||||||||||||${id}`,
  ].join("\r");
}
