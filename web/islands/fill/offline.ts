/** Has the browser keep this page and what it loads, so that it opens without a network. Only over TLS. */
export function keepPage(): void {
  if (!("serviceWorker" in navigator)) return;
  const loaded = Array.from(document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[href]"), e => "src" in e ? e.src : e.href);
  addEventListener("load", () => {
    navigator.serviceWorker.register("/static/worker.js", { scope: location.pathname })
      .then(({ active, waiting, installing }) => (active ?? waiting ?? installing)?.postMessage([location.href, ...loaded]))
      .catch(() => { /* without it the page needs the network to open */ });
  });
}
