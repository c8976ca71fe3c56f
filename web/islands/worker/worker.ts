// Lets the phone's pages open again without a network: the list of what is to be done (/field) and
// the fill pages, each with all that it needs. Answers are not its business: the pages keep those.
import { forget, gone, keepAll, matching, ordered, shelve, sound, stop, whole, whoNow, type Order } from "./shelf";

interface Extendable extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetching extends Extendable { request: Request; respondWith(answer: Promise<Response>): void }
interface Scope {
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "fetch", listen: (event: Fetching) => void): void;
  addEventListener(type: "message", listen: (event: Extendable & { data: Order; ports: readonly MessagePort[] }) => void): void;
  addEventListener(type: "install" | "activate", listen: (event: Extendable) => void): void;
}

const scope = self as unknown as Scope;
const patience = 5_000; // milliseconds for a network that neither answers nor fails

const pathOf = (url: string) => new URL(url).pathname;
const isAsset = (url: string) => /^\/static\/(fill|field)[\w-]*\.(js|css)$/.test(pathOf(url));
const isPage = (path: string) => path === "/field" || /^\/p\/[^/]+\/forms\/[^/]+\/fill$/.test(path) || /^\/l\/[^/]+$/.test(path);
const isMedia = (path: string) => /\/versions\/[^/]+\/media\/[^/]+$/.test(path);

/** A stretch of a kept sound or film, which players ask for. */
async function stretch(request: Request, range: string): Promise<Response> {
  const kept = await matching(request.url);
  const [, from = "", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (!kept || from === "") return fetch(request);
  const whole = await kept.blob(), first = Number(from), last = Math.min(to === "" ? Infinity : Number(to), whole.size - 1);
  return new Response(whole.slice(first, last + 1), { status: 206, headers: {
    "Content-Type": kept.headers.get("Content-Type") ?? "", "Content-Range": `bytes ${first}-${last}/${whole.size}`, "Accept-Ranges": "bytes",
  } });
}

/** An asset's address changes with its content, so that a kept one is right. */
async function asset(request: Request): Promise<Response> {
  return await matching(request.url) ?? fetch(request);
}

/** What comes while it comes, else what is kept: after a while too, or when the server is out of order. */
async function fresh(coming: Promise<Response>, kept: Response | undefined): Promise<Response> {
  if (!kept) return coming;
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept), patience));
  return Promise.race([coming.then(answer => answer.status >= 500 ? kept : answer, () => kept), late]);
}

async function media(request: Request): Promise<Response> {
  return fresh(fetch(request).then(async answer => {
    if (answer.ok && await matching(request.url)) await shelve(request.url, (await sound(answer)).clone());
    return answer;
  }), await matching(request.url));
}

/**
 * A page is shown as the server has it, once all of it is here and what it cannot begin without; it is
 * kept when the page asks for that. Where the network breaks off half-way, what is kept is whole.
 */
async function page(request: Request): Promise<Response> {
  const path = pathOf(request.url), kept = await matching(path, true);
  const coming = fetch(request).then(async answer => {
    if (kept && (answer.status === 403 || answer.status === 404)) return without(path, answer);
    // Who is signed out sees the list all the same: it says what waits, and for whom.
    if (path === "/field" && answer.type === "opaqueredirect" && kept) return kept;
    return answer.ok && !answer.redirected ? whole(path + new URL(request.url).search, answer, kept !== undefined) : answer;
  });
  return fresh(coming, kept);
}

/** What the server does not give any more, to who could before: answers may wait that it would take. */
async function without(path: string, answer: Response): Promise<Response> {
  const known = await whoNow().catch(() => false), kept = known ? await matching(path, true) : undefined;
  return kept && path !== "/field" ? gone(kept) : answer;
}

/** The site's own beginning: without a network, what is to be done. */
async function beginning(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    if (await matching("/field")) return Response.redirect("/field");
    throw cause;
  }
}

/** Somebody signs in: the pages of who did before go, when that was another one. */
async function signingIn(request: Request): Promise<Response> {
  const answer = await fetch(request);
  await whoNow().catch(() => { /* the next page finds out */ });
  return answer;
}

scope.addEventListener("install", event => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", event => event.waitUntil(scope.clients.claim()));
scope.addEventListener("message", event => event.waitUntil(keepAll(event.data).then(told => event.ports[0]?.postMessage(told))));
scope.addEventListener("fetch", event => {
  const { request } = event, path = pathOf(request.url), navigates = request.mode === "navigate";
  if (new URL(request.url).origin !== location.origin) return;
  if (request.method === "POST" && navigates && path === "/sign-out") {
    stop();
    return event.waitUntil(ordered(forget));
  }
  if (request.method === "POST" && navigates && (path === "/sign-in" || path === "/sign-in/code")) return event.respondWith(signingIn(request));
  if (request.method !== "GET") return;
  const range = isMedia(path) && request.headers.get("Range");
  if (range) event.respondWith(stretch(request, range));
  else if (isMedia(path)) event.respondWith(media(request));
  else if (navigates && isPage(path)) event.respondWith(page(request));
  else if (navigates && (path === "/" || path === "/sign-in")) event.respondWith(beginning(request));
  else if (isAsset(request.url)) event.respondWith(asset(request));
});

