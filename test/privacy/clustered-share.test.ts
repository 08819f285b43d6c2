import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { clusteredShare } from "../../src/privacy/proof/clustered-share.ts";
import { wilson } from "../../src/privacy/proof/wilson.ts";

const width = ({ low, high }: { low: number; high: number }) => high - low;

describe("a share of what comes in clusters", () => {
  test("of one thing a cluster is Wilson's", () => {
    const clusters = Array.from({ length: 50 }, (_, i) => ({ hits: i % 5 === 0 ? 0 : 1, n: 1 }));
    const own = clusteredShare(clusters);
    const plain = wilson(40, 50);
    expect(own.value).toBeCloseTo(plain.value, 12);
    expect(own.low).toBeCloseTo(plain.low, 2);
    expect(own.n).toBe(50);
  });

  test("is less sure where misses come together in few texts, and never surer than of independent ones", () => {
    const together = Array.from({ length: 20 }, (_, i) => ({ hits: i < 2 ? 0 : 10, n: 10 }));
    const apart = Array.from({ length: 20 }, () => ({ hits: 9, n: 10 }));
    expect(width(clusteredShare(together))).toBeGreaterThan(2 * width(wilson(180, 200)));
    expect(width(clusteredShare(apart))).toBeCloseTo(width(wilson(180, 200)), 12);
  });

  test("without a miss counts each text as one, and without anything says nothing", () => {
    const own = clusteredShare(Array.from({ length: 30 }, () => ({ hits: 8, n: 8 })));
    expect([own.value, own.n]).toEqual([1, 240]);
    expect(own.low).toBeCloseTo(wilson(30, 30).low, 12);
    expect(clusteredShare([{ hits: 0, n: 0 }])).toMatchObject({ low: 0, high: 1, n: 0 });
  });

  test("has the true share in its interval about as often as it says, where independent intervals have not", () => {
    const random = createRandom("clustered share");
    let [held, independent] = [0, 0];
    const [runs, truth] = [400, 0.9];
    for (let run = 0; run < runs; run++) {
      // Of each text, all identifiers are found with 0.95, or 0.65 where it is of another kind: one in six.
      const clusters = Array.from({ length: 80 }, () => {
        const share = random.next() < 1 / 6 ? 0.65 : 0.95;
        const n = 10;
        let hits = 0;
        for (let i = 0; i < n; i++) if (random.next() < share) hits++;
        return { hits, n };
      });
      const inside = ({ low, high }: { low: number; high: number }) => low <= truth && truth <= high;
      if (inside(clusteredShare(clusters))) held++;
      const hits = clusters.reduce((sum, one) => sum + one.hits, 0);
      if (inside(wilson(hits, 800))) independent++;
    }
    expect(held / runs).toBeGreaterThan(0.92);
    expect(independent).toBeLessThan(held);
  });
});
