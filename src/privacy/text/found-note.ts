/** A note inside a file, and what is done with it. */

/** A text and where it stands. */
export interface FoundNote {
  /** "line 3, text" */
  readonly place: string;
  /** Whose text it is, as far as the file says. */
  readonly patient?: string;
}

/** Gives what to put in the text's place. */
export type OnNote = (text: string, note: FoundNote) => string;
