/** An address that is spoken with: https, or plain http with this machine. */
import { z } from "zod";
import { isLoopback } from "./web-address.ts";

export const secureAddress = z.url({ protocol: /^https?$/, error: "an https address" }).refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === "https:" || isLoopback(url.hostname);
}, "an https address (http with this machine only)");
