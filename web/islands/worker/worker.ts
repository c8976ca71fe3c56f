// Lets the fill page open again without a network: keeps the page as it was last
// served, and what it loads. Answers are not its business: the page keeps those.

interface Extendable extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetching extends Extendable { request: Request; respondWith(answer: Promise<Response>): void }
interface Scope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "fetch", listen: (event: Fetching) => void): void;
  addEventListener(type: "message", listen: (event: Extendable & { data: string[] }) => void): void;
  addEventListener(type: "install" | "activate", listen: (event: Extendable) => void): void;
}

const scope = self as unknown as Scope;
const shelf = "tianye-fill";
const patience = 5_000; // milliseconds for a network that neither answers nor fails

const pathOf = (url: string) => new URL(url).pathname;
const isPart = (url: string) => /^\/static\/fill-[\w-]+\.js$/.test(pathOf(url));
const isAsset = (url: string) => isPart(url) || (pathOf(url).startsWith("/static/") && url.includes("?v="));
/** A media file of a form: the part of its address before the version, or nothing. */
const mediaOf = (url: string) => /^(.*\/versions\/)[^/]+\/media\/[^/]+$/.exec(pathOf(url))?.[1];

/** Keeps an answer, in the place of what the same path gave before. With another fill.js its parts are others too. */
async function keep(url: string, answer: Response): Promise<void> {
  const cache = await caches.open(shelf), all = (await cache.keys()).map(request => request.url);
  const before = all.filter(old => pathOf(old) === pathOf(url) && old !== url);
  const parts = before.some(old => pathOf(old) === "/static/fill.js") ? all.filter(isPart) : [];
  for (const old of [...before, ...parts]) await cache.delete(old);
  await cache.put(url, answer);
}

/** Brings what a page names, and forgets the media files of its form that it does not name any more. */
async function bring(named: string[]): Promise<void> {
  for (const url of named) {
    if (!mediaOf(url) && await caches.match(url)) continue;
    const answer = await fetch(url);
    if (answer.ok && !answer.redirected) await keep(url, answer);
  }
  const cache = await caches.open(shelf), forms = new Set(named.map(mediaOf).filter(Boolean));
  for (const { url } of await cache.keys()) if (forms.has(mediaOf(url)) && !named.includes(url)) await cache.delete(url);
}

/** A stretch of a kept sound or film, which players ask for. */
async function stretch(request: Request, range: string): Promise<Response> {
  const kept = await caches.match(request.url);
  const [, from = "", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (!kept || from === "") return fetch(request);
  const whole = await kept.blob(), first = Number(from), last = Math.min(to === "" ? Infinity : Number(to), whole.size - 1);
  return new Response(whole.slice(first, last + 1), { status: 206, headers: {
    "Content-Type": kept.headers.get("Content-Type") ?? "", "Content-Range": `bytes ${first}-${last}/${whole.size}`, "Accept-Ranges": "bytes",
  } });
}

/** An asset's address changes with its content, so that a kept one is right. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await keep(request.url, answer.clone());
  return answer;
}

/** The page, and the form's media files, come from the network while there is one. What the server refuses is not kept any longer. */
async function fresh(request: Request): Promise<Response> {
  const kept = await caches.match(request.url, { ignoreSearch: true });
  const coming = fetch(request).then(async answer => {
    if (answer.ok && !answer.redirected) await keep(request.url, answer.clone());
    else if (answer.status < 500) await (await caches.open(shelf)).delete(request.url, { ignoreSearch: true });
    return answer;
  });
  if (!kept) return coming;
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept), patience));
  return Promise.race([coming.then(answer => answer.status >= 500 ? kept : answer, () => kept), late]);
}

scope.addEventListener("install", event => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", event => event.waitUntil(scope.clients.claim()));
scope.addEventListener("message", event => event.waitUntil(bring(event.data)));
scope.addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET") return;
  const range = mediaOf(request.url) && request.headers.get("Range");
  if (range) event.respondWith(stretch(request, range));
  else if (mediaOf(request.url) || (request.mode === "navigate" && pathOf(request.url) === pathOf(scope.registration.scope))) event.respondWith(fresh(request));
  else if (isAsset(request.url)) event.respondWith(asset(request));
});
