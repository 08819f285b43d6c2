/** A PyTorch process that is ready to take training steps when asked, so that compiling and warming up are not timed. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { PeerPython } from "./peer-python.ts";

const SCRIPT = join(import.meta.dirname, "../trainers/torch/bench_train.py");

export class TorchTrainer {
  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    private readonly lines: AsyncIterator<string>,
    /** Real tokens a second of the last step of warming up. */
    readonly firstRate: number,
  ) {}

  /** Null, with the reason on standard error, when it does not run here. */
  static async open(
    python: PeerPython,
    request: Readonly<Record<string, unknown>>,
  ): Promise<TorchTrainer | null> {
    const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
    const child = spawn(python.path, [SCRIPT], { env });
    let complaint = "";
    child.stderr.on("data", (data: Buffer) => {
      complaint = `${complaint}${data.toString()}`.slice(-2000);
    });
    child.stdin.on("error", () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const ready = await lines.next();
    if (ready.done !== true) {
      const { tokensPerSecond } = JSON.parse(ready.value) as { tokensPerSecond: number };
      return new TorchTrainer(child, lines, tokensPerSecond);
    }
    console.error(
      `  PyTorch ${String(request.mode)} does not run here: ${complaint.trim().split("\n").at(-1)}`,
    );
    return null;
  }

  /** Real tokens a second over so many steps. */
  async rate(steps: number): Promise<number> {
    this.process.stdin.write(`${steps}\n`);
    const answer = await this.lines.next();
    if (answer.done === true) throw new Error("PyTorch ended while it was timed");
    const { seconds, realTokens } = JSON.parse(answer.value) as { seconds: number; realTokens: number };
    return realTokens / seconds;
  }

  async close(): Promise<void> {
    this.process.stdin.end();
    if (this.process.exitCode === null) await once(this.process, "exit");
  }
}
