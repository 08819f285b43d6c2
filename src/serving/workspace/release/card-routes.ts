/** The model card of the served release: what is known of it and what nobody has said, and its files as they were signed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { RELEASE_DAMAGED, ROUTE_UNKNOWN } from "../../../errors/registry.ts";
import type { ServerContext } from "../../server-context.ts";
import { OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";

/** Files of a card, as the release holds them. */
const CARD_FILES = {
  "card.pdf": "application/pdf",
  "card.html": "text/html; charset=utf-8",
  "card.json": "application/json",
  "card.xml": "application/xml",
  "tripod.json": "application/json",
} as const;
type CardFile = keyof typeof CARD_FILES;
const CARD_FILE_NAMES = Object.keys(CARD_FILES) as [CardFile, ...CardFile[]];

const attribute = z.object({
  number: z.int(),
  group: z.string(),
  title: z.string(),
  value: z.string().nullable(),
});
const item = z.object({
  item: z.string(),
  section: z.string(),
  title: z.string(),
  value: z.string().nullable(),
});
const cardAnswerSchema = z.object({
  release: z.string(),
  name: z.string(),
  version: z.string(),
  createdAt: z.string(),
  reviewBy: z.string(),
  verdict: z.string(),
  words: z.string(),
  attributes: z.array(attribute),
  /** TRIPOD+AI; empty where the release holds no checklist. */
  checklist: z.array(item),
  /** Those that the release holds. */
  files: z.array(z.enum(CARD_FILE_NAMES)),
});
const cardSchema = cardAnswerSchema.omit({ release: true, checklist: true, files: true });
const tripodSchema = z.object({ items: z.array(item) });

export type CardAnswer = z.output<typeof cardAnswerSchema>;

export function cardRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { manifest, card } = context.model;
  const has = (name: CardFile) => Object.hasOwn(manifest.files, name);
  app.get(
    "/workspace/release/card",
    {
      schema: {
        tags: ["workspace"],
        summary: "The model card of the served release, with what nobody has said",
        response: { 200: cardAnswerSchema },
      },
    },
    async (request) => {
      sessionWithRole(request, OVERSEEING);
      const parsed = cardSchema.safeParse(card);
      if (!parsed.success) throw new LongitudeError(ROUTE_UNKNOWN, "the release holds no model card");
      const checklist = has("tripod.json")
        ? tripodSchema.parse(JSON.parse((await signedFile("tripod.json")).toString())).items
        : [];
      return { ...parsed.data, release: manifest.id, checklist, files: CARD_FILE_NAMES.filter(has) };
    },
  );
  app.get(
    "/workspace/release/card/:file",
    {
      schema: {
        tags: ["workspace"],
        summary: "A file of the model card, byte for byte as it was signed",
        params: z.object({ file: z.enum(CARD_FILE_NAMES) }),
      },
    },
    async (request, reply) => {
      sessionWithRole(request, OVERSEEING);
      const { file } = request.params;
      const bytes = await signedFile(file);
      return reply
        .header("content-disposition", `attachment; filename="${manifest.id}-${file}"`)
        .type(CARD_FILES[file])
        .send(bytes);
    },
  );

  /** @throws LongitudeError ROUTE_UNKNOWN, RELEASE_DAMAGED */
  async function signedFile(name: CardFile): Promise<Buffer> {
    if (!has(name)) throw new LongitudeError(ROUTE_UNKNOWN, `the release holds no ${name}`);
    const folder = (await context.releases()).find(({ id }) => id === manifest.id)?.folder;
    const bytes = await readFile(join(context.folder, folder ?? "", name)).catch(() => null);
    if (bytes === null || createHash("sha256").update(bytes).digest("hex") !== manifest.files[name])
      throw new LongitudeError(RELEASE_DAMAGED, `${manifest.id}: ${name} is not what was signed`);
    return bytes;
  }
}
