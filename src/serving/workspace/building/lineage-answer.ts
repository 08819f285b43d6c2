/**
 * Where something of a site comes from: the served release, or an artefact that lies there, back to the export.
 * Invariant: each node stands after everything that it was made from; ids and dates, nothing of a person.
 */
import { z } from "zod";
import { type BuiltArtefact, builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { lineageGraph } from "../../../governance/release/lineage-graph.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { ServerContext } from "../../server-context.ts";

export const lineageAnswerSchema = z.strictObject({
  at: z.string(),
  /** What can be asked about: the served release first, then artefacts, the newest first. */
  roots: z.array(z.strictObject({ id: z.string(), kind: z.string(), madeAt: z.string().nullable() })),
  root: z.string(),
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      /** How far from what comes from outside of the site. */
      step: z.int(),
      from: z.array(z.strictObject({ id: z.string(), role: z.string() })),
      /** An artefact of the site; what it is given from outside; or the release. */
      what: z.enum(["artefact", "outside", "release"]),
      /** When it was made; null where it does not lie in the site (any more). */
      madeAt: z.string().nullable(),
      codeVersion: z.string().nullable(),
    }),
  ),
  /** When the site read records that are not those of the root: it is not of the newest records. Null where it is. */
  newerRecordsAt: z.string().nullable(),
});

export type LineageAnswer = z.output<typeof lineageAnswerSchema>;
export type LineageNode = LineageAnswer["nodes"][number];

interface Made {
  readonly kind: string;
  /** Role → id of an artefact, or hash of what is read from outside. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Undefined where nothing of this id is there. @param of the served release when left out */
export async function lineageAnswer(
  { model, folder, effects }: ServerContext,
  of: string | undefined,
): Promise<LineageAnswer | undefined> {
  const { manifest } = model;
  const built = await builtArtefacts(folder);
  const root = of ?? manifest.id;
  const made =
    root === manifest.id ? ofRelease(manifest) : new Map<string, Made>(built.map((one) => [one.id, one]));
  if (!made.has(root)) return undefined;
  const here = new Map(built.map((one) => [one.id, one]));
  const nodes = walk(root, made, here);
  const records = built.find(({ kind }) => kind === "records");
  const own = nodes.some(({ kind }) => kind === "records");
  const newer = own && records !== undefined && !nodes.some(({ id }) => id === records.id);
  return {
    at: isoTime(effects.now()),
    roots: [
      { id: manifest.id, kind: "release", madeAt: manifest.createdAt },
      ...built.map(({ id, kind, madeAt }) => ({ id, kind, madeAt: isoTime(madeAt) })),
    ],
    root,
    nodes: nodes.map((node) => (node.what === "release" ? { ...node, madeAt: manifest.createdAt } : node)),
    newerRecordsAt: newer ? isoTime(records.madeAt) : null,
  };
}

function ofRelease(manifest: ServerContext["model"]["manifest"]): Map<string, Made> {
  return new Map(
    lineageGraph(manifest).nodes.map(({ id, kind, from }) => [
      id,
      { kind, inputs: Object.fromEntries(from.map((one) => [one.role, one.id])) },
    ]),
  );
}

/** The root and everything upstream of it, by step. */
function walk(
  root: string,
  made: ReadonlyMap<string, Made>,
  here: ReadonlyMap<string, BuiltArtefact>,
): LineageNode[] {
  const found = new Map<string, LineageNode>();
  const visit = (id: string, role: string): number => {
    const known = found.get(id);
    if (known !== undefined) return known.step;
    const own = made.get(id);
    const node: LineageNode = {
      id,
      kind: own?.kind ?? role,
      step: 0,
      from: Object.entries(own?.inputs ?? {}).map(([name, of]) => ({ id: of, role: name })),
      what: own === undefined ? "outside" : own.kind === "release" ? "release" : "artefact",
      madeAt: timeOf(here.get(id)),
      codeVersion: here.get(id)?.codeVersion || null,
    };
    found.set(id, node); // before its inputs: a circle cannot be made, and must not hang
    const steps = node.from.map((input) => visit(input.id, input.role));
    const step = own === undefined ? 0 : 1 + Math.max(0, ...steps);
    found.set(id, { ...node, step });
    return step;
  };
  visit(root, "release");
  return [...found.values()].sort((a, b) => a.step - b.step || a.kind.localeCompare(b.kind));
}

function timeOf(artefact: BuiltArtefact | undefined): string | null {
  return artefact === undefined ? null : isoTime(artefact.madeAt);
}
