import { describe, expect, it } from "vitest";
import { inCodePoints, spansFile } from "../../src/cli/notes-spans.ts";
import { deidentifyMarkup } from "../../src/privacy/text/deidentify-markup.ts";
import { deidentifyText } from "../../src/privacy/text/deidentify-text.ts";
import { formatOf } from "../../src/privacy/text/note-file.ts";

describe("spans as JSON", () => {
  const text = "😀 Seen by Dr. Osei 👩‍⚕️ on 3/14/2021.";

  it("count characters as Python does, or as JavaScript does when asked", () => {
    const spans = deidentifyText(text);
    const points = [...text];
    expect(inCodePoints(text, spans).map(({ start, end }) => points.slice(start, end).join(""))).toEqual(
      spans.map(({ start, end }) => text.slice(start, end)),
    );
    const decoded = { text, encoding: "utf-8", broken: 0 };
    const found = [{ place: "text", text, spans }];
    expect(spansFile("n.txt", "text", decoded, found, "utf-16").texts[0]!.spans[0]).toMatchObject({
      start: spans[0]!.start,
      type: "name",
    });
    expect(spansFile("n.txt", "text", decoded, found, "code-points").texts[0]!.spans[0]!.start).toBe(
      spans[0]!.start - 1,
    );
  });

  it("never hold the identifiers themselves", () => {
    const file = spansFile(
      "n.txt",
      "text",
      { text, encoding: "utf-8", broken: 0 },
      [{ place: "text", text, spans: deidentifyText(text) }],
      "code-points",
    );
    expect(JSON.stringify(file)).not.toContain("Osei");
  });
});

describe("what a file is", () => {
  it("is told by its ending, of standard input by its first line", () => {
    expect(formatOf("-", '{"text":"a"}\n')).toBe("ndjson");
    expect(formatOf("-", '{"resourceType":"Patient"}')).toBe("fhir");
    expect(formatOf("-", "Seen {by} somebody")).toBe("text");
    expect(formatOf("a.txt", '{"text":"a"}')).toBe("text");
  });
});

describe("marked-up text", () => {
  it("is read inside of comments and CDATA sections too", () => {
    for (const wrapped of [
      "<div><![CDATA[Seen by Dr. Osei.]]></div>",
      "<div><!-- Seen by Dr. Osei. --></div>",
    ])
      expect(deidentifyMarkup(wrapped).map(({ start, end }) => wrapped.slice(start, end))).toEqual(["Osei"]);
  });
});
