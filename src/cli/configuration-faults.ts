/**
 * Says what is wrong with a configuration in its author's terms: the path of the key, what was expected and
 * what was found (its type, never its value), and the key that was probably meant.
 */
import { z } from "zod";
import { didYouMean } from "./did-you-mean.ts";

export interface ConfigurationFault {
  /** Where to look: the deepest key that exists in the file. */
  readonly at: readonly (string | number)[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;
type Schema = z.core.JSONSchema.BaseSchema;
type Path = readonly (string | number)[];

/** @param content what was parsed, e.g. from YAML */
export function configurationFaults(
  error: z.ZodError,
  content: unknown,
  schema: z.ZodType,
): ConfigurationFault[] {
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return error.issues.flatMap((issue) => faultsOf(issue, [], content, shape));
}

function faultsOf(issue: Issue, base: Path, content: unknown, shape: Schema): ConfigurationFault[] {
  const path = [...base, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(schemaAt(shape, path)?.properties ?? {});
    return issue.keys.map((key) => {
      const meant = didYouMean(key, known);
      const hint = meant === null ? `known keys: ${known.join(", ")}` : `did you mean \`${meant}\`?`;
      return { at: [...path, key], message: `\`${keyPath([...path, key])}\` is not a known key; ${hint}` };
    });
  }
  if (issue.code === "invalid_union") {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== null) return nearest.flatMap((inner) => faultsOf(inner, path, content, shape));
  }
  if (issue.code === "custom") return [{ at: path, message: `\`${keyPath(path)}\`: ${issue.message}` }];
  const found = valueAt(content, path);
  if (found === undefined) {
    return [
      {
        at: path.slice(0, -1),
        message: `\`${keyPath(path)}\` is missing; expected ${expectation(issue)}${probableTypo(path, content, shape)}`,
      },
    ];
  }
  return [
    { at: path, message: `\`${keyPath(path)}\`: expected ${expectation(issue)}, found ${typeName(found)}` },
  ];
}

/** The alternative that failed latest in its path is the one that was probably meant; none when all failed at once. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  const deepest = [...branches].sort((a, b) => depth(b) - depth(a))[0];
  return deepest !== undefined && depth(deepest) > 0 ? deepest : null;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return article(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      return `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${countOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${countOf(issue.origin)}`;
    case "invalid_union":
      return issue.errors.map((branch) => branch.map(expectation).join(" and ")).join(", or ");
    default:
      return issue.message;
  }
}

function countOf(origin: string): string {
  if (origin === "array") return " entries";
  return origin === "string" ? " characters" : "";
}

function article(type: string): string {
  if (type === "object" || type === "record") return "a section (keys and values)";
  if (type === "array") return "a list";
  if (type === "int") return "a whole number";
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}

function typeName(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value === "") return "an empty string";
  if (typeof value === "object") return "a section (keys and values)";
  return `another ${typeof value}`.replace(/^another (boolean|number|string)$/, "a $1");
}

function probableTypo(path: Path, content: unknown, shape: Schema): string {
  const parent = valueAt(content, path.slice(0, -1));
  const missing = path.at(-1);
  if (typeof parent !== "object" || parent === null || typeof missing !== "string") return "";
  const known = Object.keys(schemaAt(shape, path.slice(0, -1))?.properties ?? {});
  const unknown = Object.keys(parent).filter((key) => !known.includes(key));
  const typed = unknown.find((key) => didYouMean(key, known) === missing);
  return typed === undefined ? "" : ` (is it written \`${typed}\`?)`;
}

function keyPath(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    content,
  );
}

function schemaAt(shape: Schema, path: Path): Schema | undefined {
  return path.reduce<Schema | undefined>((schema, part) => {
    const next = typeof part === "number" ? schema?.items : schema?.properties?.[part];
    if (typeof next !== "object" || Array.isArray(next)) return undefined;
    const named = next.$ref === undefined ? undefined : shape.$defs?.[next.$ref.slice("#/$defs/".length)];
    return named ?? next;
  }, shape);
}
