/** Opens the state of a site for one verb, and closes it whatever happens. */
import { systemEffects } from "../effects/effects.ts";
import type { StateArea } from "../state/migrate.ts";
import { openState, type State } from "../state/open-state.ts";
import type { Site } from "./read-site.ts";

export async function withState<T>(
  site: Site,
  areas: readonly StateArea[],
  work: (state: State) => Promise<T>,
): Promise<T> {
  const state = await openState({
    folder: site.folder,
    config: site.configuration.state,
    areas,
    effects: systemEffects,
  });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
