/**
 * Whether a question is in a language that the assistant does not understand: by its script, else by its function words.
 * Invariant: what cannot be told (a name, two words) counts as English, so that it is answered if anything supports an answer.
 */
import { wordsOf } from "../words.ts";

/** Words that carry the grammar of a language and are no words of English, without accents. */
const FOREIGN: ReadonlySet<string> = new Set(
  [
    "cual cuales cuando cuanto cuantas cuantos como que fue es esta estoy tengo tiene mis el los las una del para por con mas muy ultimo ultima sido",
    "wie wann welche welcher welches wieviel mein meine meiner meinen ich habe hatte ist sind der das und nicht ein eine letzter letzte letzten hoch viel mir wurde seit",
    "quel quelle quels quelles quand combien comment est sont mon mes je jai le les des une du dernier derniere etait dans depuis",
    "qual quais quando quanto foi meu minha meus minhas tenho uma os um ultima nao quale quali sono il mio mia ho della gli ultimo stato",
    "wat wanneer hoe mijn ik heb het een zijn laatste jaki jaka kiedy moj moja jest mam ostatni",
    "ne zaman benim kac nedir ang ko aking kailan huling toi cua lan cuoi bao nhieu",
  ]
    .join(" ")
    .split(" "),
);
const ENGLISH: ReadonlySet<string> = new Set(
  "what which when how who where why is are was were am do does did have has had can could will would should i my me mine the of in on at to for from with and or not a an any his her he she patient record last first highest lowest".split(
    " ",
  ),
);
/** Letters of scripts in which no English is written. */
const OTHER_SCRIPT =
  /[\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Thai}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Ethiopic}\p{Script=Khmer}]/gu;

export function isForeign(question: string): boolean {
  const letters = question.match(/\p{L}/gu)?.length ?? 0;
  if ((question.match(OTHER_SCRIPT)?.length ?? 0) > letters / 4) return true;
  const words = wordsOf(question);
  const foreign = words.filter((word) => FOREIGN.has(word) && !ENGLISH.has(word)).length;
  return foreign >= 2 && foreign > words.filter((word) => ENGLISH.has(word)).length;
}
