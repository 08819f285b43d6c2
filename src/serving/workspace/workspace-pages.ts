/**
 * The workspace's page and its assets under `/app`. They hold nothing of anybody, so everybody gets them; what the page then
 * asks is judged by the session.
 * Invariant: the page runs its own files alone, and nothing inline.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ROUTE_UNKNOWN, WORKSPACE_UNBUILT } from "../../errors/registry.ts";
import { preloadLinks } from "./preload-links.ts";
import type { WorkspaceFile } from "./workspace-files.ts";

const OWN_FILES =
  "script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'";

/** An address that the page itself makes something of. */
const SCREEN = /^(?!assets\/)[A-Za-z0-9/_-]*$/;

export function workspacePages(
  app: FastifyInstance,
  files: ReadonlyMap<string, WorkspaceFile>,
  /** Whether the browser says that somebody is logged in: not yet whether it is so. */
  hasSession: (request: FastifyRequest) => boolean,
): void {
  const options = { schema: { hide: true } };
  const linksOf = preloadLinks(files);
  const page = (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const links = linksOf(path, hasSession(request));
    if (links !== null) void reply.header("link", links);
    return send(request, reply, files.get("index.html"));
  };
  app.get("/app", options, (request, reply) => page(request, reply, ""));
  app.get<{ Params: { "*": string } }>("/app/*", options, (request, reply) => {
    const path = request.params["*"];
    const file = files.get(path);
    if (file === undefined && !SCREEN.test(path))
      throw new LongitudeError(ROUTE_UNKNOWN, "the workspace has no such page or file");
    return file === undefined ? page(request, reply, path) : send(request, reply, file);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, file: WorkspaceFile | undefined): FastifyReply {
  if (file === undefined) throw new LongitudeError(WORKSPACE_UNBUILT, "the workspace was not built");
  const accepted = String(request.headers["accept-encoding"] ?? "");
  const [encoding, bytes] =
    file.brotli !== null && /\bbr\b/.test(accepted)
      ? ["br", file.brotli]
      : file.gzip !== null && /\bgzip\b/.test(accepted)
        ? ["gzip", file.gzip]
        : [null, file.bytes];
  if (encoding !== null) void reply.header("content-encoding", encoding);
  return reply
    .header("vary", "accept-encoding")
    .header("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache")
    .header("content-security-policy", `${String(reply.getHeader("content-security-policy"))}; ${OWN_FILES}`)
    .type(file.type)
    .send(bytes);
}
