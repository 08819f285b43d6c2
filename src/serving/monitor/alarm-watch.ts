/** Which units' inputs have drifted, for every request: as the state has it, at most a few seconds old. */
import type { Effects } from "../../effects/effects.ts";
import type { State } from "../../state/open-state.ts";
import { type StandingAlarm, standingAlarms } from "./alarm-log.ts";

const FRESH_MS = 5000;

export class AlarmWatch {
  #known: { readonly at: number; readonly alarms: readonly StandingAlarm[] } | null = null;

  constructor(
    private readonly release: string,
    private readonly state: State,
    private readonly effects: Effects,
  ) {}

  async inputsDrifted(tenant: string, unit: string): Promise<boolean> {
    return (await this.standing()).some(
      (alarm) => alarm.rule === "input drift" && alarm.tenant === tenant && alarm.unit === unit,
    );
  }

  async standing(): Promise<readonly StandingAlarm[]> {
    const now = this.effects.now();
    if (this.#known === null || now - this.#known.at > FRESH_MS) {
      const alarms = await this.state.transaction((tx) => standingAlarms(tx, this.release));
      this.#known = { at: now, alarms };
    }
    return this.#known.alarms;
  }

  /** After a look that changed them. */
  forget(): void {
    this.#known = null;
  }
}
