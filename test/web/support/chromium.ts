/** A real Chromium for tests and benchmarks: the system's own, as playwright-core brings none. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = [
  process.env.LONGITUDE_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Null where there is none: tests of the workspace say so and are skipped. */
export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;

export function launchChromium(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error("no Chromium: install it, or name it in LONGITUDE_CHROMIUM");
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}
