// The files that the browser tests upload and open: zip, XLSX, DOCX and PNG, written
// and read with what Node has.
import assert from 'node:assert/strict';
import { crc32, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';

const numbers = (size, ...values) => {
  const raw = Buffer.alloc(size * values.length);
  values.forEach((value, i) => raw.writeUIntLE(value, i * size, size));
  return raw;
};

// zip packs files, given by name, without compressing them.
export function zip(files) {
  const bodies = [], directory = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content), path = Buffer.from(name);
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const facts = Buffer.concat([numbers(2, 20, 0x800, 0, 0, 0x21), numbers(4, crc32(raw), raw.length, raw.length), numbers(2, path.length, 0)]);
    const body = Buffer.concat([numbers(4, 0x04034b50), facts, path, raw]);
    directory.push(Buffer.concat([numbers(4, 0x02014b50), numbers(2, 20), facts, numbers(2, 0, 0, 0), numbers(4, 0, at), path]));
    bodies.push(body);
    at += body.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.concat([numbers(4, 0x06054b50), numbers(2, 0, 0, directory.length, directory.length), numbers(4, listed.length, at), numbers(2, 0)]);
  return Buffer.concat([...bodies, listed, end]);
}

// unzip gives a zip's files by name.
export function unzip(raw) {
  const files = {};
  const end = raw.lastIndexOf(numbers(4, 0x06054b50));
  assert.ok(end >= 0, 'not a zip file');
  let at = raw.readUInt32LE(end + 16);
  for (let left = raw.readUInt16LE(end + 10); left > 0; left--) {
    const method = raw.readUInt16LE(at + 10), sum = raw.readUInt32LE(at + 16), packed = raw.readUInt32LE(at + 20);
    const [name, extra, comment] = [28, 30, 32].map(offset => raw.readUInt16LE(at + offset));
    const local = raw.readUInt32LE(at + 42);
    const start = local + 30 + raw.readUInt16LE(local + 26) + raw.readUInt16LE(local + 28);
    const path = raw.toString('utf8', at + 46, at + 46 + name), body = raw.subarray(start, start + packed);
    files[path] = method === 0 ? body : inflateRawSync(body);
    assert.equal(crc32(files[path]), sum, `${path} is damaged`);
    at += 46 + name + extra + comment;
  }
  return files;
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = text => String(text).replace(/[&<>"]/g, c => escapes[c]);
const plain = xml => xml.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
  name ? { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)));

const office = 'application/vnd.openxmlformats-officedocument';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

// packed is an office document: its main part, further parts, and how they hang together.
function packed(main, type, parts, links) {
  const types = Object.keys(parts).map(name => `<Override PartName="/${name}" ContentType="${name === main ? type : `${office}.spreadsheetml.worksheet+xml`}"/>`);
  const link = (id, kind, target) => `<Relationship Id="${id}" Type="${relations}/${kind}" Target="${target}"/>`;
  const list = items => `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
  return zip({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${types.join('')}</Types>`,
    '_rels/.rels': list([link('main', 'officeDocument', main)]),
    [main.replace(/([^/]+)$/, '_rels/$1.rels')]: list(links.map(([id, target]) => link(id, 'worksheet', target))),
    ...parts,
  });
}

// workbook is an XLSX of sheets, each an array of rows of text, of at most 26 columns.
export function workbook(sheets) {
  const names = Object.keys(sheets), sheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const cell = (text, place) => `<c r="${place}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;
  const rows = content => content.map((row, i) => `<row r="${i + 1}">${row.map((text, j) => cell(text, String.fromCharCode(65 + j) + (i + 1))).join('')}</row>`).join('');
  const parts = { 'xl/workbook.xml': `<workbook xmlns="${sheet}" xmlns:r="${relations}"><sheets>${names.map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="r${i}"/>`).join('')}</sheets></workbook>` };
  names.forEach((name, i) => { parts[`xl/worksheets/sheet${i}.xml`] = `<worksheet xmlns="${sheet}"><sheetData>${rows(sheets[name])}</sheetData></worksheet>`; });
  return packed('xl/workbook.xml', `${office}.spreadsheetml.sheet.main+xml`, parts, names.map((_, i) => [`r${i}`, `worksheets/sheet${i}.xml`]));
}

// documentOf is a DOCX of a heading and paragraphs.
export function documentOf(heading, paragraphs) {
  const paragraph = (text, properties = '') => `<w:p>${properties}<w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`;
  const body = paragraph(heading, '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>') + paragraphs.map(text => paragraph(text)).join('');
  return packed('word/document.xml', `${office}.wordprocessingml.document.main+xml`, {
    'word/document.xml': `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  }, []);
}

// sheetsOf reads an XLSX: its sheets by name, each an array of rows of values;
// numbers are numbers.
export function sheetsOf(raw) {
  const files = unzip(raw), text = name => (files[name] ?? '').toString();
  const all = (xml, pattern) => [...xml.matchAll(pattern)];
  const said = xml => all(xml, /<t(?:\s[^>]*)?>([^<]*)<\/t>/g).map(m => plain(m[1])).join('');
  const shared = all(text('xl/sharedStrings.xml'), /<si>(.*?)<\/si>/gs).map(m => said(m[1]));
  const targets = Object.fromEntries(all(text('xl/_rels/workbook.xml.rels'), /<Relationship\s[^>]*>/g)
    .map(([tag]) => [/\sId="([^"]*)"/.exec(tag)[1], /\sTarget="([^"]*)"/.exec(tag)[1]]));
  const column = letters => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
  const value = (type, inner) => {
    const v = /<v>([^<]*)<\/v>/.exec(inner)?.[1];
    if (type === 's') return shared[v];
    if (type === 'inlineStr') return said(inner);
    return v === undefined ? '' : type === 'str' ? plain(v) : Number(v);
  };
  return Object.fromEntries(all(text('xl/workbook.xml'), /<sheet\s[^>]*>/g).map(([tag]) => {
    const target = targets[/\sr:id="([^"]*)"/.exec(tag)[1]];
    const xml = text(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    return [plain(/\sname="([^"]*)"/.exec(tag)[1]), all(xml, /<row\b[^>]*?(?:\/>|>(.*?)<\/row>)/gs).map(([, cells]) => {
      const row = [];
      for (const [, attributes, inner] of all(cells ?? '', /<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
        row[column(/r="([A-Z]+)/.exec(attributes)[1])] = value(/\bt="(\w+)"/.exec(attributes)?.[1], inner ?? '');
      }
      return Array.from(row, cell => cell ?? '');
    })];
  }));
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

// picture is a PNG in colour.
export function picture(width, height) {
  const rows = Buffer.alloc(height * (1 + width * 3), 0);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set([x * 255 / width, y * 255 / height, 128], y * (1 + width * 3) + 1 + x * 3);
  const big = value => numbers(4, value).reverse();
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([big(data.length), body, big(crc32(body))]);
  };
  return Buffer.concat([signature, chunk('IHDR', Buffer.concat([big(width), big(height), Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// pictureOf opens a PNG: its size in pixels and dots per inch. A damaged one fails.
export function pictureOf(raw) {
  assert.deepEqual(raw.subarray(0, 8), signature, 'not a PNG');
  const found = { data: [] };
  for (let at = 8; at < raw.length;) {
    const length = raw.readUInt32BE(at), type = raw.toString('latin1', at + 4, at + 8), data = raw.subarray(at + 8, at + 8 + length);
    assert.equal(crc32(raw.subarray(at + 4, at + 8 + length)), raw.readUInt32BE(at + 8 + length), `${type} is damaged`);
    if (type === 'IHDR') Object.assign(found, { width: data.readUInt32BE(0), height: data.readUInt32BE(4), bits: data[8] * { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[data[9]] });
    if (type === 'pHYs') found.dpi = Math.round(data.readUInt32BE(0) * 0.0254);
    if (type === 'IDAT') found.data.push(data);
    at += 12 + length;
  }
  const { width, height, bits, dpi, data } = found;
  assert.equal(inflateSync(Buffer.concat(data)).length, height * (1 + Math.ceil(width * bits / 8)), 'the pixels of the PNG');
  return { width, height, dpi };
}
