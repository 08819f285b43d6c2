import {
  CLINICAL_ABBREVIATIONS,
  CLINICAL_BRANDS,
} from "/work/wt/privacy/src/privacy/text/clinical-words.table.ts";
import {
  EPONYM_NOUNS,
  HARD_EPONYMS,
  SOFT_EPONYMS,
} from "/work/wt/privacy/src/privacy/text/detectors/eponyms.table.ts";
import { LEXICON_FIELDS, levelOf } from "/work/wt/privacy/src/privacy/text/lexicon-bits.ts";
import { wordForm } from "/work/wt/privacy/src/privacy/text/note.ts";

for (const w of process.argv.slice(2)) {
  const f = wordForm(w);
  console.log(
    w,
    Object.keys(LEXICON_FIELDS)
      .map((k) => `${k}${levelOf(f.bits, k as never)}`)
      .join(" "),
    HARD_EPONYMS.has(f.lower),
    SOFT_EPONYMS.has(f.lower),
    EPONYM_NOUNS.has(f.lower),
    CLINICAL_ABBREVIATIONS.has(f.lower),
    CLINICAL_BRANDS.has(f.lower),
  );
}
