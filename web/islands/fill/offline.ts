/**
 * Has the browser keep this page and what it needs, so that it opens without a network: what it has
 * loaded once its parts are there, and the form's media files. Only over TLS.
 */
export function keepPage(parts: Promise<unknown>, media: string[]): void {
  if (!("serviceWorker" in navigator)) return;
  const keepAll = async () => {
    try {
      const { active, waiting, installing } = await navigator.serviceWorker.register("/static/worker.js", { scope: location.pathname });
      const keep = (all: string[]) => (active ?? waiting ?? installing)?.postMessage(all);
      keep([location.href, ...loaded()]);
      await parts;
      keep([...loaded(), ...media.map(path => new URL(path, location.href).href)]);
    } catch { /* without it the page needs the network to open */ }
  };
  if (document.readyState === "complete") void keepAll();
  else addEventListener("load", () => void keepAll());
}

/** What the page has loaded so far of the program's own files. */
function loaded(): string[] {
  const named = Array.from(document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[href]"), e => "src" in e ? e.src : e.href);
  const fetched = performance.getEntriesByType("resource").map(({ name }) => name).filter(name => new URL(name).pathname.startsWith("/static/"));
  return Array.from(new Set([...named, ...fetched]));
}
