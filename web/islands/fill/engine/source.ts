// Reads the files that fill secondary instances: CSV, XML and GeoJSON. The server has
// refused what is none; what comes here all the same gives no nodes.

import { type Cells, Item, instanceOf } from "./items";
import { text } from "./values";

/** The instance(…) node of a media file, by its name's ending; undefined of other kinds. */
export function read(name: string, content: string): Item | undefined {
  content = content.replace(/^\ufeff/, "");
  try {
    switch (name.slice(name.lastIndexOf(".")).toLowerCase()) {
      case ".csv": return instanceOf(csv(content));
      case ".xml": return xml(content);
      case ".geojson": return geojson(content);
    }
  } catch (e) {
    // as if it were not there
  }
  return undefined;
}

// RFC 4180, with commas, or where the header has more of these, semicolons or tabs. A
// quotation mark that is out of place is a sign like any other.
function csv(content: string): Cells {
  const header = content.slice(0, (content + "\n").indexOf("\n"));
  const count = (sign: string) => header.split(sign).length;
  const separator = count(";") > count(",") ? ";" : count("\t") > count(",") ? "\t" : ",";
  content = content.replace(/\r\n/g, "\n");
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < content.length; at++) {
    let end = at, cell = "";
    if (content[at] === '"') [cell, end] = quoted(content, at + 1, separator);
    else {
      while (end < content.length && content[end] !== separator && content[end] !== "\n") end++;
      cell = content.slice(at, end);
    }
    const isBlank = content[at] === "\n" && !row.length;
    if (!isBlank) row.push(cell);
    if (content[end] === separator && end + 1 === content.length) row.push("");
    if (!isBlank && (content[end] !== separator || end + 1 === content.length)) {
      rows.push(row);
      row = [];
    }
    at = end;
  }
  const columns = (rows.shift() || []).map(name => name.trim());
  return { columns, size: rows.length, cell: (i, column) => (columns[column] ? rows[i]![column] || "" : undefined) };
}

// The cell that begins within quotation marks, and where it ends.
function quoted(content: string, at: number, separator: string): [string, number] {
  let cell = "";
  for (;;) {
    const mark = content.indexOf('"', at);
    if (mark < 0) return [cell + content.slice(at), content.length];
    cell += content.slice(at, mark);
    const next = content[mark + 1];
    if (next === undefined || next === separator || next === "\n") return [cell, mark + 1];
    cell += '"';
    at = mark + (next === '"' ? 2 : 1);
  }
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(s: string): string {
  return s.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) =>
    name ? entities[name] || whole : String.fromCodePoint(decimal ? +decimal : parseInt(hex, 16)));
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

const token = /<!--[^]*?-->|<!\[CDATA\[([^]*?)]]>|<\?[^]*?\?>|<!DOCTYPE[^[>]*(?:\[[^\]]*])?[^>]*>|<\/\s*[^\s>]+\s*>|<([^\s/>]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/g;

/** The instance(…) node of a document, or of what stands in the form. */
export function xml(content: string): Item | undefined {
  const top = new Item("instance");
  let at = top;
  content.replace(/\r\n?/g, "\n").replace(token, (whole, data?: string, name?: string, attributes?: string, empty?: string) => {
    if (name) {
      const kid = at.add(local(name));
      if (attributes) kid.attributes = attributesOf(attributes, kid);
      if (!empty) at = kid;
    } else if (whole[1] === "/" && at.parent) {
      if (at.kids.length && !at.value.trim()) at.value = ""; // indentation
      at = at.parent;
    } else if (at !== top && (data !== undefined || whole[0] !== "<")) {
      at.value += data !== undefined ? data : decoded(whole);
    }
    return "";
  });
  return top.kids.length ? top : undefined;
}

function attributesOf(written: string, of: Item): Item[] {
  const found: Item[] = [];
  written.replace(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g, (_, name: string, a = "", b = "") => {
    if (!/^xmlns\b/.test(name)) found.push(new Item(local(name), of, decoded(a + b)));
    return "";
  });
  return found;
}

interface Feature { id?: unknown; geometry?: { type: string; coordinates: unknown[] } | null; properties?: Record<string, unknown> | null }

function geojson(content: string): Item | undefined {
  const { type, features } = JSON.parse(content) as { type: string; features: Feature[] };
  if (type !== "FeatureCollection") return undefined;
  const top = new Item("instance"), root = top.add("root");
  for (const { id, geometry, properties } of features) {
    const item = root.add("item"), own = id !== undefined && id !== null;
    if (geometry) item.add("geometry", line(geometry.type, geometry.coordinates));
    if (own) item.add("id", written(id));
    for (const name in properties) if (name !== "geometry" && (name !== "id" || !own)) item.add(name, written(properties[name]));
  }
  return top;
}

function written(value: unknown): string {
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : text(value as string | number | boolean);
}

// A polygon is its outer ring.
function line(type: string, coordinates: unknown[]): string {
  const list = type === "Point" ? [coordinates] : type === "Polygon" ? coordinates[0] : type === "LineString" ? coordinates : [];
  return (list as number[][]).map(([longitude, latitude]) => `${written(latitude)} ${written(longitude)} 0 0`).join("; ");
}
