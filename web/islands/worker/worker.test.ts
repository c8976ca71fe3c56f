import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, mock, test } from "node:test";

const origin = "https://t.example", fill = "/p/p1/forms/f1/fill", film = "/p/p1/forms/f1/versions/1/media/film.mp4";
const html = (words = "") => `<html>${words}<script type="application/json" id="messages">{}</script><script src="/static/fill.js?v=1"></script>
<script type="application/json" id="fill-data">{"media":["film.mp4"],"mediaUrl":"/p/p1/forms/f1/versions/1/media/"}</script></html>`;

// The browser's caches, which may be full or broken; the server; and what the worker hears.
class Shelf {
  kept = new Map<string, Response>();
  async match(url: string) { if (broken) throw new Error("UnknownError"); return this.kept.get(url)?.clone(); }
  async put(url: string, answer: Response) { if (full) throw Object.assign(new Error("full"), { name: "QuotaExceededError" }); this.kept.set(url, answer); }
  async keys() { return [...this.kept.keys()].map(url => ({ url })); }
  async delete(url: string) { return this.kept.delete(url); }
}
let full = false, broken = false, shelves = new Map<string, Shelf>(), asked: string[] = [];
let server: (path: string) => Response | Promise<Response>;
const heard = new Map<string, (event: any) => void>();
const file = (body: string) => new Response(body, { headers: { ETag: `"${createHash("sha256").update(body).digest("hex").slice(0, 12)}"` } });
const usual = (path: string) => path === fill ? new Response(html()) : path === "/session" ? Response.json({ login: "bob" }) : file("content of " + path);

Object.assign(globalThis, {
  location: { origin }, self: { addEventListener: (kind: string, listen: (event: any) => void) => heard.set(kind, listen) },
  caches: {
    open: async (name: string) => shelves.get(name) ?? shelves.set(name, new Shelf()).get(name)!,
    has: async (name: string) => shelves.has(name), delete: async (name: string) => shelves.delete(name),
  },
  fetch: async (wanted: Request | string) => {
    const path = new URL(typeof wanted === "string" ? wanted : wanted.url, origin).pathname;
    asked.push(path);
    return server(path);
  },
});

beforeEach(async () => {
  [full, broken, shelves, asked, server] = [false, false, new Map(), [], usual];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  await import("./worker");
});

async function opens(path: string): Promise<Response> {
  let answer: Promise<Response> | undefined;
  heard.get("fetch")!({ request: { url: origin + path, method: "GET", mode: "navigate", headers: new Headers() }, respondWith: (given: Promise<Response>) => { answer = given; } });
  return answer!;
}

async function ordered(order: object): Promise<{ ok: boolean }> {
  return new Promise(resolve => heard.get("message")!({ data: order, ports: [{ postMessage: resolve }], waitUntil() {} }));
}

const bob = { id: "u1", name: "吴博", login: "bob" };
const text = async (path: string) => (await opens(path)).text();
const keeps = async () => assert.ok((await ordered({ keep: [fill], person: bob, stamp: "s1-lean", lean: true })).ok);

test("the network's page is given where nothing can be kept: storage full or broken, no name of a file", async () => {
  full = true;
  assert.equal(await text(fill), html());
  [full, broken] = [false, true];
  assert.equal(await text(fill), html());
  broken = false;
  server = path => path === fill ? new Response(html()) : new Response("x = 1");
  assert.equal(await text(fill), html());
});

test("a page that is cut off, or whose files do not come, gives place to the kept one", async () => {
  server = path => path === fill ? new Response("<html>half") : usual(path);
  await assert.rejects(opens(fill));
  server = usual;
  await keeps();
  server = path => path === fill ? new Response("<html>half") : usual(path);
  assert.equal(await text(fill), html());
  server = path => { if (path.startsWith("/static/")) throw new TypeError("no network"); return new Response(html("newer").replace("v=1", "v=2")); };
  assert.equal(await text(fill), html());
  shelves.clear();
  assert.equal(await text(fill), html("newer").replace("v=1", "v=2"));
});

test("a page that the server does not give any more stays, and says so, until nothing of it waits", async () => {
  await keeps();
  for (const status of [403, 404]) {
    server = path => path === fill ? new Response("problem", { status }) : usual(path);
    for (let i = 0; i < 2; i++) assert.equal(await text(fill), html().replace('id="fill-data">{', 'id="fill-data">{"gone":true,'));
  }
  await ordered({ keep: [], drop: [fill] });
  assert.equal((await opens(fill)).status, 404);
});

test("another person who may not open it, or of whom nothing is known, is not shown the page that was kept", async () => {
  for (const session of [Response.json({ login: "lin" }), new Response("", { status: 503 })]) {
    await keeps();
    server = path => path === "/session" ? session : path === fill ? new Response("problem", { status: 403 }) : usual(path);
    assert.equal(await text(fill), "problem");
    server = usual;
  }
});

test("a page that was opened for one case or assignment is not what is kept", async () => {
  server = path => path === fill ? new Response(html(asked.length === 1 ? "for a case" : "")) : usual(path);
  await text(fill + "?case=c1");
  await keeps();
  server = () => { throw new TypeError("no network"); };
  assert.equal(await text(fill), html());
});

test("media that nobody agreed to bring are not brought", async () => {
  await keeps();
  assert.ok(!asked.includes(film));
  await ordered({ keep: [fill], person: bob, stamp: "s1", lean: false });
  assert.ok(asked.includes(film));
});
