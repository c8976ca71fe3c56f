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
const isAsset = (url: string) => pathOf(url).startsWith("/static/") && url.includes("?v=");

/** Keeps an answer, in the place of what the same path gave before. */
async function keep(url: string, answer: Response): Promise<void> {
  const cache = await caches.open(shelf);
  for (const old of await cache.keys()) if (pathOf(old.url) === pathOf(url) && old.url !== url) await cache.delete(old);
  await cache.put(url, answer);
}

/** An asset's address changes with its content, so that a kept one is right. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await keep(request.url, answer.clone());
  return answer;
}

/** The page comes from the network while there is one. When the server refuses it, the kept one goes too. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(request.url, { ignoreSearch: true });
  const fresh = fetch(request).then(async answer => {
    if (answer.ok && !answer.redirected) await keep(request.url, answer.clone());
    else if (answer.status < 500) await (await caches.open(shelf)).delete(request.url, { ignoreSearch: true });
    return answer;
  });
  if (!kept) return fresh;
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept), patience));
  return Promise.race([fresh.then(answer => answer.status >= 500 ? kept : answer, () => kept), late]);
}

scope.addEventListener("install", event => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", event => event.waitUntil(scope.clients.claim()));
scope.addEventListener("message", event => event.waitUntil(Promise.all(event.data.map(async url => {
  if (await caches.match(url)) return;
  const answer = await fetch(url);
  if (answer.ok && !answer.redirected) await keep(url, answer);
}))));
scope.addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && pathOf(request.url) === pathOf(scope.registration.scope)) event.respondWith(page(request));
  else if (isAsset(request.url)) event.respondWith(asset(request));
});
