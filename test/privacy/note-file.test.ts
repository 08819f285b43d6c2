import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/privacy/text/decode-text.ts";
import { deidentifyMarkup } from "../../src/privacy/text/deidentify-markup.ts";
import { formatOf, rewriteNotes } from "../../src/privacy/text/note-file.ts";

const shout = (text: string): string => text.toUpperCase();

describe("notes in files", () => {
  it("touches only the text of a table, quotes and line ends included", () => {
    expect(rewriteNotes('id,note\n7,"a, ""b""\nc"\n', "csv", { text: [] }, shout)).toBe(
      'id,note\n7,"A, ""B""\nC"\n',
    );
  });

  it("touches only the named fields of NDJSON and refuses a line without them", () => {
    expect(
      rewriteNotes('{"id":"x","text":"a"}\n{"id":"y","text":"b"}\n', "ndjson", { text: [] }, shout),
    ).toBe('{"id":"x","text":"A"}\n{"id":"y","text":"B"}\n');
    expect(() => rewriteNotes('{"id":"x"}\n{"id":"y"}\n', "ndjson", { text: [] }, shout)).toThrow(
      /has no text/,
    );
  });

  it("reads narratives and attachments of FHIR and leaves codes and ids", () => {
    const resource = {
      resourceType: "DocumentReference",
      id: "abc",
      text: { status: "generated", div: "<div>hello</div>" },
      content: [{ attachment: { contentType: "text/plain", data: Buffer.from("note").toString("base64") } }],
    };
    const out = JSON.parse(
      rewriteNotes(JSON.stringify(resource), "fhir", { text: [] }, shout),
    ) as typeof resource;
    expect(out.id).toBe("abc");
    expect(out.text.div).toBe("<DIV>HELLO</DIV>");
    expect(Buffer.from(out.content[0]!.attachment.data, "base64").toString()).toBe("NOTE");
  });

  it("reads UTF-8, UTF-16 and Windows-1252", () => {
    expect(decodeText(Buffer.from("José")).text).toBe("José");
    expect(decodeText(Buffer.from([0x4a, 0x6f, 0x73, 0xe9]))).toEqual({
      text: "José",
      encoding: "windows-1252",
      broken: 0,
    });
    expect(decodeText(Buffer.from("\ufeffJosé", "utf16le")).text).toBe("José");
  });

  it("knows UTF-16 without a mark, keeps damaged UTF-8 readable and refuses what is no text", () => {
    const words = "Seen by Dr. Osei today, all well.";
    expect(decodeText(Buffer.from(words, "utf16le"))).toMatchObject({ text: words, encoding: "utf-16le" });
    const damaged = Buffer.concat([Buffer.from("José Núñez "), Buffer.from([0xff]), Buffer.from(" seen")]);
    expect(decodeText(damaged)).toEqual({ text: "José Núñez \ufffd seen", encoding: "utf-8", broken: 1 });
    for (const head of ["%PDF-1.7 ...", "{\\rtf1 ...", "PK\u0003\u0004\u0000\u0000"])
      expect(() => decodeText(Buffer.from(head))).toThrow(/no plain text/);
  });

  it("takes an attachment that nobody can read out of a resource and says so", () => {
    const resource = {
      resourceType: "DiagnosticReport",
      subject: { reference: "Patient/7" },
      presentedForm: [{ contentType: "application/pdf", data: "JVBERi0=", size: 6, hash: "x" }],
      conclusion: "a",
    };
    const seen: unknown[] = [];
    const out = rewriteNotes(JSON.stringify(resource), "fhir", { text: [] }, (text, note) => {
      seen.push(note);
      return shout(text);
    });
    expect(JSON.parse(out)).toMatchObject({
      conclusion: "A",
      presentedForm: [{ contentType: "application/pdf", title: "[attachment that is no text: taken out]" }],
    });
    expect(out).not.toContain("JVBERi0=");
    expect(seen).toEqual([{ place: "line 1, conclusion", patient: "Patient/7" }]);
  });

  it("reads tables with semicolons or tabs, tells the patient of each row and refuses a row of another length", () => {
    const seen: unknown[] = [];
    const table = 'mrn;note\n12;a\n13;"b;c"\n';
    const out = rewriteNotes(table, "csv", { text: [], patient: "mrn" }, (text, { patient }) => {
      seen.push(patient);
      return shout(text);
    });
    expect([out, seen]).toEqual(['mrn;note\n12;A\n13;"B;C"\n', ["12", "13"]]);
    expect(() => rewriteNotes("a,note\n1,2,3\n", "csv", { text: [] }, shout)).toThrow(/row 2 has 3 cells/);
  });

  it("finds names that tags cut and entities spell, and leaves the tags", () => {
    const text =
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>Seen by Dr. <b>Jos&eacute;</b> Alvarez&#45;Ruiz</p></div>';
    const found = deidentifyMarkup(text).map(({ start, end }) => text.slice(start, end));
    expect(found.join("|")).toContain("Jos&eacute;");
    expect(found.join("|")).toContain("Alvarez");
    expect(found.join("")).not.toMatch(/[<>]/);
  });

  it("tells FHIR from other JSON", () => {
    expect(formatOf("a.ndjson", '{"resourceType":"Patient"}')).toBe("fhir");
    expect(formatOf("a.ndjson", '{"text":"x"}')).toBe("ndjson");
    expect(formatOf("a.txt", "x")).toBe("text");
  });
});
