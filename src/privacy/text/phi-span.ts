/** A stretch of text that identifies somebody, or would with other data. Offsets are UTF-16 units, end exclusive. */
export const PHI_KINDS = [
  "name",
  "location",
  "organization",
  "date",
  "age",
  "phone",
  "email",
  "url",
  "ip",
  "ssn",
  "mrn",
  "insurance",
  "account",
  "licence",
  "vehicle",
  "device",
  "username",
  "id",
] as const;

export type PhiKind = (typeof PHI_KINDS)[number];

export interface PhiSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: PhiKind;
  /** Which rule (or "tagger", "known", "repeated") found it, e.g. "date.numeric". */
  readonly rule: string;
  /** 0 to 1: how sure the finder is; spans that overlap are settled by it. Not a calibrated probability. */
  readonly confidence: number;
}

/** Collects what the detectors find. */
export class SpanSink {
  spans: PhiSpan[] = [];

  keep(wanted: (span: PhiSpan) => boolean): void {
    this.spans = this.spans.filter(wanted);
  }

  add(start: number, end: number, kind: PhiKind, rule: string, confidence: number): void {
    if (end > start) this.spans.push({ start, end, kind, rule, confidence });
  }
}

/**
 * One list without overlaps, in order of position: a span inside or over another one joins it; the surer one names the
 * kind, and the union is kept, because half an identifier left standing is a leak.
 */
export function mergeSpans(spans: readonly PhiSpan[]): PhiSpan[] {
  const ordered = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: PhiSpan[] = [];
  for (const span of ordered) {
    const last = merged[merged.length - 1];
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const surer = span.confidence > last.confidence ? span : last;
    merged[merged.length - 1] = { ...surer, start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}
