/**
 * The model card as PDF, with the CHAI XML in its metadata (`chaiMcXml`, `chaiMcSoftwareId`), as that card asks.
 * Invariant: the same card gives the same bytes. The standard fonts know Latin letters alone; a character that they lack
 * stands as `?`, and the HTML has it.
 */
import PDFDocument from "pdfkit";
import type { Verdict } from "../gates/verdict.ts";
import type { ModelCard } from "./model-card.ts";
import type { TripodChecklist } from "./tripod.ts";

const MARGIN = 48;
const PLAIN = "Helvetica";
const BOLD = "Helvetica-Bold";

export async function cardPdf(
  card: ModelCard,
  verdict: Verdict,
  tripod: TripodChecklist,
  chaiXml: string,
): Promise<Uint8Array> {
  const title = `${card.name} ${card.version}: model card`;
  const made = new Date(card.createdAt);
  const info = {
    Title: latin(title),
    Producer: "Longitude",
    Creator: "Longitude",
    CreationDate: made,
    ModDate: made,
    chaiMcXml: chaiXml,
    chaiMcSoftwareId: card.model,
  };
  const document = new PDFDocument({
    size: "A4",
    margin: MARGIN,
    info,
    lang: "en",
    displayTitle: true,
    pdfVersion: "1.7",
  });
  const parts: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    document.on("data", (part: Buffer) => parts.push(part));
    document.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on("error", reject);
  });
  write(document, card, verdict, tripod);
  document.end();
  return done;
}

function write(
  document: PDFKit.PDFDocument,
  card: ModelCard,
  verdict: Verdict,
  tripod: TripodChecklist,
): void {
  const heading = (text: string) =>
    document.moveDown().font(BOLD).fontSize(13).text(latin(text)).moveDown(0.3);
  const line = (label: string, text: string) =>
    document
      .font(BOLD)
      .fontSize(9)
      .text(`${latin(label)}: `, { continued: true })
      .font(PLAIN)
      .text(latin(text));
  document
    .font(BOLD)
    .fontSize(18)
    .text(latin(`${card.name} ${card.version}`));
  document
    .font(BOLD)
    .fontSize(11)
    .text(latin(`Verdict: ${card.verdict}.`));
  document.font(PLAIN).fontSize(9).text(latin(card.words));
  line("Model", card.model);
  line("Made", card.createdAt);
  line("To be reviewed by", card.reviewBy);
  heading("What it predicts, and what may be done with it");
  for (const { title, landmark, horizon, n, events, figures, verdict: word } of card.tasks) {
    const measured = `C-index ${figures.cIndex ?? "not measured"}; O:E ${figures.observedToExpected ?? "not measured"}`;
    line(`${title}, ${landmark}, ${horizon}`, `${word}. ${events} onsets among ${n}. ${measured}`);
  }
  const waived = verdict.tasks.flatMap(({ gates, title }) =>
    gates.flatMap(({ gate, waived: by }) =>
      by === null ? [] : [`${title}: gate ${gate} waived by ${by.by} until ${by.until}: ${by.reason}`],
    ),
  );
  heading("Waivers");
  for (const text of waived.length === 0 ? ["None."] : waived)
    document.font(PLAIN).fontSize(9).text(latin(text));
  heading(
    `Source attributes of 45 CFR 170.315(b)(11) (${card.missing.length} of ${card.attributes.length} missing)`,
  );
  for (const { number, title, value } of card.attributes) line(`${number} ${title}`, value ?? "MISSING");
  heading(`TRIPOD+AI checklist (${tripod.missing.length} of ${tripod.items.length} missing)`);
  for (const { item, title, value } of tripod.items) line(`${item} ${title}`, value ?? "MISSING");
  document
    .moveDown()
    .font(PLAIN)
    .fontSize(8)
    .text(
      "Made by Longitude from stored facts. For research and evaluation; nothing in it is advice about a patient.",
    );
}

/** The characters of the standard fonts (Windows-1252, the commonest of it). */
function latin(text: string): string {
  return text
    .replace(/[\u2212\u2010\u2011\u2013\u2014]/g, "-")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\u2026/g, "...")
    .replace(/[^\n\u0020-\u007e\u00a0-\u00ff]/gu, "?");
}
