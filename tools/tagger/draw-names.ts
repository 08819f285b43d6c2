/**
 * Names of invented people and places: from the lexicon, and composed ones that no list knows, so that the tagger learns
 * what names look like and where they stand instead of which ones there are.
 */
import type { Random } from "../../src/effects/random.ts";
import { lexicon } from "../../src/privacy/text/lexicon.ts";
import { levelOf } from "../../src/privacy/text/lexicon-bits.ts";
import { between, oneOf, titled } from "./draw.ts";

export type Sex = "male" | "female";

const split = (text: string): readonly string[] => text.split(" ");

/** By level: rare, known, common. Words of every day among them are drawn less often. */
const pools = { male: [[], [], []], female: [[], [], []], surname: [[], [], []] } as Record<
  Sex | "surname",
  string[][]
>;
const towns: string[] = [];
for (const [word, bits] of lexicon().entries()) {
  const everyday = levelOf(bits, "english") > 4 || levelOf(bits, "clinical") > 1;
  const given = levelOf(bits, "given");
  const surname = levelOf(bits, "surname");
  if (word.length < 3) continue;
  for (const sex of ["male", "female"] as const)
    if (given > 0 && levelOf(bits, sex) > 0 && !(everyday && given < 3)) pools[sex][given - 1]!.push(word);
  if (surname > 0 && !(everyday && surname < 2)) pools.surname[surname - 1]!.push(word);
  if (levelOf(bits, "place") > 0 && levelOf(bits, "english") < 5 && word.length > 3) towns.push(word);
}
const townPhrases = [...lexicon().places()];

const STARTS = split(
  "Abd Ach Agu Ake Alv Amb Ana Ars Asa Bal Ban Ber Bha Bjo Bog Bra Bui Cas Che Chu Cie Cos Dab Dar Dem Dha Dob Dro Dzi Ebe Eke Eng Esk Fal Fio Fuj Gal Ghe Gie Gon Gra Gur Had Has Hei Hos Hry Ibr Ige Iva Jad Jan Jar Jim Kal Kar Khr Kim Kos Kra Kuz Lac Lan Leb Lin Lju Mah Mal Mba Mik Moh Mor Muk Nad Nak Ngu Nik Nwo Obr Oda Ogu Oko Ola Olu Osm Pap Pat Pav Pet Pod Pra Qur Rad Raj Ram Ras Rze Sab Sad Sak San Sar Sch Sep Sha Shi Sig Ska Sok Ste Szy Tak Tam Tan Thi Tho Tsu Udd Uga Ume Vag Van Vas Vil Voj Wen Wie Wis Xio Yam Yil Zab Zam Zha Zol",
);
const MIDDLES = split(
  "a e i o u ar an el en er in ia on or ov ul un ad am ab ik it ok om us ash esh ill imm ond ett",
);
const ENDS = split(
  "ski sky wicz czyk enko ova ov ic vic sson sen dottir berg stein mann meyer bach feld ez az ello etti ini one ano ucci illo era eira inho ao oye wale nkwo kwu ede ola umi hara moto mura yama saki kawa ishi to ng nh ang uong ali ullah uddin zadeh ian yan idis opoulos akis oglu lar gh dhu preet deep kumar raju swamy nathan murthy aya appa ga ku beke mba ndo tso dze shvili quist lund vik strom aard huis veld ink ers tte eau ard oux ene ier croft thwaite combe by ley worth gill ock ie",
);

/** A surname that no list needs to know. */
function composed(random: Random): string {
  let name = oneOf(random, STARTS);
  for (let i = between(random, 0, 1); i > 0; i--) name += oneOf(random, MIDDLES);
  return name + oneOf(random, ENDS);
}

const RARE_GIVEN_ENDS = split(
  "a ia ah een elle ita ika isha esh an en yn on io us iko oto ndra vi ya ji mir slav gard hilde wen lan",
);

export function givenName(random: Random, sex: Sex): string {
  const roll = random.next();
  if (roll < 0.14) return oneOf(random, STARTS) + oneOf(random, RARE_GIVEN_ENDS);
  return titled(oneOf(random, pools[sex][roll < 0.22 ? 0 : roll < 0.42 ? 1 : 2]!));
}

export function surname(random: Random): string {
  const roll = random.next();
  if (roll < 0.2) return composed(random);
  if (roll < 0.25) return `${surname(random)}-${surname(random)}`;
  if (roll < 0.28) return `O'${titled(oneOf(random, pools.surname[1]!))}`;
  if (roll < 0.31) return `${oneOf(random, split("Mc Mac"))}${titled(oneOf(random, pools.surname[1]!))}`;
  if (roll < 0.34)
    return `${oneOf(random, ["de la", "van", "van der", "von", "De", "Di", "Al", "El", "St.", "Dos", "Le", "bin"])} ${titled(oneOf(random, pools.surname[1]!))}`;
  return titled(
    oneOf(random, pools.surname[roll < 0.55 ? 0 : roll < 0.85 ? 1 : 2] ?? []) ?? composed(random),
  );
}

export function town(random: Random): string {
  const roll = random.next();
  if (roll < 0.12)
    return `${oneOf(random, ["North", "South", "East", "West", "New", "Mount", "Fort", "Port", "Lake", "San", "Santa", "St."])} ${titled(oneOf(random, towns))}`;
  if (roll < 0.22)
    return (
      composed(random) + oneOf(random, ["ville", "ton", "burg", "field", "ford", " Falls", " Beach", "ham"])
    );
  if (roll < 0.4) return titled(oneOf(random, townPhrases));
  return titled(oneOf(random, towns));
}

/** One letter wrong, missing, doubled or two swapped. */
export function misspelt(random: Random, name: string): string {
  if (name.length < 5) return name;
  const at = between(random, 1, name.length - 2);
  const [before, here, after] = [name.slice(0, at), name[at]!, name.slice(at + 1)];
  if (!/[a-z]/.test(here) || !/[a-z]/.test(after[0]!)) return name;
  switch (random.integer(4)) {
    case 0:
      return before + after;
    case 1:
      return before + here + here + after;
    case 2:
      return before + after[0] + here + after.slice(1);
    default:
      return before + String.fromCharCode(97 + random.integer(26)) + after;
  }
}
