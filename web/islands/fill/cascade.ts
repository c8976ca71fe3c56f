// Why a select whose filter offers nothing has nothing to offer.
import { isAsked, isShown, named } from "./pages";
import { subtrees } from "./engine/subtrees";
import type { NodeView, Tree } from "./engine/types";

/** references gives the names on the way to each field that a tree reads. */
function references(tree: Tree): string[][] {
  return subtrees(tree).flatMap(({ k, t = [] }) => k === "ref" ? [t] : []);
}

/** reached gives the node of a field that a question sees: of repeats in the instance that the question is in. */
function reached(view: NodeView[], names: string[], from: string): NodeView | undefined {
  const own = from.split("/");
  let level: NodeView[] | undefined = view, node: NodeView | undefined, together = true;
  for (let i = 0; i < names.length; i++) {
    const [, name, position] = /^([^[]*)(?:\[(\d+)])?/.exec(own[i] ?? "")!;
    together &&= name === names[i];
    node = level && named(level, names[i]!);
    if (!node || !isShown(node)) return undefined;
    if (node.instances && i + 1 < names.length) node = together && position ? node.instances[Number(position) - 1] : undefined;
    level = node?.children;
  }
  return node;
}

/**
 * lacking gives the first unanswered question that the filter of node depends on,
 * "answered" when it depends on none such, "unknown" when it depends on what is not asked.
 */
export function lacking(view: NodeView[], node: NodeView): NodeView | "answered" | "unknown" {
  const found = references(node.field.choiceFilter!.root).map(names => reached(view, names, node.path));
  const asked = found.filter((other): other is NodeView => other !== undefined && isAsked(other.field));
  return asked.find(other => other.value === "") ?? (asked.length === found.length ? "answered" : "unknown");
}
