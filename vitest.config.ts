import { defineConfig } from "vitest/config";

/** Forks, because native modules do not share a process; two workers, because two cores are the floor we promise. */
export default defineConfig({
  test: {
    setupFiles: ["./test/property-seed.ts"],
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
