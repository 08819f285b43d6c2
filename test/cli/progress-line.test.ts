import { describe, expect, it } from "vitest";
import { createProgressLine, duration, progressText } from "../../src/cli/progress-line.ts";

function screen(isTTY: boolean) {
  let now = 0;
  let written = "";
  const line = createProgressLine(
    { isTTY, columns: 80, write: (text) => (written += text) },
    { now: () => now, memoryBytes: () => 812e6 },
  );
  return {
    line,
    show: (done: number, atMs: number) => {
      now = atMs;
      line.show("model", { step: "training", done, total: 800, unit: "steps", detail: "loss 2.31" });
    },
    written: () => written,
  };
}

describe("the progress line", () => {
  it("shows stage, step, rate, time left and memory", () => {
    const progress = { step: "training", done: 120, total: 800, unit: "steps", detail: "loss 2.31" };
    expect(progressText("model", progress, 14, 812e6)).toBe(
      "model: training 120/800 steps · loss 2.31 · 14 steps/s · 49 s left · 812 MB",
    );
  });

  it("rewrites one line on a terminal", () => {
    const { show, line, written } = screen(true);
    show(0, 0);
    show(100, 1000);
    line.clear();
    expect(written()).not.toContain("\n");
    expect(written()).toContain("100 steps/s · 7.0 s left");
    expect(written().endsWith("\r\x1b[2K")).toBe(true);
  });

  it("writes plain lines now and then elsewhere", () => {
    const { show, written } = screen(false);
    for (let second = 0; second <= 60; second++) show(second, second * 1000);
    expect(written().trim().split("\n")).toHaveLength(5);
    expect(written()).not.toContain("\x1b");
  });

  it("never writes beyond the terminal's width", () => {
    const { line, written } = screen(true);
    line.show("model", { step: "x".repeat(500), done: 1, total: null, unit: "rows" });
    expect(written().replace("\r\x1b[2K", "").length).toBeLessThan(80);
  });

  it("writes durations as people say them", () => {
    expect([0.04, 49, 200, 7500].map(duration)).toEqual(["0.0 s", "49 s", "3 min 20 s", "2 h 5 min"]);
  });
});
