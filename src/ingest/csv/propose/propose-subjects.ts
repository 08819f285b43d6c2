/** The part of a proposed mapping that says who the persons are. */
import type { ColumnProfile, FileProfile } from "./column-profile.ts";
import {
  ageGroups,
  isAgeName,
  isBirthName,
  isDeathName,
  isEncounter,
  isFollowUpName,
  isGroupName,
  isRaceName,
  isSexName,
  isStatusName,
  sexValues,
} from "./column-role.ts";
import { type Confidence, inline, type MappingDraft, quoted } from "./mapping-draft.ts";

export interface SubjectsPlan {
  readonly file: FileProfile;
  readonly id: ColumnProfile;
  /** Persons have several rows; the column whose least number tells the first. */
  readonly orderedBy: ColumnProfile | null;
  /** Times of some table count from an index date that no column gives. */
  readonly needsIndex: boolean;
  /** Each row is an event too: its dates and values are told by a table. */
  readonly isTable: boolean;
}

/** @returns the columns that have been used or left out with a reason */
export function proposeSubjects(draft: MappingDraft, plan: SubjectsPlan, seed: string): Set<ColumnProfile> {
  const { file, id, orderedBy } = plan;
  const used = new Set<ColumnProfile>([id]);
  const free = (test: (column: ColumnProfile) => boolean): ColumnProfile | undefined =>
    file.columns.find((column) => !used.has(column) && column.filled > 0 && test(column));
  draft.line(0, "subjects:");
  draft.line(1, `file: ${quoted(file.file)}`);
  draft.guess(
    1,
    `id: ${quoted(id.name)}`,
    id.unique ? "sure" : "likely",
    id.unique ? "a text of its own in every row" : "named like a person's identifier",
  );
  if (orderedBy !== null) {
    draft.guess(
      1,
      `repeated: { keep: first, by: ${quoted(orderedBy.name)} }`,
      "likely",
      "persons have several rows; the lowest number is taken to be the first",
    );
  }
  const group = free((column) => isGroupName(column) && !column.unique);
  if (group !== undefined) {
    used.add(group);
    draft.guess(
      1,
      `group: ${quoted(group.name)}`,
      "guess",
      "named like a matched set: its persons share a split, and it is never an input",
    );
  }
  const age = free((column) => isAgeName(column) && (column.numeric > 0.98 || ageGroups(column) !== null));
  const followUp = free((column) => isFollowUpName(column) && column.numeric > 0.98);
  if (plan.needsIndex || age !== undefined || followUp !== undefined) {
    draft.guess(
      1,
      `index: { invented: { seed: ${quoted(seed)}, from: "2000-01-01", to: "2009-12-31" } }`,
      "guess",
      "no column gives the date from which times count; with one, write { column: NAME }",
    );
  }
  proposeBirth(draft, free(isBirthName), age, used);
  const sex = free((column) => isSexName(column) && sexValues(column) !== null);
  if (sex !== undefined) {
    used.add(sex);
    const { values, sure } = sexValues(sex)!;
    draft.guess(
      1,
      `sex: { column: ${quoted(sex.name)}, values: ${inline(values)} }`,
      sure ? "sure" : "guess",
      sure ? "name and texts" : "0 and 1 do not say which is which: check",
    );
  }
  const events: (() => void)[] = [];
  proposeDeath(draft, free, used, followUp, events);
  if (plan.needsIndex || age !== undefined || followUp !== undefined) {
    events.unshift(() =>
      draft.guess(2, "- { code: COHORT/INDEX, time: index }", "likely", "the date from which times count"),
    );
  }
  const race = free((column) => isRaceName(column) && column.texts.length <= 40);
  if (race !== undefined) {
    used.add(race);
    draft.line(1, "statics:");
    draft.guess(
      2,
      `- { column: ${quoted(race.name)}, prefix: RACE/ }`,
      "likely",
      `${race.texts.length} different texts; spell them as you want to read them`,
    );
  }
  for (const column of plan.isTable ? [] : file.columns) {
    if (used.has(column) || column.dateFormat === null || isBirthName(column) || isDeathName(column))
      continue;
    used.add(column);
    events.push(() =>
      draft.guess(
        2,
        `- { code: ${quoted(`LOCAL/${column.name}`)}, time: ${dateSource(column)}, optional: true }`,
        "guess",
        `a date in the person's row is an event of that name; ${dateReason(column)}`,
      ),
    );
  }
  if (events.length > 0) {
    draft.line(1, "events:");
    for (const write of events) write();
  }
  if (!plan.isTable) proposeDrops(draft, file, used);
  return used;
}

function proposeBirth(
  draft: MappingDraft,
  birth: ColumnProfile | undefined,
  age: ColumnProfile | undefined,
  used: Set<ColumnProfile>,
): void {
  if (birth !== undefined && birth.dateFormat !== null) {
    used.add(birth);
    draft.guess(1, `birth: ${dateSource(birth)}`, dateConfidence(birth), dateReason(birth));
  } else if (age !== undefined) {
    used.add(age);
    const groups = age.numeric > 0.98 ? null : ageGroups(age);
    const numbers = groups === null ? "" : `, numbers: ${inline(groups)}`;
    draft.guess(
      1,
      `birth: { column: ${quoted(age.name)}, as: age-at-index-years${numbers} }`,
      "likely",
      groups === null
        ? "numbers under the name of an age; is it the age at the index date?"
        : "groups of ages: the middle of each",
    );
  }
}

function proposeDeath(
  draft: MappingDraft,
  free: (test: (column: ColumnProfile) => boolean) => ColumnProfile | undefined,
  used: Set<ColumnProfile>,
  followUp: ColumnProfile | undefined,
  events: (() => void)[],
): void {
  const death = free((column) => isDeathName(column) && column.dateFormat !== null);
  if (death !== undefined) {
    used.add(death);
    draft.guess(1, `death: ${dateSource(death)}`, dateConfidence(death), dateReason(death));
    return;
  }
  const status = free(
    (column) => isStatusName(column) && column.texts.every(({ text }) => /^[01]$/.test(text)),
  );
  if (followUp === undefined || status === undefined) return;
  used.add(followUp).add(status);
  const time = `{ column: ${quoted(followUp.name)}, as: days-from-index }`;
  draft.guess(
    1,
    `death: { column: ${quoted(followUp.name)}, as: days-from-index, when: { ${quoted(status.name)}: ["1"] } }`,
    "likely",
    "follow-up time beside a status of 0 and 1; 1 is taken to be death",
  );
  events.push(() =>
    draft.guess(
      2,
      `- { code: COHORT/LAST_CONTACT, time: ${time}, when: { ${quoted(status.name)}: ["0"] } }`,
      "likely",
      "who did not die was last seen then",
    ),
  );
}

/** What stands in a person's row without a time could be of any time, also of one after the prediction. */
function proposeDrops(draft: MappingDraft, file: FileProfile, used: Set<ColumnProfile>): void {
  const rest = file.columns.filter(
    (column) => !used.has(column) && column.filled > 0 && !isEncounter(column),
  );
  if (rest.length === 0) return;
  draft.line(1, "drop:");
  for (const column of rest) {
    used.add(column);
    draft.guess(
      2,
      `${quoted(column.name)}: undated, so it cannot be told whether it was known at the index date`,
      "guess",
      `${column.texts.length}${column.many ? " or more" : ""} different texts; with a time it can be an event`,
    );
  }
}

export function dateSource(column: ColumnProfile, clock?: ColumnProfile): string {
  const parts = [`column: ${quoted(column.name)}`];
  if (column.dateFormat !== null && column.dateFormat !== "")
    parts.push(`format: ${JSON.stringify(column.dateFormat)}`);
  if (clock !== undefined) parts.push(`clock: ${quoted(clock.name)}`);
  return `{ ${parts.join(", ")} }`;
}

/** Where day and month can be told apart in no row, the format is one of two. */
function dateConfidence({ otherFormat }: ColumnProfile): Confidence {
  return otherFormat === null ? "sure" : "guess";
}

export function dateReason({ dateFormat, otherFormat }: ColumnProfile): string {
  if (dateFormat === "") return "ISO 8601 dates";
  return otherFormat === null
    ? `every text fits ${dateFormat}`
    : `fits ${dateFormat}, but ${otherFormat} too: check which`;
}
