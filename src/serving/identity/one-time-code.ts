/** The link that lets the administrator of an embedded server in: its code counts once, and only until it was used. */

import { secretId } from "./sealed-text.ts";
import { sameText } from "./sessions.ts";

export class OneTimeCode {
  #code: string | null = secretId();

  /** Null once it was used. */
  get code(): string | null {
    return this.#code;
  }

  /** @returns whether it is the code; it does not count again then */
  use(code: string): boolean {
    if (this.#code === null || !sameText(this.#code, code)) return false;
    this.#code = null;
    return true;
  }
}
