/** docs/reference/availability.md, from the table that the readers follow. */
import { availabilityTable } from "../src/ingest/availability.ts";

export function availabilityReference(): string {
  return `# Availability

Written from \`src/ingest/availability.ts\` by \`npm run docs:generate\`.

Every event has the time at which it happened (\`time\`) and the time from which it could have been known
(\`available_time\`, empty = at \`time\`). A prediction uses an event only from the later of the two: inputs, features and the
population of a task are cut there, and a token stands at the day from which its event could be known. What is not in the
source is not guessed to be late: a date without a rule counts from when it happened.

${availabilityTable()}

Whether an outcome had happened is told by \`time\`, not by \`available_time\`: somebody whose disease began before the
prediction time is not at risk of its onset, whenever it was written down.

**For other readers.** \`CandidateEvent.availableMs\` is the time itself. \`awaitsEncounterEnd\` says that an event is not
known before its encounter ends; the reader of encounters tells the ends with \`addEncounterEnd\`, in any order. The later of
the two counts.
`;
}
