/** A piece of a note; `kind` says what it identifies, null that it does not. */
export interface Piece {
  readonly text: string;
  readonly kind: string | null;
}
