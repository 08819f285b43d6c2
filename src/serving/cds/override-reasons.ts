/** Why a clinician sets a card aside, as codes: the categories of the CDS Hooks 3.0 ballot, in our own words. */
const SYSTEM = "urn:longitude:override-reason";

export const OVERRIDE_REASONS = [
  { code: "patient-not-eligible", display: "Does not apply to this patient" },
  { code: "wrong-time", display: "Not the time for it" },
  { code: "more-information-needed", display: "More information is needed first" },
  { code: "forecast-not-trusted", display: "I do not trust this forecast" },
  { code: "patient-declines", display: "The patient declines" },
  { code: "already-addressed", display: "Already addressed" },
  { code: "not-feasible", display: "Not feasible here" },
].map((reason) => ({ ...reason, system: SYSTEM }));
