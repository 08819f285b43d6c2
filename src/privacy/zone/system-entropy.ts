/** Randomness of the operating system: keys, subject keys and shifts are drawn from it. */
import { randomBytes } from "node:crypto";
import type { Entropy } from "./key-port.ts";

export const systemEntropy: Entropy = (bytes) => randomBytes(bytes);
