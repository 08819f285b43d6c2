/**
 * Whether a text of a record reads like an order to a machine or a reader: such a text is data all the same, and is not
 * repeated to anybody by the assistant.
 */
const ORDER =
  /\b(?:ignore|disregard|forget|override|bypass)\b|\b(?:system|assistant|developer|user)\s*(?::|prompt|message)|\binstructions?\b|\byou (?:are|must|will|should)\b|\b(?:reply|respond|answer|say|tell|print|output|repeat|reveal|pretend|act as|from now on)\b|<[/!]?\w|https?:|```|\bprompt\b/i;

export function looksLikeOrder(text: string): boolean {
  return ORDER.test(text.normalize("NFKC").replace(/[\u200b-\u200f\u2060\ufeff]/g, ""));
}
