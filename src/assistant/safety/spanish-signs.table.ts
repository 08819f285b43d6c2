/** Signs of danger, and questions that are refused, in Spanish without accents, with what is said of them. */
const CALL = "Llame ahora mismo al número de emergencias de su zona (911 en Estados Unidos).";

export const SPANISH_FLAGS: readonly (readonly [flag: string, signs: RegExp, text: string])[] = [
  [
    "self-harm",
    /\bsuicid(?:arme|arse|io)\b|\bmatarme\b|\bquitarme la vida\b|\bhacerme dano\b|\bquiero morir(?:me)?\b|\bno quiero (?:vivir|seguir viviendo)\b|\bacabar con (?:mi vida|todo)\b|\bmejor muert[oa]\b/,
    `Puede que usted esté en peligro. ${CALL} En Estados Unidos también puede llamar o enviar un mensaje de texto al 988. Quédese con alguien de confianza hasta que llegue la ayuda.`,
  ],
  [
    "chest-pain",
    /\b(?:dolor|opresion|presion|duele|aprieta|punzada)\w*\b.{0,25}\bpecho\b|\bpecho\b.{0,25}\b(?:duele|aprieta|oprim\w*|dolor)|\b(?:me esta dando|estoy teniendo|tengo) un (?:infarto|ataque al corazon)\b/,
    `Un dolor de pecho puede ser un ataque al corazón. ${CALL} No conduzca usted mismo.`,
  ],
  [
    "stroke",
    /\b(?:cara|boca)\b.{0,20}\b(?:caid|torcid|chuec)[oa]|\bno puedo (?:hablar|mover (?:el|la|mi|un|una) (?:brazo|pierna|lado|cara))|\bhabl\w* arrastr|\b(?:durmi|adormec|entumec)\w*\b.{0,25}\b(?:brazo|cara|pierna|lado)\b|\bde (?:repente|pronto)\b.{0,40}\b(?:debil|adormecid|entumecid|confus|cieg|vision|no veo|dolor de cabeza)|\bpeor dolor de cabeza\b|\bme esta dando un derrame\b/,
    `Estas pueden ser señales de un derrame cerebral. ${CALL} Anote a qué hora empezó.`,
  ],
  [
    "breathing",
    /\bno puedo respirar\b|\bno puede respirar\b|\bme falta (?:el )?aire\b|\bme ahogo\b|\bcuesta (?:mucho )?respirar\b|\bdificultad para respirar\b|\blabios (?:azul|morad)/,
    `La dificultad para respirar puede ser una emergencia. ${CALL}`,
  ],
  [
    "bleeding",
    /\bvomit\w*\b.{0,15}\bsangre\b|\bto(?:s|so|siendo)\b.{0,12}\bsangre\b|\bsangr\w*\b.{0,30}\b(?:no para|no se detiene|mucho|mucha)\b|\bhemorragia\b|\b(?:heces|popo) negr/,
    `Una hemorragia fuerte es una emergencia. ${CALL} Si hay una herida, presione sobre ella.`,
  ],
  [
    "collapse",
    /\b(?:me|se) (?:desmay|desvanec)\w*|\binconsciente\b|\bconvulsion(?:es|ando)\b|\bno (?:se )?(?:despierta|responde|respira)\b/,
    `Esto puede ser una emergencia. ${CALL}`,
  ],
  [
    "allergy",
    /\b(?:garganta|lengua|cara|labios?)\b.{0,20}\b(?:hinch|inflam|cierra|cerrando)|\bhinch\w*\b.{0,20}\b(?:garganta|lengua|cara|labios?)\b|\banafila/,
    `Una hinchazón de la cara, la lengua o la garganta puede cortar la respiración. ${CALL} Use su inyector de adrenalina si lo tiene.`,
  ],
  [
    "overdose",
    /\bsobredosis\b|\btome demasiad|\bme tome (?:tod[oa]s?|much[oa]s|el frasco)\b|\b(?:trag|beb)\w*\b.{0,30}\b(?:pastillas|cloro|lejia|veneno|pila)\b|\benvenen(?:ad|e)/,
    `Esto puede ser una intoxicación. ${CALL} En Estados Unidos también puede llamar al Centro de Toxicología: 1-800-222-1222.`,
  ],
];

/** A question about a subject is no sign of danger. */
export const SPANISH_GENERAL = /\b(?:que es|que son|que causa|sintomas de|definicion)\b/;
export const SPANISH_OWN = /\b(?:tengo|me|mi|siento|estoy|ahora|puedo|el|ella)\b/;

export const SPANISH_REFUSALS: readonly (readonly [policy: string, signs: RegExp, text: string])[] = [
  [
    "harm",
    /\bcomo\b.{0,30}\b(?:matar|envenenar|drogar|sedar)\b.{0,20}\b(?:a|lo|la)\b|\bdosis (?:letal|mortal)\b|\bfalsificar\b.{0,20}\breceta\b/,
    "No puedo ayudar con lo que puede hacer daño a una persona.",
  ],
  [
    "dose",
    /\bcuant[oa]s?\b.{0,40}\b(?:debo|puedo|deberia|tengo que) (?:tomar|inyectarme|usar)|\bque dosis\b|\b(?:aumentar|duplicar|subir|bajar|reducir|cambiar|saltarme|dejar)\b.{0,25}\b(?:dosis|de tomar|mis? (?:medicinas?|medicamentos?|insulina|pastillas?))\b/,
    "No doy ni cambio dosis. Pregunte a su equipo de atención o en la farmacia antes de cambiar un medicamento.",
  ],
  [
    "orders",
    /\bignor[ae]\b.{0,40}\b(?:instruccion|regla|anterior)|\bfinge (?:ser|que)\b|\bactua como\b/,
    "Solo respondo preguntas sobre este historial y sobre conocimientos revisados o publicados.",
  ],
  [
    "other-person",
    /\botr[oa] paciente\b|\b(?:historial|expediente|resultados?) (?:medico )?de (?:mi (?:vecin|espos|marido|mujer|jef|amig|herman|madre|padre)|otr)/,
    "Solo veo este historial.",
  ],
];
