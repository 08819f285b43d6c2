import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseSite } from "../../src/cli/read-site.ts";

const valid = `
schema: longitude.site/1
name: small
records: { input: export }
outcomes:
  predictionTimes: [{ at: index, horizons: [5y] }]
  list:
    - { name: diabetes, events: { codes: [ICD10CM/E11*] } }
`;

function faultOf(text: string): string {
  try {
    parseSite(text, "longitude.yaml");
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID", exitCode: 2 });
    return error instanceof Error ? error.message : "";
  }
  throw new Error("the configuration was accepted");
}

describe("longitude.yaml", () => {
  it("nested deeper than any configuration is refused before it is parsed", () => {
    expect(faultOf(`${valid}tokens: ${"[".repeat(5000)}`)).toContain("nested deeper");
  });

  it("is total after parsing: every default is filled in", () => {
    const site = parseSite(valid, "longitude.yaml");
    expect(site.splits).toEqual({ seed: 1, train: 0.7, tuning: 0.1, heldOut: 0.2 });
    expect(site.records).toMatchObject({ format: "auto", input: "export", drop: [], rejectLimit: 0.001 });
    expect(site.outcomes.list[0]).toMatchObject({ washout: "ever", gap: "0d" });
  });

  it("of the example site is valid", async () => {
    const path = new URL("../../examples/olmsted/longitude.yaml", import.meta.url);
    const site = parseSite(await readFile(path, "utf8"), "longitude.yaml");
    expect(site.outcomes.list).toHaveLength(9);
  });

  it("with an unknown key names its path, its line and the key that was meant", () => {
    expect(faultOf(valid.replace("input: export", "input: export, rejctLimit: 0.1"))).toBe(
      "longitude.yaml:4: `records.rejctLimit` is not a known key; did you mean `rejectLimit`?",
    );
  });

  it("with an unknown key that resembles none lists the known ones", () => {
    expect(faultOf(`${valid}\nsplits: { xylophone: red }`)).toBe(
      "longitude.yaml:10: `splits.xylophone` is not a known key; known keys: seed, train, tuning, heldOut, holdOut",
    );
  });

  it("with a wrong type says what was expected and what was found, not the value", () => {
    expect(faultOf(`${valid}\nsplits: { seed: one }`)).toBe(
      "longitude.yaml:10: `splits.seed`: expected a number, found a string",
    );
  });

  it("with a wrong key deep in a list names its position", () => {
    expect(faultOf(valid.replace("codes: [ICD10CM/E11*]", "code: [ICD10CM/E11*]"))).toContain(
      "`outcomes.list[0].events.code` is not a known key; did you mean `codes`?",
    );
  });

  it("with a missing section says which", () => {
    expect(faultOf("schema: longitude.site/1\nname: small\nrecords: { input: export }")).toBe(
      "longitude.yaml: `outcomes` is missing; expected a section (keys and values)",
    );
  });

  it("with a duration that is none shows how to write one", () => {
    expect(faultOf(valid.replace("[5y]", "[five years]"))).toContain('e.g. "30d", "6mo", "5y"');
  });

  it("with another schema version is refused", () => {
    expect(faultOf(valid.replace("longitude.site/1", "longitude.site/9"))).toContain(
      '`schema`: expected "longitude.site/1"',
    );
  });

  it("with shares that do not add up is refused", () => {
    expect(faultOf(`${valid}\nsplits: { train: 0.9 }`)).toBe(
      "longitude.yaml:10: `splits`: train, tuning and heldOut must sum to 1",
    );
  });

  it("that is not YAML names the line", () => {
    expect(faultOf('name: "unclosed')).toMatch(/^longitude\.yaml:1:\d+: not valid YAML/);
  });

  it("that is empty or a list is refused", () => {
    expect(faultOf("")).toContain("expected a section");
    expect(faultOf("- a")).toContain("expected a section");
  });
});
