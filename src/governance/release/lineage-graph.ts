/** Where a release comes from, as a graph: every artefact from the import of the records on, and the release itself. */
import type { ReleaseManifest } from "./manifest.ts";

export interface LineageNode {
  readonly id: string;
  /** `records`, `model`, `release` … */
  readonly kind: string;
  /** How far from the import: 0 is made from nothing that is kept. */
  readonly step: number;
  readonly from: readonly { readonly id: string; readonly role: string }[];
}

export interface LineageGraph {
  readonly schema: "longitude.lineage/1";
  readonly release: string;
  readonly version: string;
  readonly model: string;
  /** Each after everything that it was made from. */
  readonly nodes: readonly LineageNode[];
}

export function lineageGraph({ id: release, version, model, lineage, files }: ReleaseManifest): LineageGraph {
  const made = new Map(lineage.map((one) => [one.id, one]));
  const copied = Object.fromEntries(
    lineage.filter(({ kind }) => ["model", "report"].includes(kind)).map(({ kind, id }) => [kind, id]),
  );
  const external = Object.keys(files).some((file) => file.startsWith("evidence/external/"));
  const all = [
    ...lineage,
    ...(external
      ? [{ id: `${release} external evidence`, kind: "evidence from elsewhere", inputs: { model } }]
      : []),
    {
      id: release,
      kind: "release",
      inputs: {
        ...copied,
        ...(external ? { "evidence from elsewhere": `${release} external evidence` } : {}),
      },
    },
  ];
  const steps = new Map<string, number>();
  const stepOf = (id: string): number => {
    const known = steps.get(id);
    if (known !== undefined) return known;
    steps.set(id, 0); // a circle cannot be made, and must not hang
    const inputs = Object.values(made.get(id)?.inputs ?? all.find((one) => one.id === id)?.inputs ?? {});
    const step = inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map(stepOf));
    steps.set(id, step);
    return step;
  };
  const nodes = all.map(({ id, kind, inputs }) => ({
    id,
    kind,
    step: stepOf(id),
    from: Object.entries(inputs).map(([role, of]) => ({ id: of, role })),
  }));
  return {
    schema: "longitude.lineage/1",
    release,
    version,
    model,
    nodes: nodes.sort((a, b) => a.step - b.step || a.kind.localeCompare(b.kind)),
  };
}
