/** The newest model of a site whose records are there too, as `longitude build` left them. */
import type { BuiltArtefact } from "../../artefacts/built-artefacts.ts";

export interface BuiltModel {
  readonly model: BuiltArtefact;
  readonly records: BuiltArtefact;
  readonly queries: BuiltArtefact | null;
  /** What was measured of this model's differentials, the newest first. */
  readonly differentials: readonly BuiltArtefact[];
}

/** Null where no model is built whose records are there. */
export function newestModel(built: readonly BuiltArtefact[]): BuiltModel | null {
  const byId = new Map(built.map((artefact) => [artefact.id, artefact]));
  const inputOf = (artefact: BuiltArtefact | undefined, role: string) =>
    byId.get(artefact?.inputs[role] ?? "");
  for (const model of built.filter(({ kind }) => kind === "model")) {
    const records = inputOf(model, "records") ?? inputOf(inputOf(model, "tokens"), "records");
    if (records === undefined) continue;
    const queries = built.find(({ kind, inputs }) => kind === "queries" && inputs.model === model.id);
    const differentials = built.filter(
      ({ kind, inputs }) => kind === "differential" && inputs.model === model.id,
    );
    return { model, records, queries: queries ?? null, differentials };
  }
  return null;
}
