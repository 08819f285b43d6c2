/** How hard English is to read: the Flesch–Kincaid grade level (Kincaid et al. 1975), with syllables counted by groups of vowels. */
export function readingGrade(text: string): number {
  const sentences = text.split(/[.!?:]+(?=\s|$)|\n+/).filter((part) => /[a-z]/i.test(part));
  const words = text.match(/[A-Za-z][A-Za-z'’-]*|\d+/g) ?? [];
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
}

/** Numbers up to a hundred are read as two syllables; a silent e at the end counts none. */
export function syllablesOf(word: string): number {
  if (/^\d+$/.test(word)) return 2;
  const silent = word.toLowerCase().replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, "");
  return Math.max(1, (silent.match(/[aeiouy]+/g) ?? []).length);
}
