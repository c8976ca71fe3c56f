// A form as pages for a phone: a section at the top is a page, loose questions
// beside each other share one; a short form is a single page.
import type { Definition, Field, NodeView } from "./engine/types";

export interface Page {
  section?: Field;   // names the page; one of its roots
  roots: string[];   // paths of what it holds, without positions
}

const preloads = ["start", "end", "today", "deviceid", "username"];

export const isSection = (field: Field) => field.type === "group" || field.type === "repeat";

/** isAsked: shown with something to answer. */
export function isAsked(field: Field): boolean {
  return !isSection(field) && !preloads.includes(field.type) && !["note", "calculate", "hidden"].includes(field.type)
    && !hasWord(field, "label");
}

/** hasWord tells whether the appearance holds a word. */
export function hasWord(field: Field, word: string): boolean {
  return (field.appearance ?? "").split(" ").includes(word);
}

function count(fields: Field[]): number {
  return fields.reduce((n, field) => n + (isSection(field) ? count(field.fields ?? []) : isAsked(field) ? 1 : 0), 0);
}

const shortForm = 8;

export function pages(definition: Definition): Page[] {
  let fields = definition.fields, prefix = "";
  const seen = (all: Field[]) => all.filter(field => isSection(field) || isAsked(field) || field.type === "note");
  // A form wrapped in one section is paged by what that holds.
  for (let only = seen(fields); only.length === 1 && only[0]!.type === "group" && count(only) > shortForm; only = seen(fields)) {
    if (seen(only[0]!.fields ?? []).filter(isSection).length < 2) break;
    prefix += only[0]!.name + "/";
    fields = only[0]!.fields!;
  }
  const paged = (definition.style ?? "").includes("pages") || fields.some(field => hasWord(field, "field-list"));
  if (!paged && count(fields) <= shortForm) return [{ roots: fields.map(field => prefix + field.name) }];
  const out: Page[] = [];
  let loose: Page = { roots: [] }, asks = false;
  for (const field of fields) {
    const path = prefix + field.name;
    loose.roots.push(path);
    if (isSection(field)) {
      // What stands before a section and asks nothing belongs to its page.
      if (asks) out.push({ roots: loose.roots.slice(0, -1) });
      out.push({ section: field, roots: asks ? [path] : loose.roots });
      loose = { roots: [] };
      asks = false;
    } else {
      asks = asks || isAsked(field);
    }
  }
  const last = out[out.length - 1];
  if (asks || !last) out.push(loose);
  else last.roots.push(...loose.roots);
  return out;
}

/** find gives the node at a path without positions. */
export function find(view: NodeView[], path: string): NodeView | undefined {
  let level: NodeView[] | undefined = view, node: NodeView | undefined;
  for (const name of path.split("/")) {
    node = level?.find(n => n.field.name === name);
    level = node?.children;
  }
  return node;
}

/** fieldAt gives the field at a path, with positions or without. */
export function fieldAt(definition: Definition, path: string): Field | undefined {
  let level: Field[] | undefined = definition.fields, field: Field | undefined;
  for (const name of path.replace(/\[\d+\]/g, "").split("/")) {
    field = level?.find(f => f.name === name);
    level = field?.fields;
  }
  return field;
}

export function nodesOf(view: NodeView[], page: Page): NodeView[] {
  return page.roots.map(path => find(view, path)).filter((node): node is NodeView => node !== undefined);
}

/** isShown: relevant, and there is something of it to see. */
export function isShown(node: NodeView): boolean {
  if (!node.relevant) return false;
  switch (node.field.type) {
    case "group": return (node.children ?? []).some(isShown);
    case "repeat": return !node.fixedCount || (node.instances ?? []).length > 0;
    case "calculate": return node.field.label !== undefined;
    case "hidden": return false;
    default: return !preloads.includes(node.field.type);
  }
}

/** leaves visits every shown question in order, through repeats. */
export function leaves(nodes: NodeView[], visit: (node: NodeView) => void): void {
  for (const node of nodes) {
    if (!isShown(node)) continue;
    if (isSection(node.field)) leaves(node.instances ?? node.children ?? [], visit);
    else visit(node);
  }
}

export interface Count { asked: number; answered: number }

/** progress counts the questions to answer, and those answered. */
export function progress(nodes: NodeView[]): Count {
  const total: Count = { asked: 0, answered: 0 };
  leaves(nodes, node => {
    if (!isAsked(node.field) || node.readonly) return;
    total.asked++;
    if (node.value !== "") total.answered++;
  });
  return total;
}

/** pageOf gives the page that a path, with positions, is on; -1 when none. */
export function pageOf(all: Page[], path: string): number {
  const bare = path.replace(/\[\d+\]/g, "");
  return all.findIndex(page => page.roots.some(root => bare === root || bare.startsWith(root + "/")));
}
