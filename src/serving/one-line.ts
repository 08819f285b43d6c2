/** A reason that a person gives: one line without control characters, which the state could not store. */
export const ONE_LINE = /^\P{Cc}{1,200}$/u;
