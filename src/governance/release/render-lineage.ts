/** The lineage graph as one page, with its table. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { page } from "../../drawing/page.ts";
import type { LineageGraph, LineageNode } from "./lineage-graph.ts";

const BOX = { width: 150, height: 44, gapX: 50, gapY: 18, edge: 10 } as const;

export function renderLineage(graph: LineageGraph): string {
  const title = `Lineage of ${graph.release}`;
  const head = markup`<header><h1>${title}</h1><p>Version ${graph.version}, model <code>${graph.model.slice(0, 16)}</code>: everything that it was made from, from the import of the records on. An id is the hash of what was made and from what.</p></header>`;
  return page(title, head, [
    { id: "graph", title: "Graph", content: drawing(graph.nodes) },
    {
      id: "table",
      title: "Table",
      content: dataTable({
        caption: "What was made from what",
        columns: ["Made", "Id", "Made from"],
        rows: graph.nodes.map(({ kind, id, from }) => [
          kind,
          id,
          from.map((one) => `${one.role} ${one.id.slice(0, 16)}`).join(", ") || "the export",
        ]),
      }),
    },
  ]);
}

function drawing(nodes: readonly LineageNode[]): Markup {
  const rows = new Map<number, number>();
  const places = new Map(
    nodes.map(({ id, step }) => {
      const row = rows.get(step) ?? 0;
      rows.set(step, row + 1);
      const x = BOX.edge + step * (BOX.width + BOX.gapX);
      return [id, { x, y: BOX.edge + row * (BOX.height + BOX.gapY) }] as const;
    }),
  );
  const width =
    BOX.edge * 2 + Math.max(...nodes.map(({ step }) => step)) * (BOX.width + BOX.gapX) + BOX.width;
  const height = BOX.edge * 2 + Math.max(...rows.values()) * (BOX.height + BOX.gapY);
  const edges = nodes.flatMap(({ id, from }) =>
    from.flatMap((one) => {
      const [a, b] = [places.get(one.id), places.get(id)];
      if (a === undefined || b === undefined) return [];
      const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
      const bend = BOX.gapX / 2;
      return [
        markup`<path fill="none" stroke="currentColor" stroke-opacity="0.45" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`,
      ];
    }),
  );
  const boxes = nodes.map(({ id, kind }) => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 };
    return markup`<g><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="Canvas" stroke="currentColor"/><text x="${x + 10}" y="${y + 18}" font-size="13" fill="currentColor">${kind}</text><text x="${x + 10}" y="${y + 35}" font-size="11" fill="currentColor">${id.slice(0, 20)}</text></g>`;
  });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Lineage graph"><svg role="img" aria-label="Lineage from the import of the records to the release; the table says the same" viewBox="0 0 ${width} ${height}" style="display:block;width:100%">${edges}${boxes}</svg></div>`;
}
