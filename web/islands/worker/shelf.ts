// What the worker keeps: pages, each with what it needs, and whose they are. A page stands on the
// shelf only when all that it needs stands there too; what no page needs goes.

/** Who is signed in, as pages tell. */
export interface Person { id: string; name: string; login: string }

/** What a page asks of the worker: to keep pages, by path. */
export interface Order {
  keep: string[];
  person?: Person;       // whose they are; none: of a public page
  stamp?: string;        // the mark of what is kept, to be found in the book again
  fresh?: string[];      // paths of media files that are brought again although they are kept, alone when no page is
  lean?: boolean;        // without media files
  drop?: string[];       // pages that nobody needs any more
  settled?: boolean;     // all that is to be kept is: what an earlier program kept may go
}

/** What became of it. */
export interface Told { ok: boolean; full?: boolean; bytes: number }

interface KeptPage { user: string; stamp: string; needs: Record<string, number> }

/** What is kept: for whom, and of each page the bytes of what it needs. */
export interface Book { person?: Person; pages: Record<string, KeptPage>; coming: string[] }

export const shelfName = "tianye-shelf", bookPath = "/-/book";
const formerName = "tianye-fill";

const absolute = (path: string) => new URL(path, location.origin).href;

export async function bookOf(): Promise<Book> {
  const found = await (await caches.open(shelfName)).match(absolute(bookPath));
  return found ? await found.json() as Book : { pages: {}, coming: [] };
}

/** shelve puts an answer on the shelf. */
export async function shelve(url: string, answer: Response): Promise<void> {
  await (await caches.open(shelfName)).put(absolute(url), answer);
}

/** matching finds what is kept; also what the program's former version kept. Of a shelf that cannot be read it finds nothing. */
export async function matching(url: string, page = false): Promise<Response | undefined> {
  try {
    const found = await (await caches.open(shelfName)).match(absolute(url));
    return found ?? (await caches.has(formerName) ? await (await caches.open(formerName)).match(absolute(url), { ignoreSearch: page }) : undefined);
  } catch {
    return undefined;
  }
}

/** The page that the network gave last: it need not come again to be kept. */
let arrived: { path: string; page: Response } | undefined;

/**
 * whole reads a page to its end and brings the program's files that it names, then gives it. Another
 * page, such as a portal's, is given as it is; so is one whose files cannot be kept: the storage is
 * full, or a proxy does not say which they are. When they do not come, it rejects where another page
 * is kept, which has its own.
 */
export async function whole(path: string, answer: Response, isKept = false): Promise<Response> {
  const html = uncut(await answer.text()), page = remade(answer, html);
  if (!isOurs(html)) return page;
  let missing = false;
  const bring = (url: string) => file(url).catch(cause => {
    missing = !(cause instanceof Nameless);
    throw cause;
  });
  try {
    const shelf = await caches.open(shelfName);
    for (const url of needsOf(html, true)) if (!await shelf.match(absolute(url))) await shelve(url, await matching(url) ?? await bring(url));
    arrived = { path, page: page.clone() };
  } catch (cause) {
    if (missing && isKept) throw cause;
  }
  return page;
}

/** gone marks a kept page that the server does not give any more: it says what waits on the phone. */
export async function gone(kept: Response): Promise<Response> {
  return remade(kept, (await kept.text()).replace(/(<script type="application\/json" id="fill-data">\{)/, '$1"gone":true,'));
}

// An answer with its body as it was read, without what its head says of how that came.
function remade({ status, statusText, headers }: Response, body: string | Blob): Response {
  const kept = new Headers(headers);
  for (const name of ["Content-Encoding", "Content-Length"]) kept.delete(name);
  return new Response(body, { status, statusText, headers: kept });
}

// A connection that ends within the head of an answer leaves an empty page with status 200 behind.
function uncut(html: string): string {
  if (html.trimEnd().endsWith("</html>")) return html;
  throw new Error("not a whole page");
}

const isOurs = (html: string) => html.includes('id="messages"');

/** A file of which nobody says what it must be: a proxy has taken its ETag. */
class Nameless extends Error {}

/** sound gives a file as it came, or rejects when it is not whole: the server names it by the hash of its content. */
export async function sound(answer: Response): Promise<Response> {
  const tag = /"([0-9a-f]{12,64})"/.exec(answer.headers.get("ETag") ?? "")?.[1];
  if (!tag) throw new Nameless("no name of a file");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer()));
  if (!Array.from(hash, b => b.toString(16).padStart(2, "0")).join("").startsWith(tag)) throw new Error("not a whole file");
  return answer;
}

let line: Promise<unknown> = Promise.resolve();

/** ordered does one thing after the other: they all change the book. */
export function ordered<T>(work: () => Promise<T>): Promise<T> {
  const turn = line.then(work);
  line = turn.catch(() => undefined);
  return turn;
}

/** sweep changes the book and takes off the shelf what no page needs. */
export async function sweep(change: (book: Book) => void): Promise<void> {
  const book = await bookOf(), shelf = await caches.open(shelfName);
  change(book);
  await shelf.put(absolute(bookPath), new Response(JSON.stringify(book), { headers: { "Content-Type": "application/json" } }));
  const needed = new Set([bookPath, ...book.coming, ...Object.keys(book.pages), ...Object.values(book.pages).flatMap(page => Object.keys(page.needs))].map(absolute));
  for (const { url } of await shelf.keys()) if (!needed.has(url)) await shelf.delete(url);
}

/** forget takes everybody's pages away; the list of what is to be done names nobody by itself. */
export async function forget(): Promise<void> {
  arrived = undefined;
  await caches.delete(formerName);
  await sweep(book => drop(book, undefined));
}

function drop(book: Book, person: Person | undefined): void {
  for (const [path, { user }] of Object.entries(book.pages)) if (path !== "/field" && user && user !== person?.id) delete book.pages[path];
  book.person = person;
}

/** whoNow asks the server who is signed in and drops what is another's. It tells whether the server knew: somebody, or that it is nobody. */
export async function whoNow(): Promise<boolean> {
  const answer = await fetch("/session", { headers: { Accept: "application/json" } });
  if (!answer.ok) return answer.status === 401;
  const { login } = await answer.json() as { login: string };
  await ordered(async () => {
    const { person } = await bookOf();
    if (person && person.login !== login) await forget();
  });
  return true;
}

async function own(person: Person): Promise<void> {
  const { person: before } = await bookOf();
  if (before?.id === person.id && before.name === person.name) return;
  if (before && before.id !== person.id) await caches.delete(formerName);
  await sweep(book => drop(book, person));
}

/** keepAll does what a page asks for, and tells how that went. */
export function keepAll(order: Order): Promise<Told> {
  return ordered(async () => {
    let bytes = 0;
    try {
      if (order.person) await own(order.person);
      if (order.drop) await sweep(book => order.drop!.forEach(path => delete book.pages[path]));
      for (const path of order.keep) bytes += await keep(path, order);
      if (order.keep.length === 0) for (const url of order.fresh ?? []) await shelve(url, await file(url));
      if (order.settled) await caches.delete(formerName);
      return { ok: true, bytes };
    } catch (cause) {
      return { ok: false, full: (cause as Error).name === "QuotaExceededError", bytes };
    }
  });
}

/** stampOf is the mark that a form's page carries itself; pages for residents, and the list, have none. */
const stampOf = (html: string) => /<script type="application\/json" id="fill-data">[^<]*"stamp":"(\w+)"/.exec(html)?.[1];

/** madeAs tells whether a page is the one of a mark, as far as it says. */
const madeAs = (html: string, stamp: string) => stamp === "" || (stampOf(html) ?? stamp.replace("-lean", "")) === stamp.replace("-lean", "");

/** keep brings a page with what it names, and then puts it in the place of the former one. */
async function keep(path: string, { person, stamp = "", fresh = [], lean }: Order): Promise<number> {
  // What arrived is used when it is what is asked for: a new version may have come since.
  const here = arrived?.path === path ? arrived.page : undefined;
  arrived = undefined;
  const answer = here && madeAs(await here.clone().text(), stamp) ? here : await brought(path), page = answer.clone(), needs: Record<string, number> = {};
  const html = uncut(await answer.text()), named = needsOf(html, lean), shelf = await caches.open(shelfName);
  if (!isOurs(html)) throw new Error("not a page of the phone");
  const before = (await bookOf()).pages[path]?.needs ?? {};
  await sweep(book => { book.coming = named; });
  for (const url of named) {
    const wanted = fresh.includes(url), there = wanted ? undefined : await shelf.match(absolute(url));
    const part = there ?? (wanted ? undefined : await matching(url)) ?? await file(url);
    needs[url] = there && before[url] || (await part.clone().blob()).size;
    if (!there) await shelve(url, part);
  }
  await shelve(path, page);
  await sweep(book => {
    book.pages[path] = { user: person?.id ?? "", stamp: madeAs(html, stamp) ? stamp : stampOf(html)! + (lean ? "-lean" : ""), needs };
    book.coming = [];
  });
  return Object.values(needs).reduce((sum, size) => sum + size, 0);
}

const longest = 240_000; // milliseconds that one file may take
let underWay = new AbortController();

/** stop gives up what is being brought. */
export function stop(): void {
  underWay.abort();
  underWay = new AbortController();
}

// All of it is here: what comes after may not hang.
async function brought(url: string): Promise<Response> {
  const { signal } = underWay, giveUp = new AbortController(), end = () => giveUp.abort(), timer = setTimeout(end, longest);
  signal.addEventListener("abort", end);
  try {
    const answer = await fetch(absolute(url), { credentials: "same-origin", signal: giveUp.signal });
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${url}`);
    return remade(answer, await answer.blob());
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

const file = async (url: string) => sound(await brought(url));

/** needsOf are the paths that a page names: the program's own files, and its form's media files. */
export function needsOf(html: string, lean = false): string[] {
  const named = (html.match(/"\/static\/[\w.?=-]+"/g) ?? []).map(quoted => quoted.slice(1, -1));
  const data = /<script type="application\/json" id="fill-data">(.*?)<\/script>/s.exec(html)?.[1];
  const { media = [], mediaUrl = "" } = data ? JSON.parse(data) as { media?: string[]; mediaUrl?: string } : {};
  return Array.from(new Set([...named, ...lean ? [] : media.map(name => mediaUrl + encodeURIComponent(name))]));
}
