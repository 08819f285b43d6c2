/** The same as the graph, as a nested list: what was asked about, below it what it was made from, and so on back to the export. */
import { Link } from "@tanstack/react-router";
import type { LineageNode } from "../../../../src/serving/workspace/building/lineage-answer.ts";
import english from "../../../languages/en/lineage.json";
import { useTexts } from "../../language/texts.ts";

/** Screens that show more of a kind. */
const SCREENS: Readonly<Record<string, (id: string) => { readonly to: string; readonly search?: object }>> = {
  model: (run) => ({ to: "/runs", search: { run } }),
  language: (run) => ({ to: "/runs", search: { run } }),
  evaluation: () => ({ to: "/evidence" }),
  release: () => ({ to: "/release" }),
};

export function LineageList({
  nodes,
  root,
}: {
  readonly nodes: readonly LineageNode[];
  readonly root: string;
}) {
  const tree = treeOf(nodes, root);
  return tree === null ? null : (
    <ul className="lineage-list">
      <Item branch={tree} />
    </ul>
  );
}

interface Branch {
  readonly node: LineageNode;
  /** What it is to what was made from it; null at the root. */
  readonly input: string | null;
  /** Told in full further up. */
  readonly again: boolean;
  readonly below: readonly Branch[];
}

/** What is used more than once is told in full where it comes first. */
function treeOf(nodes: readonly LineageNode[], root: string): Branch | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const told = new Set<string>();
  const branch = (id: string, input: string | null): Branch | null => {
    const node = byId.get(id);
    if (node === undefined) return null;
    const again = told.has(id);
    told.add(id);
    const below = again ? [] : node.from.flatMap((one) => branch(one.id, one.role) ?? []);
    return { node, input, again: again && node.from.length > 0, below };
  };
  return branch(root, null);
}

function Item({ branch: { node, input, again, below } }: { readonly branch: Branch }) {
  const t = useTexts("lineage", english);
  const link = node.madeAt === null ? undefined : SCREENS[node.kind]?.(node.id);
  const name = `${node.kind} ${node.id.slice(0, 16)}`;
  return (
    <li>
      {input !== null && input !== node.kind && <span className="soft">{input}: </span>}
      {link === undefined ? name : <Link {...(link as { to: string })}>{name}</Link>}{" "}
      <span className="soft small">
        {node.what === "outside"
          ? t("fromOutside")
          : node.madeAt === null
            ? t("notHere")
            : t("madeAt", { at: node.madeAt.slice(0, 16).replace("T", " ") })}
        {node.codeVersion !== null && `, ${t("code", { code: node.codeVersion.slice(0, 10) })}`}
        {again && `, ${t("above")}`}
      </span>
      {below.length > 0 && (
        <ul>
          {below.map((one) => (
            <Item key={one.input} branch={one} />
          ))}
        </ul>
      )}
    </li>
  );
}
