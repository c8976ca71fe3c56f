// A form as pages for a phone: a section at the top is a page, loose questions
// beside each other share one; a short form is a single page.
import type { Definition, Field, NodeView } from "./engine/types";

export interface Page {
  section?: Field;   // names the page; one of its roots, or what its roots are cut from
  within?: string;   // the path of that section, when it is cut
  part?: string;     // which part of it this is: "2/5"
  roots: string[];   // paths of what it holds, without positions
}

const preloads = ["start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid",
  "start-geopoint", "background-geopoint", "background-audio", "audit"];
const unasked = ["note", "calculate", "hidden", "string"];

/** elementId is the id of a question's element; paths have no spaces. */
export const elementId = (path: string) => "q:" + path;

/** isAttachment: the answer names a file. */
export const isAttachment = (field: Field) => ["image", "audio", "video", "file", "background-audio", "osm"].includes(field.type);

export const isSection = (field: Field) => field.type === "group" || field.type === "repeat";

/** isAsked: shown with something to answer. */
export function isAsked(field: Field): boolean {
  return !isSection(field) && !preloads.includes(field.type) && !unasked.includes(field.type)
    && !hasWord(field, "label");
}

/** hasWord tells whether the appearance holds a word. */
export function hasWord(field: Field, word: string): boolean {
  return (field.appearance ?? "").split(" ").includes(word);
}

function count(fields: Field[]): number {
  return fields.reduce((n, field) => n + (isSection(field) ? count(field.fields ?? []) : isAsked(field) ? 1 : 0), 0);
}

const shortForm = 8, longPage = 40;

/** pages cuts a form into pages. */
export function pages(definition: Definition): Page[] {
  return sections(definition).flatMap(({ page, fields, prefix }) => count(fields) <= longPage ? [page] : numbered(parts(fields, prefix)));
}

/** Cuts what is too long for a page: fields after each other, a long section by what it holds. A repeat and a field list stay whole. */
function parts(fields: Field[], prefix: string, section?: Field): Page[] {
  const out: Page[] = [];
  let roots: string[] = [], size = 0;
  const end = () => {
    if (roots.length > 0) out.push({ section, within: section && prefix.slice(0, -1), roots });
    roots = [];
    size = 0;
  };
  for (const field of fields) {
    const n = count([field]), path = prefix + field.name;
    if (n > longPage) {
      end();
      out.push(...field.type === "group" && !hasWord(field, "field-list") ? parts(field.fields ?? [], path + "/", field) : [{ section: field, roots: [path] }]);
      continue;
    }
    if (size + n > longPage) end();
    roots.push(path);
    size += n;
  }
  end();
  return out;
}

/** Numbers the pages that are parts of one section. */
function numbered(all: Page[]): Page[] {
  for (const page of all) {
    const same = all.filter(other => other.within !== undefined && other.within === page.within);
    if (same.length > 1) page.part = `${same.indexOf(page) + 1}/${same.length}`;
  }
  return all;
}

interface Found { page: Page; fields: Field[]; prefix: string }

function sections(definition: Definition): Found[] {
  let fields = definition.fields, prefix = "";
  const seen = (all: Field[]) => all.filter(field => isSection(field) || isAsked(field) || field.type === "note");
  // A form wrapped in one section is paged by what that holds.
  for (let only = seen(fields); only.length === 1 && only[0]!.type === "group" && count(only) > shortForm; only = seen(fields)) {
    if (seen(only[0]!.fields ?? []).filter(isSection).length < 2) break;
    prefix += only[0]!.name + "/";
    fields = only[0]!.fields!;
  }
  const paged = (definition.style ?? "").includes("pages") || fields.some(field => hasWord(field, "field-list"));
  if (!paged && count(fields) <= shortForm) return [found(fields, prefix)];
  const out: Found[] = [];
  let loose: Field[] = [], asks = false;
  for (const field of fields) {
    if (!isSection(field)) {
      loose.push(field);
      asks = asks || isAsked(field);
      continue;
    }
    // What stands before a section and asks nothing belongs to its page.
    if (asks) out.push(found(loose, prefix));
    out.push(found(asks ? [field] : [...loose, field], prefix, field));
    loose = [];
    asks = false;
  }
  const last = out.pop();
  if (asks || !last) return [...out, ...last ? [last] : [], found(loose, prefix)];
  return [...out, found([...last.fields, ...loose], prefix, last.page.section)];
}

const found = (fields: Field[], prefix: string, section?: Field): Found =>
  ({ page: { section, roots: fields.map(field => prefix + field.name) }, fields, prefix });

const tables = new WeakMap<NodeView[], Map<string, NodeView>>();

/** named gives the node of a name; of long levels a table of the names is kept. */
export function named(level: NodeView[], name: string): NodeView | undefined {
  if (level.length < longPage) return level.find(node => node.field.name === name);
  let table = tables.get(level);
  if (!table) tables.set(level, table = new Map(level.map(node => [node.field.name, node] as [string, NodeView])));
  return table.get(name);
}

/** find gives the node at a path without positions. */
export function find(view: NodeView[], path: string): NodeView | undefined {
  let level: NodeView[] | undefined = view, node: NodeView | undefined;
  for (const name of path.split("/")) {
    node = level && named(level, name);
    level = node?.children;
  }
  return node;
}

/** eachField visits every field of a definition with its path, without positions. */
export function eachField({ fields }: { fields?: Field[] }, visit: (path: string, field: Field) => void, prefix = ""): void {
  for (const field of fields ?? []) {
    visit(prefix + field.name, field);
    eachField(field, visit, prefix + field.name + "/");
  }
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

/** levelOf gives the nodes among which a page's roots are, and where their names begin in the paths. */
function levelOf(view: NodeView[], { roots: [first = ""] }: Page): [NodeView[], number] {
  const cut = first.lastIndexOf("/");
  return [cut < 0 ? view : find(view, first.slice(0, cut))?.children ?? [], cut + 1];
}

export function nodesOf(view: NodeView[], page: Page): NodeView[] {
  const [level, start] = levelOf(view, page);
  return page.roots.map(path => named(level, path.slice(start))).filter((node): node is NodeView => node !== undefined);
}

const seen = new WeakMap<Page, { level: NodeView[]; shown: boolean }>();

/** isSeen: there is something to see on the page. Where nothing beside its roots has changed, it is known. */
export function isSeen(view: NodeView[], page: Page): boolean {
  const [level] = levelOf(view, page);
  const known = seen.get(page);
  if (known?.level === level) return known.shown;
  const shown = nodesOf(view, page).some(isShown);
  seen.set(page, { level, shown });
  return shown;
}

/** isShown: relevant, and there is something of it to see. */
export function isShown(node: NodeView): boolean {
  if (!node.relevant) return false;
  switch (node.field.type) {
    case "group": return (node.children ?? []).some(isShown);
    case "repeat": return !node.fixedCount || (node.instances ?? []).length > 0;
    case "calculate": return node.field.label !== undefined;
    case "hidden": case "string": return false;
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

const counts = new WeakMap<NodeView, Count>();

/** progress counts the questions to answer, and those answered. Of a section that has not changed it is known. */
export function progress(nodes: NodeView[]): Count {
  const total: Count = { asked: 0, answered: 0 };
  for (const node of nodes) {
    if (!isShown(node)) continue;
    let one = counts.get(node);
    if (!one) {
      const { field, value, readonly } = node, asks = isAsked(field) && !readonly;
      one = isSection(field) ? progress(node.instances ?? node.children ?? []) : { asked: asks ? 1 : 0, answered: asks && value !== "" ? 1 : 0 };
      if (isSection(field)) counts.set(node, one);
    }
    total.asked += one.asked;
    total.answered += one.answered;
  }
  return total;
}

const owners = new WeakMap<Page[], Map<string, number>>();

/** pageOf gives the page that a path, with positions, is on; -1 when none. */
export function pageOf(all: Page[], path: string): number {
  let owner = owners.get(all);
  if (!owner) {
    owner = new Map();
    all.forEach((page, i) => page.roots.forEach(root => owner!.set(root, i)));
    owners.set(all, owner);
  }
  for (let bare = path.replace(/\[\d+\]/g, ""); bare; bare = bare.slice(0, Math.max(0, bare.lastIndexOf("/")))) {
    const at = owner.get(bare);
    if (at !== undefined) return at;
  }
  return -1;
}

/** onPage tells whether a path, with positions, is on a page. */
export function onPage(page: Page, path: string): boolean {
  const bare = path.replace(/\[\d+\]/g, "");
  return page.roots.some(root => bare === root || bare.startsWith(root + "/"));
}
