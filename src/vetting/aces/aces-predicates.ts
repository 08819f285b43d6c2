/** Predicates of an ACES task as event sets. `and` of ACES is about one moment, hence `within: 0d`. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACES_INVALID } from "../../errors/registry.ts";
import type { WrittenEventSet } from "../event-set.ts";
import { unsupported } from "./aces-bounds.ts";
import type { AcesPredicate, AcesTask } from "./aces-task.ts";

export const ANY_EVENT = "_ANY_EVENT";
/** The first event of a record; as a trigger, the first of any events. */
export const RECORD_START = "_RECORD_START";

const EXPRESSION = /^\s*(and|or)\s*\(([\s\S]*)\)\s*$/;
/** A pattern that is a prefix and nothing else. */
const PREFIX = /^\^([^\\^$.|?*+()[\]{}]+)(?:\.\*\$?)?$/;

export class AcesPredicates {
  private readonly open = new Set<string>();

  constructor(private readonly task: AcesTask) {}

  /** @throws LongitudeError ACES_INVALID, ACES_UNSUPPORTED */
  setOf(name: string): WrittenEventSet {
    if (name === ANY_EVENT || name === RECORD_START) return { pattern: "." };
    const predicate = this.task.predicates[name];
    if (predicate === undefined) throw new LongitudeError(ACES_INVALID, `the predicate ${name} is not there`);
    if (this.open.has(name))
      throw new LongitudeError(ACES_INVALID, `the predicate ${name} is made of itself`);
    this.open.add(name);
    try {
      if (predicate.static === true)
        throw unsupported(`the predicate ${name} is static, and stands in a window`);
      return "expr" in predicate ? this.derived(predicate.expr, name) : plainSet(predicate, name);
    } finally {
      this.open.delete(name);
    }
  }

  private derived(expression: string, name: string): WrittenEventSet {
    const [, operator, inner = ""] = EXPRESSION.exec(expression) ?? [];
    if (operator === undefined)
      throw new LongitudeError(ACES_INVALID, `the predicate ${name} is neither and(…) nor or(…)`);
    const parts = operands(inner).map((part) =>
      EXPRESSION.test(part) ? this.derived(part, name) : this.setOf(part),
    );
    if (parts.length < 2)
      throw new LongitudeError(ACES_INVALID, `the predicate ${name} joins fewer than two`);
    if (operator === "or") return { any: parts };
    const all = parts.flatMap((part) => (part.within === undefined ? [part] : (part.all ?? [])));
    if (all.some(hasAnd)) throw unsupported(`the predicate ${name}: and() of an or() that holds an and()`);
    return { all, within: "0d" };
  }
}

function hasAnd(set: WrittenEventSet): boolean {
  return set.within !== undefined || (set.any ?? []).some(hasAnd);
}

/** Split at the commas that stand in no inner parentheses. */
function operands(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function plainSet(predicate: Exclude<AcesPredicate, { expr: string }>, name: string): WrittenEventSet {
  if (Object.keys(predicate.other_cols ?? {}).length > 0)
    throw unsupported(`other_cols of the predicate ${name}`);
  const { code, value_min: min, value_max: max } = predicate;
  return {
    ...codeSet(code, name),
    ...bound(min, predicate.value_min_inclusive === true ? "valueMin" : "valueAbove"),
    ...bound(max, predicate.value_max_inclusive === true ? "valueMax" : "valueBelow"),
  };
}

function bound(value: number | null | undefined, key: keyof WrittenEventSet): WrittenEventSet {
  return value === null || value === undefined ? {} : { [key]: value };
}

function codeSet(code: Exclude<AcesPredicate, { expr: string }>["code"], name: string): WrittenEventSet {
  if (typeof code === "string") {
    if (code === "???")
      throw unsupported(`the predicate ${name} is left to the data set: name its file with --predicates`);
    return code.endsWith("*") ? { pattern: exactly(code) } : { codes: [code] };
  }
  if ("any" in code) {
    return code.any.some((one) => one.endsWith("*"))
      ? { any: code.any.map((one) => codeSet(one, name)) }
      : { codes: code.any };
  }
  const prefix = PREFIX.exec(code.regex)?.[1];
  if (prefix !== undefined) return { codes: [`${prefix}*`] };
  try {
    new RegExp(code.regex, "u");
  } catch {
    throw unsupported(`the regular expression of the predicate ${name}`);
  }
  return { pattern: code.regex };
}

function exactly(code: string): string {
  return `^${code.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&")}$`;
}
