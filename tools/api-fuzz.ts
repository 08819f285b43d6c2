/**
 * Requests that nobody should send, from an OpenAPI document: what is asked for, damaged, of the wrong kind, or junk.
 * Invariant: the same number gives the same request, whatever was sent before.
 */
import { createRandom, type Random } from "../src/effects/random.ts";

export interface FuzzRequest {
  readonly method: string;
  /** As OpenAPI writes it, to say where a fault is. */
  readonly route: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema of any kind
type Schema = any;
export interface Operation {
  readonly method: string;
  readonly route: string;
  readonly query: readonly string[];
  readonly body: Schema;
  readonly kind: string;
}

const METHODS = ["get", "post", "put", "delete", "patch"];
const KINDS = [
  "application/json",
  "application/fhir+json",
  "application/x-ndjson",
  "text/plain",
  "a/b;;=",
  "",
];
const TEXTS = [
  "",
  "a",
  "x".repeat(5000),
  "\u0000",
  "💥",
  "' or 1=1 --",
  "../../etc/passwd",
  "%00%ff",
  "2026-02-30",
  "9999-12-31T23:59:59Z",
  "-1",
  "NaN",
  "__proto__",
  "http://169.254.169.254/",
];
const NUMBERS = [0, -0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324, 0.1];
const DEEPEST = 6;

/** Every operation of a document. */
export function operationsOf(openapi: { readonly paths?: Readonly<Record<string, object>> }): Operation[] {
  return Object.entries(openapi.paths ?? {}).flatMap(([route, item]) =>
    Object.entries(item as Readonly<Record<string, Schema>>)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => {
        const [kind = "application/json", content] = Object.entries<Schema>(
          operation.requestBody?.content ?? {},
        )[0] ?? [undefined, undefined];
        const query = (operation.parameters ?? [])
          .filter((one: Schema) => one.in === "query")
          .map((one: Schema) => String(one.name));
        return { method: method.toUpperCase(), route, query, body: content?.schema, kind };
      }),
  );
}

/** @param examples valid bodies by route, and ids that exist */
export function fuzzRequest(
  number: number,
  operations: readonly Operation[],
  examples: { readonly bodies: Readonly<Record<string, object>>; readonly ids: readonly string[] },
): FuzzRequest {
  const random = createRandom(`api ${number}`);
  const operation = pick(random, operations);
  const method = random.next() < 0.05 ? pick(random, METHODS).toUpperCase() : operation.method;
  const id = () =>
    encodeURIComponent(pick(random, [...examples.ids, ...TEXTS.filter((text) => text !== "")]));
  const path = operation.route.replace(/\{[^}]+\}|\*/g, id);
  const asked = operation.query
    .filter(() => random.next() < 0.5)
    .map((name) => `${name}=${encodeURIComponent(String(leaf(random)))}`);
  const headers: Record<string, string> = {};
  if (random.next() < 0.1)
    headers[pick(random, ["x-request-id", "origin", "cookie", "accept", "range", "if-none-match"])] =
      "x".repeat(random.integer(3000));
  const body = method === "GET" ? undefined : bodyOf(random, operation, examples.bodies[operation.route]);
  if (body !== undefined)
    headers["content-type"] = random.next() < 0.9 ? operation.kind : pick(random, KINDS);
  return {
    method,
    route: operation.route,
    path: asked.length === 0 ? path : `${path}?${asked.join("&")}`,
    headers,
    body,
  };
}

function bodyOf(random: Random, { body, kind }: Operation, example: object | undefined): string {
  const choice = random.next();
  if (choice < 0.05)
    return pick(random, ["", "{", "[]", "null", `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`]);
  const value =
    choice < 0.6 && example !== undefined
      ? damaged(random, structuredClone(example), 0)
      : choice < 0.9
        ? fromSchema(random, body, 0)
        : anything(random, 0);
  if (kind.includes("urlencoded"))
    return new URLSearchParams(
      Object.entries(Object(value)).map(([key, one]) => [key, String(one)] as [string, string]),
    ).toString();
  const text = JSON.stringify(value) ?? "null";
  const cut = random.next() < 0.03 ? text.slice(0, random.integer(text.length + 1)) : text;
  return kind.includes("ndjson") ? `${cut}\n`.repeat(1 + random.integer(3)) : cut;
}

/** What a schema asks for, and now and then not. */
function fromSchema(random: Random, schema: Schema, depth: number): unknown {
  if (schema === undefined || depth > DEEPEST || random.next() < 0.05) return anything(random, depth);
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options !== undefined) return fromSchema(random, pick(random, options), depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(random, schema.enum);
  if (schema.type === "object" || schema.properties !== undefined) {
    const entries = Object.entries<Schema>(schema.properties ?? {})
      .filter(() => random.next() < 0.85)
      .map(([key, one]) => [key, fromSchema(random, one, depth + 1)]);
    return Object.fromEntries(entries);
  }
  if (schema.type === "array")
    return Array.from({ length: random.integer(4) }, () => fromSchema(random, schema.items, depth + 1));
  if (schema.type === "boolean") return random.next() < 0.5;
  if (schema.type === "number" || schema.type === "integer") return pick(random, NUMBERS);
  return pick(random, TEXTS);
}

/** The example with one or some values changed, taken away or doubled. */
function damaged(random: Random, value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || random.next() < 0.1) return [...value, ...value, anything(random, depth)];
    const at = random.integer(value.length);
    return value.map((one, i) => (i === at ? damaged(random, one, depth + 1) : one));
  }
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    const key = keys[random.integer(Math.max(1, keys.length))];
    if (key === undefined) return anything(random, depth);
    if (random.next() < 0.1) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== key));
    return { ...value, [key]: damaged(random, (value as Record<string, unknown>)[key], depth + 1) };
  }
  return random.next() < 0.15 ? value : anything(random, depth);
}

function anything(random: Random, depth: number): unknown {
  const choice = random.integer(depth > DEEPEST ? 5 : 7);
  if (choice === 5) return Array.from({ length: random.integer(4) }, () => anything(random, depth + 1));
  if (choice === 6)
    return Object.fromEntries(
      Array.from({ length: random.integer(4) }, () => [pick(random, TEXTS), anything(random, depth + 1)]),
    );
  return leaf(random);
}

function leaf(random: Random): unknown {
  const choice = random.integer(4);
  return choice === 0
    ? null
    : choice === 1
      ? random.next() < 0.5
      : pick<number | string>(random, choice === 2 ? NUMBERS : TEXTS);
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)] as T;
}
