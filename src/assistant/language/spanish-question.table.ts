/**
 * A Spanish question in the English words that the tools look for, what is longest first. The order of words does not matter to the
 * tools, so that no grammar is needed; a word that is not here stays as it is.
 */
import { plain } from "../words.ts";

const ROWS: readonly (readonly [spanish: string, english: string])[] = [
  // What is asked
  ["(?:que|cual) (?:podria|puede|pudiera) (?:explicar|causar|provocar|estar causando)", "what could explain"],
  ["a que (?:se debe|puede deberse)", "what could explain"],
  ["por que tengo", "why do i have"],
  [
    "(?:que|cual|cuales) (?:\\w+ ){0,3}(?:prueba|examen|analisis)\\w* (?:\\w+ ){0,3}(?:siguiente|ahora|hacer\\w*|deberia\\w*|conviene|hacerme)",
    "which test should be done next",
  ],
  ["(?:siguiente|proxim[oa]) (?:mejor )?(?:prueba|examen|analisis)", "next test"],
  ["(?:que pasaria|que ocurriria|que sucederia) si|y si", "what if"],
  ["(?:se (?:anadiera|agregara|anade|agrega)|tuviera)", "were added"],
  ["(?:se (?:quitara|eliminara|quita)|no tuviera)", "were removed"],
  ["fuera|fuese|estuviera", "were"],
  ["equipo (?:de atencion|medico|de salud|de cuidados?)", "care team"],
  ["quien (?:deberia|debe) (?:ver|cuidar|tratar|atender)", "who should treat"],
  ["desde cuando|cuando", "since when"],
  ["cuantas veces", "how many times"],
  ["(?:cual|cuales) (?:fue|fueron|era)", "what was"],
  ["(?:cual|cuales|que) (?:es|son)", "what is"],
  ["que tan probable", "how likely"],
  ["(?:riesgo|probabilidad|posibilidad)(?:es)? de (?:tener|sufrir|padecer|morir)", "risk of"],
  ["riesgo|probabilidad|posibilidad", "risk"],
  ["me diagnosticaron|fui diagnosticad[oa]", "was i diagnosed with"],
  ["(?:he tenido|tuve)", "did i have"],
  ["tengo|padezco", "do i have"],
  ["tomo|estoy tomando", "do i take"],
  ["cuantos anos tengo|que edad tengo", "how old am i"],
  ["(?:la|el|lo)? ?mas (?:alt|elevad)[oa]s?", "highest"],
  ["(?:la|el|lo)? ?mas baj[oa]s?", "lowest"],
  ["ultim[oa]s?|mas reciente", "last"],
  ["primer[oa]?s?", "first"],
  ["en (?:los |las )?(?:proxim[oa]s|siguientes) (\\d+)", "in the next $1"],
  ["anos?", "years"],
  ["mes(?:es)?", "months"],
  ["semanas?", "weeks"],
  ["dias?", "days"],
  // What it is asked of
  ["presion (?:arterial )?sistolica", "systolic blood pressure"],
  ["presion (?:arterial )?diastolica", "diastolic blood pressure"],
  ["(?:presion|tension) (?:arterial )?alta|hipertension(?: arterial)?", "high blood pressure hypertension"],
  ["(?:presion|tension)(?: arterial)?", "blood pressure"],
  ["colesterol (?:bueno|hdl)", "hdl cholesterol"],
  ["colesterol (?:malo|ldl)", "ldl cholesterol"],
  ["colesterol total", "total cholesterol"],
  ["colesterol alto|dislipidemia", "high cholesterol dyslipidemia"],
  ["colesterol", "cholesterol"],
  ["trigliceridos", "triglycerides"],
  ["creatinina", "creatinine"],
  ["azucar (?:en|de) (?:la )?sangre|glucosa|glucemia", "glucose"],
  ["hemoglobina (?:glicosilada|glucosilada|glicada)", "hba1c"],
  ["hemoglobina", "hemoglobin"],
  ["peso", "weight"],
  ["estatura|altura", "height"],
  ["pulso|frecuencia cardiaca", "heart rate"],
  ["fumo|fumar|tabaco|tabaquismo", "smoking"],
  [
    "infarto(?: (?:de miocardio|al corazon))?|ataque (?:al corazon|cardiaco)",
    "heart attack myocardial infarction",
  ],
  ["derrame(?: cerebral)?|ictus|accidente cerebrovascular", "stroke"],
  ["insuficiencia cardiaca", "heart failure"],
  ["fibrilacion auricular", "atrial fibrillation"],
  ["asma", "asthma"],
  ["epoc", "copd"],
  ["enfermedad (?:cronica )?(?:renal|del rinon)(?: cronica)?", "chronic kidney disease"],
  ["depresion", "depression"],
  ["higado graso", "fatty liver"],
  ["muerte|morir(?:me)?|fallecer", "death"],
  ["metformina", "metformin"],
  ["atorvastatina", "atorvastatin"],
  ["tos", "cough"],
  ["fiebre", "fever"],
  ["dolor de cabeza", "headache"],
  ["cansancio|fatiga", "fatigue"],
  ["medicinas|medicamentos", "medicines"],
  ["enfermedades|diagnosticos|problemas", "conditions"],
  ["pruebas|examenes|resultados", "tests"],
  // Small words
  ["mis?", "my"],
  ["y", "and"],
  [
    "el|la|los|las|un|una|unos|unas|de|del|en|a|al|con|por|para|se|me|es|fue|mide|medid[oa]|registrad[oa]s?",
    "",
  ],
];
const PAIRS = ROWS.map(
  ([spanish, english]) =>
    [new RegExp(`(?<![\\p{L}\\d])(?:${spanish})(?![\\p{L}\\d])`, "gu"), english] as const,
);

export function fromSpanish(question: string): string {
  const text = PAIRS.reduce((left, [spanish, english]) => left.replace(spanish, english), plain(question));
  return text.replace(/[¿¡]/g, "").replace(/\s+/g, " ").trim();
}
