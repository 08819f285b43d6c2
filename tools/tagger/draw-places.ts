/** Invented institutions, employers, addresses and numbers. */
import type { Random } from "../../src/effects/random.ts";
import { lexicon } from "../../src/privacy/text/lexicon.ts";
import { levelOf } from "../../src/privacy/text/lexicon-bits.ts";
import { between, chance, digits, letters, oneOf, shaped, titled } from "./draw.ts";
import { givenName, surname, town } from "./draw-names.ts";

const list = (text: string): readonly string[] => text.split("|");
const SAINTS = list(
  "Mary|Joseph|Luke|Vincent|Francis|Anthony|Elizabeth|John|Anne|Michael|Agnes|Jude|Rita|Clare|Bernadette|Peter|Raphael|Catherine|David|Thomas",
);
const NATURE = list(
  "Oak|Maple|Cedar|Pine|Willow|Birch|River|Lake|Meadow|Sunny|Golden|Spring|Harbor|Stone|Silver|Fair|Glen|Rose|Briar|Hazel|Clear|Heather|Autumn|Summit|Valley|Prairie|Ocean|Eagle|Fox|Deer|Bridge|Mill|Forest|Garden",
);
const FEATURES = list("wood|view|brook|dale|side|hill|haven|crest|field|gate|ridge|ton|mere|stead|well|moor");
const FAITHS = list(
  "Methodist|Baptist|Presbyterian|Lutheran|Adventist|Mercy|Providence|Good Samaritan|Holy Cross|Sacred Heart|Trinity|Deaconess|Beth Israel|Memorial|Regional|General|Community|University|County|Veterans|Jewish",
);
const TAILS = list(
  "Hospital|Medical Center|Health Center|Medical Ctr|Hosp|Regional Medical Center|Health System|General Hospital|Memorial Hospital|Community Hospital|Children's Hospital|Healthcare",
);
const STATES = list(
  "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY",
);
const STATE_NAMES = list(
  "Alabama|Arizona|California|Colorado|Florida|Georgia|Illinois|Indiana|Kansas|Maine|Maryland|Massachusetts|Michigan|Minnesota|Nevada|New Mexico|New York|North Carolina|Ohio|Oregon|Pennsylvania|Tennessee|Texas|Vermont|Virginia|Wisconsin|West Virginia",
);
const COUNTRIES = list(
  "Mexico|Haiti|Vietnam|Somalia|Poland|Brazil|Portugal|India|China|Guatemala|Ireland|Italy|Nigeria|Ghana|Ethiopia|Cambodia|Dominican Republic|El Salvador|Puerto Rico|Russia|Ukraine|Iran|Iraq|Korea|Japan|Philippines|Cape Verde|Jamaica|Germany|England|Scotland|Wales|France|Greece|Turkey|Egypt|Kenya|Peru|Colombia|Cuba|Pakistan|Bangladesh|Nepal|Sri Lanka|Thailand|Syria|Lebanon|Israel|Albania|Bosnia|Romania|Canada|Australia",
);
const STREETS = list(
  "Street|St|St.|Avenue|Ave|Ave.|Road|Rd|Rd.|Drive|Dr|Dr.|Lane|Ln|Court|Ct|Boulevard|Blvd|Way|Place|Terrace|Circle|Parkway|Pike|Trail",
);
const UK_STREETS = list(
  "Road|Street|Close|Lane|Avenue|Gardens|Drive|Crescent|Terrace|Way|Court|Mews|Grove|Hill",
);

const place = (random: Random): string =>
  oneOf(random, [
    () => town(random),
    () => surname(random),
    () => oneOf(random, NATURE) + oneOf(random, FEATURES),
    () =>
      `${oneOf(random, NATURE)} ${oneOf(random, ["Hill", "Valley", "Grove", "Creek", "Park", "Springs", "Point"])}`,
  ])();

export function hospital(random: Random): string {
  const saint = oneOf(random, SAINTS);
  return oneOf(random, [
    () => `${place(random)} ${oneOf(random, TAILS)}`,
    () => `${place(random)} ${oneOf(random, TAILS)}`,
    () => `${place(random)} ${oneOf(random, FAITHS)} ${oneOf(random, TAILS)}`,
    () =>
      `${oneOf(random, ["St.", "St", "Saint"])} ${saint}'s ${oneOf(random, ["Hospital", "Medical Center", "Hospital", ""])}`.trim(),
    () => `${oneOf(random, ["St.", "Our Lady of"])} ${saint} ${oneOf(random, TAILS)}`,
    () => `University of ${town(random)} ${oneOf(random, ["Hospital", "Medical Center", "Hospitals"])}`,
    () => `${surname(random)} Memorial Hospital`,
    () => `${town(random)} VA`,
    () => `${town(random)} ${oneOf(random, FAITHS)}`,
    () => `${town(random)} ${oneOf(random, FAITHS)}`,
  ])();
}

/** As colleagues say it: "Mercy", "LMC", "Oakdale General". */
export function shortHospital(random: Random): string {
  return oneOf(random, [
    () => letters(random, between(random, 1, 3)) + oneOf(random, ["MC", "GH", "H", "MH", "VA", "CH"]),
    () =>
      `${place(random)} ${oneOf(random, ["General", "Memorial", "Regional", "Med Ctr", "Hosp", "Methodist", "Baptist"])}`,
    () => `${oneOf(random, ["St.", "St"])} ${oneOf(random, SAINTS)}'s`,
    () => oneOf(random, list("Mercy|Providence|Good Sam|Deaconess|Methodist|Baptist")),
    () => hospital(random),
  ])();
}

export function clinic(random: Random): string {
  return `${place(random)} ${oneOf(random, list("Clinic|Family Practice|Family Medicine|Medical Associates|Cardiology Associates|Orthopedics|Pediatrics|Internal Medicine|Neurology Associates|Eye Center|Cancer Center|Dialysis|Physical Therapy|Women's Health|OB/GYN|Urology|Health Center|Medical Group|Surgical Associates|Pain Center|Dermatology|VNA|Home Care|Hospice|Pharmacy|Imaging|Behavioral Health|Community Health Center"))}`;
}

export function nursingHome(random: Random): string {
  return `${place(random)} ${oneOf(random, list("Nursing Home|Rehab|Manor|Nursing and Rehabilitation Center|Rehabilitation|Assisted Living|Care Center|House|Village|SNF|Nursing Center|Convalescent Home|Healthcare|Rehab Hospital|Extended Care|Place|Commons|Lodge|Home"))}`;
}

export function employer(random: Random): string {
  return oneOf(random, [
    () =>
      `${surname(random)} ${oneOf(random, list("Industries|Inc.|Motors|Foods|Construction|Plumbing|Logistics|& Sons|Manufacturing|Electric|Trucking|Bakery|Insurance|Steel|Paper|Farms|Corporation|LLC|Brothers|Consulting|Hardware|Salon|Landscaping"))}`,
    () =>
      `${place(random)} ${oneOf(random, list("Elementary School|High School|Police Department|Fire Department|Savings Bank|Public Library|Post Office|Community College|School District|Diner|Market|Mills|Mall|Country Club|Transit Authority"))}`,
    () =>
      oneOf(
        random,
        list(
          "Walmart|Costco|Target|Home Depot|Boeing|Ford Motor Company|General Electric|Verizon|Amazon|UPS|FedEx|Raytheon|Lowe's|Starbucks|Kroger|Tyson Foods|the Post Office|Marriott|Stop & Shop|John Deere|Goodyear|Kodak|Polaroid|Gillette|Dunkin' Donuts|Tesco|Sainsbury's|Royal Mail|Rolls-Royce|British Gas",
        ),
      ),
    () => `${surname(random)} and ${surname(random)}`,
    () => `${town(random)} ${oneOf(random, list("Gazette|Tribune|Steelworks|Shipyard|Airport|Schools"))}`,
  ])();
}

const KINDS_OF_HOUSE: readonly (readonly [RegExp, (random: Random) => string])[] = [
  [/hosp|medical c|infirmary|regional|memorial|health system/i, hospital],
  [/clinic|practice|medicine|associates|physicians|eye|dental|imaging|cardio|ortho|pediatric|neuro/i, clinic],
  [/rehab|nursing|manor|living|terrace|care|village|gardens/i, nursingHome],
  [/elementary|school|academy|university|college|high$|middle/i, school],
  [/church|parish|temple|baptist|methodist|covenant/i, church],
];

/** Everyday words that make names of houses, shops and homes: "Golden Bridge", "The Rusty Anchor". */
const PROUD = list(
  "Golden|Silver|Blue|Red|Green|Sunny|Happy|Little|Bright|New|Grand|Royal|First|Quiet|Rusty|Lucky|Iron|Safe|Caring|Gentle|Precious|Total|Premier|Advanced|Family|Coastal|Valley|Mountain|Desert|Lakeside|Harbor|Summit|Liberty|Heritage|Pioneer|Phoenix|Evergreen|Northern|Southern|Eastside|Westside|Metro|Tri-County|United|American|National",
);
const HOMELY = list(
  "Hands|Hearts|Horizons|Steps|Bridge|Path|Light|House|Haven|Harbor|Acres|Oaks|Pines|Elms|Meadows|Springs|Anchor|Nail|Spoon|Wheel|Stars|Angels|Lambs|Tots|Kids|Smiles|Minds|Roots|Wings|Beginnings|Solutions|Partners|Staffing|Supply|Tire|Auto|Diner|Grill|Cafe|Pizza|Nails|Cleaners|Movers|Roofing|Freight|Energy|Foods|Farms|Dairy|Brewing|Tech|Design|Security|Transit|Cab|Credit Union|Savings",
);

/** Words of every day: any of them may be a house's name. */
const everyday: string[] = [];
for (const [word, bits] of lexicon().entries()) {
  const english = levelOf(bits, "english");
  if (
    english > 2 &&
    english < 7 &&
    levelOf(bits, "clinical") < 2 &&
    levelOf(bits, "given") < 2 &&
    /^[a-z]{5,11}$/.test(word)
  )
    everyday.push(word);
}

/** A name as colleagues say it, without what kind of house it is. */
function shortName(random: Random): string {
  return oneOf(random, [
    () => place(random),
    () => `${oneOf(random, PROUD)} ${oneOf(random, HOMELY)}`,
    () => titled(oneOf(random, everyday)),
    () => `${titled(oneOf(random, everyday))} ${titled(oneOf(random, everyday))}`,
    () =>
      `The ${oneOf(random, [() => oneOf(random, HOMELY), () => `${oneOf(random, NATURE)}${oneOf(random, FEATURES)}`])()}`,
    () => shortHospital(random),
    () => employer(random),
    () => `${oneOf(random, NATURE)}${oneOf(random, FEATURES)}`,
    () => surname(random),
  ])();
}

/** An institution of the kind that a given one seems to be; of any kind where its name does not tell. */
export function organizationLike(random: Random, text: string): string {
  if (/^[A-Z]{2,6}$/.test(text)) return letters(random, text.length);
  const drawn = KINDS_OF_HOUSE.find(([pattern]) => pattern.test(text))?.[1] ?? shortName;
  return drawn(random);
}

export function school(random: Random): string {
  return `${place(random)} ${oneOf(random, list("Elementary|Elementary School|High School|Middle School|Academy|College|University|Primary School|Preschool|Day School|State University|Daycare"))}`;
}

export function church(random: Random): string {
  return oneOf(random, [
    () => `${place(random)} ${oneOf(random, FAITHS)} Church`,
    () => `St. ${oneOf(random, SAINTS)} Parish`,
    () => `First ${oneOf(random, list("Baptist|Methodist|Presbyterian"))} Church`,
    () => `Temple ${givenName(random, "female")}`,
  ])();
}

export function roadName(random: Random): string {
  return oneOf(random, [
    () => `Route ${between(random, 2, 495)}`,
    () => `I-${between(random, 5, 95)}`,
    () => `Highway ${between(random, 1, 99)}`,
    () => `${town(random)} Road`,
    () => `${surname(random)} Ave`,
  ])();
}

export function streetAddress(random: Random): string {
  const name = chance(random, 0.15)
    ? oneOf(random, list("1st|2nd|3rd|5th|12th|42nd"))
    : oneOf(random, [
        () => surname(random),
        () => town(random),
        () => oneOf(random, NATURE) + oneOf(random, FEATURES),
        () => oneOf(random, NATURE),
      ])();
  const direction = chance(random, 0.2) ? `${oneOf(random, list("N|S|E|W|North|South|West|NW"))} ` : "";
  const unit = chance(random, 0.25)
    ? oneOf(random, [
        `, Apt ${between(random, 1, 40)}${letters(random, 1)}`,
        ` #${between(random, 1, 300)}`,
        `, Suite ${between(random, 100, 900)}`,
        ` Apt. ${between(random, 1, 20)}`,
        `, Unit ${between(random, 1, 30)}`,
      ])
    : "";
  if (chance(random, 0.06)) return `P.O. Box ${between(random, 10, 9999)}`;
  return `${between(random, 1, 9999)} ${direction}${name} ${oneOf(random, STREETS)}${unit}`;
}

export const streetName = (random: Random): string => `${surname(random)} ${oneOf(random, STREETS)}`;
export const stateName = (random: Random): string =>
  oneOf(random, chance(random, 0.7) ? STATES : STATE_NAMES);
export const country = (random: Random): string => oneOf(random, COUNTRIES);
export const zip = (random: Random): string => shaped(random, chance(random, 0.2) ? "#####-####" : "#####");

export const UK_CITIES = list(
  "Leeds|Sheffield|Cardiff|Swansea|Glasgow|Dundee|Belfast|Norwich|Exeter|Plymouth|Hull|Derby|Leicester|Coventry|Preston|Wigan|Luton|Reading|Oxford|Bath|Truro|Inverness|Stirling|Newport|Wrexham|Salford|Bolton|Stockport|Harrogate|Ipswich|Croydon|Slough|Whitby|Kendal|Hexham|Llanelli",
);

export function ukHospital(random: Random): string {
  const city = oneOf(random, UK_CITIES);
  return oneOf(random, [
    () => `${city} Royal Infirmary`,
    () => `Royal ${city} Hospital`,
    () => `${city} General Hospital`,
    () => `St ${oneOf(random, SAINTS)}'s`,
    () => `Queen ${oneOf(random, SAINTS)} Hospital`,
    () => `${surname(random)} District General`,
    () => `the ${surname(random)}`,
    () => `${city} ${oneOf(random, list("DGH|Infirmary|Community Hospital"))}`,
  ])();
}

export const ukTrust = (random: Random): string =>
  `${oneOf(random, UK_CITIES)} ${oneOf(random, list("University Hospitals|Teaching Hospitals|and District"))} NHS ${oneOf(random, list("Foundation Trust|Trust"))}`;
export const ukPractice = (random: Random): string =>
  `${place(random)} ${oneOf(random, list("Surgery|Medical Practice|Health Centre|Medical Centre|Group Practice"))}`;
export const ukPostcode = (random: Random): string =>
  shaped(random, oneOf(random, list("??# #??|?# #??|??## #??|?## #??")));
export const ukStreet = (random: Random): string =>
  `${chance(random, 0.15) ? `Flat ${between(random, 1, 30)}, ` : ""}${between(random, 1, 220)} ${oneOf(random, [() => surname(random), () => town(random), () => oneOf(random, list("Church|Station|Victoria|Park|Mill|Manor|High|Queens|Albert"))])()} ${oneOf(random, UK_STREETS)}`;

export function phone(random: Random): string {
  const [a, b, c] = [
    `${between(random, 2, 9)}${shaped(random, "##")}`,
    `${between(random, 2, 9)}${shaped(random, "##")}`,
    shaped(random, "####"),
  ];
  return oneOf(random, [
    `${a}-${b}-${c}`,
    `(${a}) ${b}-${c}`,
    `${a}.${b}.${c}`,
    `${a} ${b} ${c}`,
    `${b}-${c}`,
    `1-${a}-${b}-${c}`,
    `(${a})${b}-${c}`,
    `+1 ${a} ${b} ${c}`,
    `${a}${b}${c}`,
  ]);
}
export const ukPhone = (random: Random): string =>
  shaped(
    random,
    oneOf(
      random,
      list("01### ######|020 #### ####|07### ######|0### ### ####|01## ### ####|+44 #### ######"),
    ),
  );
export const pager = (random: Random): string =>
  shaped(random, oneOf(random, list("#####|####|#-####|##-####")));

export const RECORD_SHAPES = list(
  "#######|########|###-##-##|######|##-##-##-##|###-##-##-#|M#######|E########|??######|#### ####|########-#|MR######",
);
export const SHAPES: Readonly<Record<string, readonly string[]>> = {
  acct: list("##########|########|V########|#####-####|A#########|####-######"),
  acc: list(
    "S##-#####|S-##-#####|####-##-####|#######|SP##-####|##-?-####|?##-####|CT-##-######|##S-#####|######-##",
  ),
  npi: list("1#########"),
  dea: list("?M#######|B?#######|A?#######"),
  pol: list("???#########|?#########|#########A|##########|XYP##########|W####-#####|###-##-####-A"),
  plate: list("???-####|### ???|?## ???|#??-###|??? ###|???####|##?-#?#|#???###"),
  vin: list("1HGCM8#633A0#####|#?4?#8?#7?#######"),
  dev: list("???######?|?##-####-??|SN########|?##########|LOT ####?|#########|??-####-###|???####|?####??"),
  idn: list("#####|######|#######|??###/#####|########|##-#######|?######|????-######"),
  ssn: list("###-##-####|### ## ####|XXX-XX-####|#########"),
  gmc: list("#######"),
  nhs: list("### ### ####|##########|###-###-####"),
  bleep: list("####|###"),
  dl: list("?#######|?##-###-###|#########|?###-####-####"),
  ext: list("####|#####|###"),
};

export const userName = (random: Random): string =>
  oneOf(random, [
    () => `${givenName(random, "female").toLowerCase()}${digits(random, between(random, 1, 4))}`,
    () =>
      `${givenName(random, "male").slice(0, 1).toLowerCase()}${surname(random).toLowerCase().replace(/\W/g, "")}`,
    () => `${surname(random).toLowerCase().replace(/\W/g, "")}_${digits(random, 2)}`,
    () => `${givenName(random, "male").toLowerCase()}.${surname(random).toLowerCase().replace(/\W/g, "")}`,
  ])();
export const emailAddress = (random: Random): string =>
  `${userName(random)}@${oneOf(random, list("gmail.com|yahoo.com|aol.com|hotmail.com"))}`;
export const mbi = (random: Random): string =>
  shaped(random, oneOf(random, ["#?##-?##-??##", "#?#?#?#??##"]));
