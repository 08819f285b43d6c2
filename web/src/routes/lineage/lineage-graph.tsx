/** A row a step, from what comes from outside at the top to what was asked about at the bottom; a line from each to what it was made into. */
import type { LineageNode } from "../../../../src/serving/workspace/building/lineage-answer.ts";

const BOX = { width: 136, height: 46 };
const GAP = { x: 20, y: 44 };
const MARGIN = 6;

interface Placed {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
}

export interface LineageGraphProps {
  readonly nodes: readonly LineageNode[];
  readonly root: string;
  readonly label: string;
}

export function LineageGraph({ nodes, root, label }: LineageGraphProps) {
  const rows = rowsOf(nodes);
  const widest = Math.max(...rows.map((row) => row.length));
  const width = widest * (BOX.width + GAP.x) - GAP.x + 2 * MARGIN;
  const height = rows.length * (BOX.height + GAP.y) - GAP.y + 2 * MARGIN;
  const placed = new Map<string, Placed>();
  for (const [y, row] of rows.entries()) {
    const own = row.length * (BOX.width + GAP.x) - GAP.x;
    for (const [x, node] of row.entries())
      placed.set(node.id, {
        node,
        x: (width - own) / 2 + x * (BOX.width + GAP.x),
        y: MARGIN + y * (BOX.height + GAP.y),
      });
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={label}>
      <svg
        className="lineage"
        role="img"
        aria-label={label}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
      >
        {[...placed.values()].flatMap((to) =>
          to.node.from.map(({ id, role }) => {
            const from = placed.get(id);
            return from === undefined ? null : <path key={`${to.node.id} ${role}`} d={line(from, to)} />;
          }),
        )}
        {[...placed.values()].map(({ node, x, y }) => (
          <g
            key={node.id}
            transform={`translate(${x} ${y})`}
            className={node.id === root ? "root" : node.what}
          >
            <rect width={BOX.width} height={BOX.height} rx={node.what === "outside" ? 20 : 4} />
            <text x={BOX.width / 2} y={19} className="kind">
              {short(node.kind)}
            </text>
            <text x={BOX.width / 2} y={36} className="id">
              {node.id.slice(0, 14)}
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}

/** What comes from outside stands directly above what is made of it, so that lines stay short. */
function rowsOf(nodes: readonly LineageNode[]): LineageNode[][] {
  const rows: LineageNode[][] = [];
  for (const node of nodes) {
    const users = nodes.filter(({ from }) => from.some(({ id }) => id === node.id));
    const first = Math.min(...users.map(({ step }) => step));
    const row = node.what === "outside" && Number.isFinite(first) ? first - 1 : node.step;
    rows[row] = [...(rows[row] ?? []), node];
  }
  return rows.filter((row) => row !== undefined);
}

function line(from: Placed, to: Placed): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const [x2, y2] = [to.x + BOX.width / 2, to.y];
  const bend = Math.max(20, (y2 - y1) / 2);
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

function short(text: string): string {
  return text.length > 18 ? `${text.slice(0, 17)}…` : text;
}
