import { CommanderError } from "commander";
import { afterEach, describe, expect, it } from "vitest";
import { Interrupted } from "../../src/cli/interrupted.ts";
import { reportError } from "../../src/cli/run-verb.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../../src/errors/registry.ts";

function report(error: unknown): { exitCode: number; text: string } {
  let text = "";
  const exitCode = reportError(error, (part) => {
    text += part;
  });
  return { exitCode, text };
}

afterEach(() => {
  delete process.env.LONGITUDE_DEBUG;
});

describe("an error on the command line", () => {
  it("shows code, message and remedy, and ends with the code's exit code", () => {
    const { exitCode, text } = report(new LongitudeError(ARTEFACT_DAMAGED, "2 of 5 files are missing"));
    expect(exitCode).toBe(4);
    expect(text).toBe(
      `error ARTEFACT_DAMAGED: 2 of 5 files are missing\n  what to do: ${ARTEFACT_DAMAGED.remedy}\n`,
    );
  });

  it("shows neither message nor stack of an internal fault, which could carry values", () => {
    const { exitCode, text } = report(new Error("patient Smith has no birth date"));
    expect(exitCode).toBe(1);
    expect(text).not.toContain("Smith");
    expect(text).toContain("LONGITUDE_DEBUG=1");
  });

  it("shows the stack and its causes when asked to", () => {
    process.env.LONGITUDE_DEBUG = "1";
    const { text } = report(
      new LongitudeError(ARTEFACT_DAMAGED, "broken", { cause: new Error("the reason") }),
    );
    expect(text).toContain("run-verb.test.ts");
    expect(text).toContain("the reason");
  });

  it("from a full disk says so, wherever it comes from", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(report(full)).toMatchObject({ exitCode: 5, text: expect.stringContaining("error DISK_FULL") });
  });

  it("that is a request to stop ends with 130", () => {
    expect(report(new Interrupted()).exitCode).toBe(130);
  });

  it("is none when help was asked for", () => {
    expect(report(new CommanderError(0, "commander.helpDisplayed", "")).exitCode).toBe(0);
  });
});
