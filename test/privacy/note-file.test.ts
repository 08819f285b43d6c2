import { describe, expect, it } from "vitest";
import { decodeText, formatOf, rewriteNotes } from "../../src/privacy/text/note-file.ts";

const shout = (text: string): string => text.toUpperCase();

describe("notes in files", () => {
  it("touches only the text of a table, quotes and line ends included", () => {
    expect(rewriteNotes('id,note\n7,"a, ""b""\nc"\n', "csv", [], shout)).toBe('id,note\n7,"A, ""B""\nC"\n');
  });

  it("touches only the named fields of NDJSON and refuses a line without them", () => {
    expect(rewriteNotes('{"id":"x","text":"a"}\n{"id":"y","text":"b"}\n', "ndjson", [], shout)).toBe(
      '{"id":"x","text":"A"}\n{"id":"y","text":"B"}\n',
    );
    expect(() => rewriteNotes('{"id":"x"}\n{"id":"y"}\n', "ndjson", [], shout)).toThrow(/has no text/);
  });

  it("reads narratives and attachments of FHIR and leaves codes and ids", () => {
    const resource = {
      resourceType: "DocumentReference",
      id: "abc",
      text: { status: "generated", div: "<div>hello</div>" },
      content: [{ attachment: { contentType: "text/plain", data: Buffer.from("note").toString("base64") } }],
    };
    const out = JSON.parse(rewriteNotes(JSON.stringify(resource), "fhir", [], shout)) as typeof resource;
    expect(out.id).toBe("abc");
    expect(out.text.div).toBe("<DIV>HELLO</DIV>");
    expect(Buffer.from(out.content[0]!.attachment.data, "base64").toString()).toBe("NOTE");
  });

  it("reads UTF-8, UTF-16 and Windows-1252", () => {
    expect(decodeText(Buffer.from("José")).text).toBe("José");
    expect(decodeText(Buffer.from([0x4a, 0x6f, 0x73, 0xe9]))).toEqual({
      text: "José",
      encoding: "windows-1252",
    });
    expect(decodeText(Buffer.from("\ufeffJosé", "utf16le")).text).toBe("José");
  });

  it("tells FHIR from other JSON", () => {
    expect(formatOf("a.ndjson", '{"resourceType":"Patient"}')).toBe("fhir");
    expect(formatOf("a.ndjson", '{"text":"x"}')).toBe("ndjson");
    expect(formatOf("a.txt", "x")).toBe("text");
  });
});
