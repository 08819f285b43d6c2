/**
 * What the page of a screen will load and ask, told in the header of the page itself: the browser begins with all of it at once,
 * where it would else learn of the screen's files from its first script, and of the question from the screen.
 * Invariant: nothing is asked ahead for a browser without a session; an address that is no screen's gets no link.
 */
import { z } from "zod";
import type { WorkspaceFile } from "./workspace-files.ts";

/** Written by the build. */
export const PRELOADS = "preloads.json";

const preloadSchema = z.strictObject({
  /** As the router has it: `/patients/$key`. */
  path: z.string(),
  scripts: z.array(z.string()),
  styles: z.array(z.string()),
  /** What the screen asks first, with the path's `$name`s. */
  asks: z.array(z.string()),
});

export type Preload = z.output<typeof preloadSchema>;

/** What every screen asks. */
const ASKED_BY_ALL = ["/session", "/workspace/site"];
const PARAMETER = /^[A-Za-z0-9-]{1,64}$/;

/** @returns value of the `Link` header of a page, by its path below `/app`; null where there is nothing to tell */
export function preloadLinks(
  files: ReadonlyMap<string, WorkspaceFile>,
): (path: string, hasSession: boolean) => string | null {
  const file = files.get(PRELOADS);
  const screens =
    file === undefined ? [] : z.array(preloadSchema).parse(JSON.parse(file.bytes.toString("utf8")));
  return (path, hasSession) => {
    for (const screen of screens) {
      const values = valuesOf(screen.path, path);
      if (values === null) continue;
      const asks = screen.asks.map((ask) =>
        ask.replace(/\$(\w+)/g, (_, name: string) => values.get(name) ?? ""),
      );
      return [
        ...screen.styles.map((style) => `</app/${style}>; rel=preload; as=style; crossorigin`),
        ...screen.scripts.map((script) => `</app/${script}>; rel=modulepreload`),
        ...(hasSession ? [...ASKED_BY_ALL, ...asks] : []).map(
          (ask) => `<${ask}>; rel=preload; as=fetch; crossorigin`,
        ),
      ].join(", ");
    }
    return null;
  };
}

/** Name → part of the path; null where the path is not that of the screen. */
function valuesOf(pattern: string, path: string): ReadonlyMap<string, string> | null {
  const wanted = pattern.split("/").filter((part) => part !== "");
  const given = path.split("/").filter((part) => part !== "");
  if (wanted.length !== given.length) return null;
  const values = new Map<string, string>();
  for (const [i, part] of wanted.entries()) {
    const own = given[i] as string;
    if (part.startsWith("$") && PARAMETER.test(own)) values.set(part.slice(1), own);
    else if (part !== own) return null;
  }
  return values;
}
