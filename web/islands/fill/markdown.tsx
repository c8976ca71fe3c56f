// The little Markdown of labels: **bold**, *em*, [links](https://…), # headings, line
// breaks. Text becomes nodes, never HTML.
import type { ComponentChildren } from "preact";

const link = /\[([^[\]]+)\]\((https?:\/\/(?:[^\s()]|\([^\s()]*\))+)\)/;
const marked = new RegExp(String.raw`(\*\*|__)(?=\S)(.+?)\1|\*(?=\S)([^*]+)\*|\b_(?=\S)([^_]+)_\b|${link.source}`, "i");

function inline(text: string): ComponentChildren {
  const found = marked.exec(text);
  if (!found) return text;
  const [whole, , strong, star, under, name, address] = found;
  return [
    text.slice(0, found.index),
    address !== undefined ? <a href={address} target="_blank" rel="noopener">{inline(name!)}</a>
      : strong !== undefined ? <strong>{inline(strong)}</strong> : <em>{inline(star ?? under ?? "")}</em>,
    inline(text.slice(found.index + whole.length)),
  ];
}

export function Markdown({ text }: { text: string }) {
  const lines = text.split(/\r?\n|<br ?\/?>/);
  return <>{lines.map((line, i) => {
    const heading = /^#{1,6}\s+(.*)/.exec(line);
    return <>{i > 0 && <br />}{heading ? <strong>{inline(heading[1]!)}</strong> : inline(line)}</>;
  })}</>;
}

/** plain is a label without its marks, for places that hold text alone. */
export function plain(text: string): string {
  return text.replace(new RegExp(link, "gi"), "$1").replace(/(\*\*|__)(.+?)\1/g, "$2").replace(/\*([^*]+)\*/g, "$1").replace(/^#{1,6}\s+/gm, "").replace(/\s*(\r?\n|<br ?\/?>)\s*/g, " ");
}
