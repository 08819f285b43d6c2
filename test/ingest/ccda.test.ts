/** Documents from anywhere: none of them ends a run, takes long, or is read for more than it says. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fhirTime } from "../../src/ingest/ccda/cda-values.ts";
import { faultOfXml } from "../../src/ingest/ccda/check-xml.ts";
import { documentParser, parseDocument } from "../../src/ingest/ccda/clinical-document.ts";
import { runIngestCase } from "./case-result.ts";

const SAMPLE = "test/cases/ingest-ccda-ccd-and-discharge/in/3.xml";

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-ccda-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

describe("a C-CDA document", { timeout: 60_000 }, () => {
  it("that is damaged in any place is parsed or refused, and never throws", async () => {
    const parse = await documentParser();
    const sample = readFileSync(SAMPLE);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sample.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(sample.length),
        (changes, length) => {
          const bytes = Buffer.from(sample.subarray(0, length % 3 === 0 ? length : sample.length));
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          const parsed = parseDocument(bytes, parse);
          expect("root" in parsed || ["CCDA_MALFORMED", "CCDA_HOSTILE"].includes(parsed.code)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is well-formed or not, whatever stands in comments, CDATA and attributes", () => {
    expect(
      faultOfXml('<?xml version="1.0"?><!-- <a> --><a b="x > y"><![CDATA[<b>]]><c/></a>\n<!-- end -->'),
    ).toBeNull();
    for (const bad of [
      "",
      "text",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a></a>x",
      "<a b='1></a>",
      "<!-- ",
      "<a><![CDATA[</a>",
      "< a/>",
    ])
      expect(faultOfXml(bad), bad).toBe("malformed");
    for (const bad of ["<!DOCTYPE a><a/>", "<a><!ENTITY x 'y'></a>", "<a>".repeat(500)])
      expect(faultOfXml(bad), bad.slice(0, 20)).toBe("hostile");
  });

  it("of hostile length is looked through in time that grows with its length", () => {
    const long = `<a>${"<b c='d'>e</b>".repeat(200_000)}</a>`;
    expect(faultOfXml(long)).toBeNull();
    expect(faultOfXml(`<a>${"<".repeat(500_000)}`)).toBe("malformed");
  });

  it("dates as precisely as it was written", () => {
    expect(
      ["2012", "201208", "20120806", "201208061015", "20120806101500.000-0500", "20120806101500Z"].map(
        fhirTime,
      ),
    ).toEqual([
      "2012",
      "2012-08",
      "2012-08-06",
      "2012-08-06T10:15:00",
      "2012-08-06T10:15:00-05:00",
      "2012-08-06T10:15:00Z",
    ]);
    expect(["", "soon", "12", "20120806T10"].map(fhirTime)).toEqual([null, null, null, null]);
  });

  it("that swells beyond any document is refused and counted, and the others are read", async () => {
    await mkdir(join(work, "in"));
    await writeFile(join(work, "options.json"), '{"rejectLimit": 1}');
    await writeFile(join(work, "in", "1.xml.gz"), gzipSync(Buffer.alloc(40 * 2 ** 20, 32)));
    await writeFile(join(work, "in", "2.xml"), readFileSync(SAMPLE));
    const { tally, timelines } = await runIngestCase(work);
    expect(tally).toContain("rejected | CCDA_OVERSIZE | document | 1");
    expect(timelines).toHaveLength(1);
  });
});
