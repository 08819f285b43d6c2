import { describe, expect, test } from "vitest";
import type { ShownForecast } from "../../src/serving/answers/shown-forecast.ts";
import { suggestionOf } from "../../src/serving/cds/suggestion.ts";
import type { VettedKnowledge } from "../../src/vetting/knowledge/knowledge-statement.ts";

const forecast = { outcome: "stroke" } as ShownForecast["forecast"];
const known = (id: string, more: object = {}, demonstration = false): VettedKnowledge => ({
  knowledge: {
    id,
    outcomes: ["stroke"],
    statement: "S.",
    action: "Measure the blood pressure.",
    population: "Adults",
    strength: "consider",
    source: { title: "T", publisher: "P", url: "https://p.example/t", licence: "public" },
    ...more,
  },
  vetting: {
    name: id,
    status: "vetted",
    demonstration,
    contentHash: "h",
    vettedBy: [],
    vettedAt: null,
    expiresAt: null,
    evidence: [],
  },
});
const of = (stage: ShownForecast["stage"], ...knowledge: VettedKnowledge[]) =>
  suggestionOf({ forecast, stage }, knowledge, "p1", "card");

describe("the suggestion of a card", () => {
  test("is the firmest vetted statement about the outcome that says what to do, with its source", () => {
    const given = of(
      "live",
      known("b"),
      known("a", { strength: "recommended" }),
      known("c", { action: null }),
    );
    expect(given?.label).toBe("Recommended: Measure the blood pressure.");
    expect(given?.actions[0]).toMatchObject({
      type: "create",
      resource: {
        resourceType: "Task",
        status: "draft",
        intent: "proposal",
        for: { reference: "Patient/p1" },
      },
    });
    expect(given?.actions[0].description).toContain("https://p.example/t");
  });

  test("is none of another outcome, and none where nothing says what to do", () => {
    expect(of("live", known("a", { outcomes: ["MI"] }))).toBeNull();
    expect(of("live", known("a", { action: null }))).toBeNull();
    expect(of("live")).toBeNull();
  });

  test("that was vetted for demonstration alone is for the sandbox", () => {
    expect(of("live", known("a", {}, true))).toBeNull();
    expect(of("sandbox", known("a", {}, true))).not.toBeNull();
  });
});
