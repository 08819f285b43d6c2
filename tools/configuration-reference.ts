/**
 * docs/reference/configuration.md from the schema of longitude.yaml.
 * What a key means is said once, in the comment (or `.describe`) beside it in the source; it is read from there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { siteSchema } from "../src/cli/site-config.ts";

type Schema = z.core.JSONSchema.BaseSchema;

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

export function configurationReference(): string {
  const shape = z.toJSONSchema(siteSchema, { io: "input", unrepresentable: "any" });
  const comments = sectionComments();
  const parts = [
    "# longitude.yaml",
    "",
    "Made by `npm run docs:generate` from the schemas in `src`; do not edit.",
    "",
    "A key that is not listed here, a wrong type or a missing required key is refused with `CONFIG_INVALID`.",
    "A duration is a number and a unit: `d`, `w`, `mo`, `y` (`30d`, `6mo`, `5y`).",
  ];
  const top = rowsOf(shape, "", comments, false);
  parts.push("", ...table(top));
  for (const [name, section] of Object.entries(shape.properties ?? {})) {
    if (!isSchema(section) || section.properties === undefined) continue;
    const rows = rowsOf(section, name, comments, true);
    parts.push("", `## ${name}`, "", ...(rows.length === 0 ? ["No keys."] : table(rows)));
  }
  return `${parts.join("\n")}\n`;
}

/** Rows of an object and, when `deep`, of the objects and lists of objects in it. */
function rowsOf(schema: Schema, prefix: string, comments: Comments, deep: boolean): Row[] {
  const properties = Object.entries(schema.properties ?? {});
  const said = commentsFor(
    properties.map(([key]) => key),
    comments,
  );
  return properties.flatMap(([name, property]) => {
    if (!isSchema(property)) return [];
    const key = prefix === "" ? name : `${prefix}.${name}`;
    const required = schema.required?.includes(name) === true;
    const fallback =
      property.default !== undefined && property.properties === undefined
        ? `\`${JSON.stringify(property.default)}\``
        : required
          ? "required"
          : "–";
    const row = {
      key,
      type: typeOf(property),
      fallback,
      meaning: property.description ?? said?.get(name) ?? "",
    };
    return deep ? [row, ...nestedRows(property, key, comments)] : [row];
  });
}

function nestedRows(schema: Schema, key: string, comments: Comments): Row[] {
  if (schema.properties !== undefined) return rowsOf(schema, key, comments, true);
  if (isSchema(schema.items)) return nestedRows(schema.items, `${key}[]`, comments);
  return (schema.anyOf ?? []).flatMap((branch) =>
    isSchema(branch) ? nestedRows(branch, key, comments) : [],
  );
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return "event set"; // the only section that holds itself
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.filter(isSchema).map(typeOf))].join(" or ");
  }
  if (schema.type === "array") {
    return isSchema(schema.items) && schema.items.properties === undefined
      ? `list of ${typeOf(schema.items)}`
      : "list of sections";
  }
  if (schema.type === "object") return schema.properties === undefined ? "names and values" : "section";
  const name = schema.type === "integer" ? "whole number" : String(schema.type ?? "any");
  return `${name}${bounds(schema)}`;
}

function bounds(schema: Schema): string {
  const parts: string[] = [];
  const safe = (limit: unknown): limit is number =>
    typeof limit === "number" && Math.abs(limit) < 2 ** 53 - 1;
  if (safe(schema.minimum)) parts.push(`≥ ${schema.minimum}`);
  if (safe(schema.exclusiveMinimum)) parts.push(`> ${schema.exclusiveMinimum}`);
  if (safe(schema.maximum)) parts.push(`≤ ${schema.maximum}`);
  if (safe(schema.exclusiveMaximum)) parts.push(`< ${schema.exclusiveMaximum}`);
  return parts.length === 0 ? "" : ` ${parts.join(", ")}`;
}

function table(rows: readonly Row[]): string[] {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    "| key | type | default | meaning |",
    "|---|---|---|---|",
    ...rows.map(
      (row) => `| \`${row.key}\` | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.meaning)} |`,
    ),
  ];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One entry a section in the source: key → the comment above it. */
type Comments = readonly ReadonlyMap<string, string>[];

/** Those of the smallest section with all these keys: the section itself, or the one that they were picked from. */
function commentsFor(keys: readonly string[], comments: Comments): ReadonlyMap<string, string> | undefined {
  return comments
    .filter((section) => keys.every((key) => section.has(key)))
    .sort((a, b) => a.size - b.size)[0];
}

function sectionComments(): Comments {
  const sections: Map<string, string>[] = [];
  for (const file of readdirSync("src", { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(join("src", file), "utf8");
    if (text.includes("strictObject("))
      collect(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), sections);
  }
  return sections;
}

function collect(node: ts.Node, sections: Map<string, string>[]): void {
  if (ts.isCallExpression(node) && node.expression.getText().endsWith("strictObject")) {
    const [argument] = node.arguments;
    if (argument !== undefined && ts.isObjectLiteralExpression(argument)) {
      const said = new Map(
        argument.properties.map(
          (property) => [property.name?.getText() ?? "", commentAbove(property)] as const,
        ),
      );
      sections.push(said);
    }
  }
  ts.forEachChild(node, (child) => collect(child, sections));
}

/** The text of the last JSDoc comment above a property, on one line. */
function commentAbove(property: ts.Node): string {
  const text = property.getFullText();
  const comments = [...text.slice(0, property.getLeadingTriviaWidth()).matchAll(/\/\*\*([\s\S]*?)\*\//g)];
  return (comments.at(-1)?.[1] ?? "").replace(/\s*\n\s*\*\s?/g, " ").trim();
}
