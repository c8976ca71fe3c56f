// What the pages ask of the worker (islands/worker), which keeps them for when there is no network.
import type { Order, Person, Told } from "../worker/shelf";

/** Whether this browser can keep pages at all: only over TLS, or from this machine. */
export const canKeep = () => "serviceWorker" in navigator && "caches" in globalThis;

/** How a page is kept: as Order's. */
export type How = Pick<Order, "stamp" | "lean">;

const heavyFrom = 20_000_000; // bytes of media that are asked for

/** kindOf is how a form's page is kept: without its media where they are many and nobody has agreed to bring them. */
export function kindOf({ id, stamp, weight }: { id: string; stamp: string; weight: number }, agreed: string[]): Required<How> {
  const lean = weight > heavyFrom && !agreed.includes(id);
  return { stamp: stamp + (lean ? "-lean" : ""), lean };
}

/** sameVersion tells whether a page was kept when its form was as it is now, with its media or without. */
export const sameVersion = (kept: string, stamp: string) => kept === stamp || kept === stamp + "-lean";

/** keepPage has this page kept with all that it needs, for the person whose it is. */
export function keepPage(person?: Person, how: How = {}): void {
  if (!canKeep()) return;
  const keep = () => void ask({ ...how, keep: [location.pathname], person }).then(lastly, () => { /* without it the page needs the network to open */ });
  if (document.readyState === "complete") keep();
  else addEventListener("load", keep);
}

/** ask gives an order to the worker and waits for what becomes of it. */
export async function ask(order: Order): Promise<Told> {
  const registration = await navigator.serviceWorker.register("/static/worker.js", { scope: "/" });
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  const { port1, port2 } = new MessageChannel();
  const told = new Promise<Told>(resolve => { port1.onmessage = ({ data }: MessageEvent<Told>) => resolve(data); });
  worker?.postMessage(order, [port2]);
  return told;
}

/** What is kept is to stay; and each form's worker of its own, which there was before, goes. */
async function lastly(told: Told): Promise<void> {
  if (!told.ok) return;
  await navigator.storage?.persist?.();
  for (const old of await navigator.serviceWorker.getRegistrations()) if (new URL(old.scope).pathname !== "/") await old.unregister();
}
