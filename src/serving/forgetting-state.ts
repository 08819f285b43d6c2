/** The state as it is, whose every transaction is undone. */
import type { State, StateTransaction } from "../state/open-state.ts";

/** What a transaction gives, carried out of it by the error that undoes it. */
class Undone extends Error {
  constructor(readonly result: unknown) {
    super("undone");
  }
}

export function forgettingState(state: State): State {
  return {
    ...state,
    transaction: async <T>(work: (tx: StateTransaction) => Promise<T>): Promise<T> => {
      try {
        return await state.transaction(async (tx) => {
          throw new Undone(await work(tx));
        });
      } catch (error) {
        if (error instanceof Undone) return error.result as T;
        throw error;
      }
    },
  };
}
