/** `reasoning/panels.yaml` of a site: specialty panels as data, each with its outcomes, thresholds and knowledge. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REASONING_FILE } from "../../errors/registry.ts";
import { fileOf } from "../next-test/tests-file.ts";

export const PANELS_FILE = "reasoning/panels.yaml";

const panelOutcomeSchema = z.strictObject({
  /** Name of an outcome of the site. */
  outcome: z.string().min(1),
  /** From this probability within the horizon on it is a concern of the panel. */
  threshold: z.number().gt(0).lt(1),
  /** Whether the panel owns the outcome; else the first panel that lists it does. */
  owns: z.boolean().default(false),
});

const panelSchema = z.strictObject({
  name: z.string().min(1).max(60),
  outcomes: z.array(panelOutcomeSchema).min(1),
  /** Ids of the vetted statements that the panel works with; all about its outcomes when left out. */
  knowledge: z.array(z.string().min(1)).optional(),
});

const fileSchema = z
  .strictObject({
    schema: z.literal("longitude.panels/1"),
    panels: z.array(panelSchema).min(1).max(50),
  })
  .superRefine(({ panels }, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["panels"], message });
    if (new Set(panels.map(({ name }) => name)).size < panels.length) refuse("two panels have one name");
    const owned = panels.flatMap(({ outcomes }) =>
      outcomes.filter(({ owns }) => owns).map(({ outcome }) => outcome),
    );
    if (new Set(owned).size < owned.length) refuse("two panels own one outcome");
  });

export type Panel = z.output<typeof panelSchema>;

/** @param outcomes names of the site's outcomes @throws REASONING_FILE also for an outcome that the site does not list */
export async function readPanelsFile(path: string, outcomes: readonly string[]): Promise<readonly Panel[]> {
  const { panels } = fileOf(await readFile(path, "utf8").catch(() => null), path, fileSchema);
  const strange = panels.flatMap((panel) =>
    panel.outcomes.filter(({ outcome }) => !outcomes.includes(outcome)),
  );
  if (strange.length > 0)
    throw new LongitudeError(
      REASONING_FILE,
      `${path}: the site lists no outcome ${[...new Set(strange.map(({ outcome }) => outcome))].join(", ")}`,
    );
  return panels;
}
