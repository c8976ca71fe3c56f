// The big screen asks for itself again every minute (htmx). What cannot be had leaves what is shown
// as it is, with a word that it is old: a server that starts anew is found again by the next try.

const main = () => document.getElementById("screen");

function stale(): void {
  const note = main()?.querySelector(".screen-stale");
  if (note) note.textContent = main()?.dataset.stale ?? "";
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ shouldSwap: boolean; serverResponse: string }>).detail;
  if (!/<main id="screen"/.test(detail.serverResponse)) {
    detail.shouldSwap = false; // a sign-in page, an error
    stale();
  }
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, stale);
