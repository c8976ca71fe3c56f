// Why a select whose filter offers nothing has nothing to offer.
import { isAsked, leaves } from "./pages";
import type { NodeView, Tree } from "./engine/types";

function references(tree: Tree): string[] {
  const inside = [...tree.a ?? [], ...tree.b ? [tree.b] : [], ...(tree.st ?? []).flatMap(step => step.p ?? [])];
  return [...tree.k === "ref" ? [tree.s!] : [], ...inside.flatMap(references)];
}

/**
 * lacking gives the first unanswered question that the filter of node depends on,
 * "answered" when it depends on none such, "unknown" when it depends on what is not asked.
 */
export function lacking(view: NodeView[], node: NodeView): NodeView | "answered" | "unknown" {
  const names = new Set(references(node.field.choiceFilter!.root)), known = new Set<string>();
  let first: NodeView | undefined;
  leaves(view, other => {
    // Of repeats only the instance that node is in.
    const instance = other.path.slice(0, other.path.lastIndexOf("]") + 1);
    if (!names.has(other.field.name) || !isAsked(other.field) || !node.path.startsWith(instance)) return;
    known.add(other.field.name);
    if (other.value === "") first ??= other;
  });
  return first ?? (known.size === names.size ? "answered" : "unknown");
}
