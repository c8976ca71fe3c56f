// Reads the files that fill secondary instances: CSV, XML and GeoJSON. What is no such
// file, or larger than the server takes, gives no nodes.

import { type Cells, Item, instanceOf } from "./items";

/** The instance(…) node of a media file, by its name's ending. */
export function read(name: string, content: string): Item | undefined {
  content = content.replace(/^\ufeff/, "");
  if (/\.csv$/i.test(name)) return instanceOf(csv(content));
  try {
    return /\.geojson$/i.test(name) ? geojson(content) : xml(content);
  } catch (e) {
    return undefined;
  }
}

/** RFC 4180, with commas, or where the header has more of these, semicolons or tabs. */
function csv(content: string): Cells {
  const header = content.slice(0, (content + "\n").indexOf("\n"));
  const count = (sign: string) => header.split(sign).length;
  const separator = count(";") > count(",") ? ";" : count("\t") > count(",") ? "\t" : ",";
  const rows: string[][] = [];
  let row: string[] = [];
  const piece = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n][^${separator}\\r\\n]*)?)(${separator}|\\r?\\n|\\r|$)`, "y");
  while (piece.lastIndex < content.length) {
    const found = piece.exec(content);
    if (!found) break;
    row.push(found[1] !== undefined ? found[1].replace(/""/g, '"') : found[2] || "");
    if (found[3] === separator && piece.lastIndex < content.length) continue;
    if (found[3] === separator) row.push("");
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
  }
  const columns = (rows.shift() || []).map(name => name.trim());
  return { columns, size: rows.length, cell: (i, column) => rows[i]![column] || "" };
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(s: string): string {
  return s.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) =>
    name ? entities[name] || whole : String.fromCodePoint(decimal ? +decimal : parseInt(hex, 16)));
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

/** A document, or the content of an instance element. */
export function xml(content: string): Item {
  const top = new Item("instance");
  let at = top;
  const token = /<!--[^]*?-->|<!\[CDATA\[([^]*?)]]>|<\?[^]*?\?>|<!DOCTYPE[^[>]*(?:\[[^\]]*])?[^>]*>|<\/\s*[^\s>]+\s*>|<([^\s/>]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/g;
  for (let found; (found = token.exec(content)); ) {
    const [whole, data, name, attributes, empty] = found;
    if (data !== undefined) at.value += data;
    else if (whole[0] !== "<") at.value += decoded(whole);
    else if (whole[1] === "/") {
      at = close(at) || top;
    } else if (name) {
      const kid = at.add(local(name));
      if (attributes) attributes.replace(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g, (_, key: string, a = "", b = "") => {
        if (!/^xmlns\b/.test(key)) (kid.attributes = kid.attributes || []).push(new Item(local(key), kid, decoded(a + b)));
        return "";
      });
      if (empty) kid.value = "";
      else at = kid;
    }
  }
  return top;
}

// White space between elements is no text.
function close(item: Item): Item | undefined {
  if (item.kids.length && !item.value.trim()) item.value = "";
  return item.parent;
}

interface Feature { id?: unknown; geometry?: { type: string; coordinates: unknown[] } | null; properties?: Record<string, unknown> | null }
type Position = [number, number];

function geojson(content: string): Item | undefined {
  const { type, features } = JSON.parse(content) as { type: string; features: Feature[] };
  if (type !== "FeatureCollection") return undefined;
  const top = new Item("instance"), root = top.add("root");
  for (const { id, geometry, properties } of features) {
    const item = root.add("item");
    if (geometry) item.add("geometry", points(geometry.type, geometry.coordinates));
    const texts: Record<string, unknown> = { ...properties };
    if (id !== undefined && id !== null) texts.id = id;
    for (const name of Object.keys(texts)) item.add(name, written(texts[name]));
  }
  return top;
}

function written(value: unknown): string {
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

// A polygon is its outer ring.
function points(type: string, coordinates: unknown[]): string {
  const list = type === "Point" ? [coordinates] : type === "Polygon" ? coordinates[0] : type === "LineString" ? coordinates : [];
  return (list as Position[]).map(([longitude, latitude]) => `${latitude} ${longitude} 0 0`).join("; ");
}
