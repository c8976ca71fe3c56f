// The comparison chart's page: what is chosen stands in the address, the server
// computes it, the page draws it with its numbers, and every number leads back to
// what is behind it.
import { Drawing } from "./drawing";
import { Behind, numbersTable } from "./numbers";
import { Panel, count, said } from "./panel";
import { type Data, type Spec, element, embedded, t } from "./types";

const find = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T;
const root = find("chart");
const base = root.dataset.base!;
const dark = matchMedia("(prefers-color-scheme: dark)");

let id = root.dataset.id!; // of the saved chart; "" of a new one
let revision = Number(root.dataset.revision);
let kept = id ? JSON.stringify(embedded<Spec>("chart-saved")) : ""; // what is saved
let wish = embedded<Spec>("chart-spec"); // what was chosen; "" is left to the program
let shown = wish; // the same, complete
let source = ""; // whose variables the panel offers
let first = false; // the source was changed: the server chooses what to compare first
let width = 0; // for which the chart was drawn
let asking: AbortController | undefined;

const panelForm = document.getElementById("panel") as HTMLFormElement | null;
const panel = panelForm && new Panel(panelForm, change);
const drawing = new Drawing(find("drawing"), (category, series) => behind(category, series));

const query = (spec: Spec) => encodeURIComponent(JSON.stringify(spec));
const changed = () => JSON.stringify(wish) !== kept;

/** address is where the present state can be had again. */
function address(): string {
  if (id && !changed()) return `${base}/${id}`;
  return id ? `${base}/${id}?revision=${revision}&spec=${query(wish)}` : `${base}/new?spec=${query(wish)}`;
}

let writing: ReturnType<typeof setTimeout> | undefined;

function change(part: Partial<Spec>, typed = false): void {
  wish = { ...wish, ...part };
  first = !!part.source;
  clearTimeout(writing);
  if (typed) {
    history.replaceState(null, "", address());
    writing = setTimeout(refresh, 400);
  } else {
    history.pushState(null, "", address());
    void refresh();
  }
}

/** Refusal is what the server, or the network, says instead of an answer. */
class Refusal extends Error {
  constructor(sentence: string, readonly status = 0) {
    super(sentence);
  }
}

function complain(sentence: string, ...more: (Node | string)[]): void {
  const place = find("chart-problem");
  place.replaceChildren(sentence, ...more);
  place.hidden = !sentence;
}

/** ask fetches; a refusal is thrown with a sentence for people. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(path, { ...init, headers: { Accept: "application/json", ...init.headers } }).catch(error => {
    throw (error as Error).name === "AbortError" ? error : new Refusal(t("chart.live.failed"));
  });
  if (answer.ok) return answer;
  if (answer.status === 401) location.reload(); // signs in and comes back
  const problem = (await answer.json().catch(() => undefined)) as { message: string; details?: { text: string }[] } | undefined;
  throw new Refusal(problem ? [problem.message, ...(problem.details ?? []).map(d => d.text)].join(" ") : t("chart.live.failed"), answer.status);
}

async function refresh(): Promise<void> {
  asking?.abort();
  const mine = (asking = new AbortController());
  const sheet = find("chart-sheet");
  sheet.setAttribute("aria-busy", "true");
  width = drawing.width();
  const from = JSON.stringify(wish.source);
  const path = `${base}/data?spec=${query(wish)}&width=${width}${dark.matches ? "&dark=1" : ""}${panel && from !== source ? "&variables=1" : ""}${first ? "&first=1" : ""}`;
  try {
    const data = (await (await ask(path, { signal: mine.signal })).json()) as Data;
    if (data.variables) source = from;
    if (first) {
      wish.measure = data.spec.measure;
      history.replaceState(null, "", address());
      first = false;
    }
    panel?.show(wish, data);
    show(data);
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    complain((error as Error).message);
    if (!(error instanceof Refusal)) throw error;
  } finally {
    if (mine === asking) sheet.setAttribute("aria-busy", "false");
  }
}

function show(data: Data): void {
  complain(data.problem ?? "");
  find("chart-name").textContent = data.spec.title;
  document.querySelector("h1")!.textContent = data.spec.title;
  shown = data.spec;
  offerExports();
  showState();
  find("chart-hint").hidden = !data.result;
  if (!data.result) {
    drawing.clear();
    find("chart-n").textContent = "";
    find("numbers").replaceChildren();
    return;
  }
  drawing.draw(data);
  find("chart-n").textContent = count(data);
  find("numbers").replaceChildren(numbersTable(data, behind), ...said(data.result.notes ?? []));
}

function offerExports(): void {
  const print = find<HTMLInputElement>("chart-print").checked ? "&print=1" : "";
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-export]")) link.href = `${base}/export.${link.dataset.export}?spec=${query(shown)}${print}`;
}

function showState(): void {
  find("chart-state").textContent = id && changed() ? t("chart.live.unsaved") : "";
  const button = document.getElementById("chart-save") as HTMLButtonElement | null;
  if (button) button.disabled = !!id && !changed();
}

/** behind lists the submissions or cases of a mark. */
const behind: Behind = async (category, series) => {
  const dialog = find<HTMLDialogElement>("evidence");
  const body = find("evidence-body");
  body.textContent = t("chart.live.opening");
  if (!dialog.open) dialog.showModal();
  try {
    const path = `${base}/evidence?spec=${query(wish)}&category=${encodeURIComponent(category)}&series=${encodeURIComponent(series)}`;
    body.innerHTML = await (await ask(path)).text(); // a part of a page, made by the server's templates
  } catch (error) {
    body.textContent = (error as Error).message;
  }
};

async function save(as: string): Promise<void> {
  const state = find("chart-state");
  const body = JSON.stringify({ spec: wish, revision });
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": root.dataset.csrf! };
  try {
    const saved = (await (await ask(as ? `${base}/${as}` : base, { method: "POST", body, headers })).json()) as { id: string; revision: number; spec: Spec };
    ({ id, revision, spec: wish } = saved);
    kept = JSON.stringify(wish);
    history[as ? "replaceState" : "pushState"](null, "", address());
    const button = document.getElementById("chart-save");
    if (!button) return location.reload(); // a copy of another's: the page of one's own can save
    button.textContent = t("chart.live.saveChanges");
    find("chart-copy").hidden = false;
    await refresh();
    state.textContent = t("chart.live.saved");
  } catch (error) {
    const theirs = element("a", "", [t("chart.live.seeTheirs")], { href: `${base}/${as}` });
    complain((error as Error).message, ...(error instanceof Refusal && error.status === 409 ? [" ", theirs] : []));
  }
}

async function copyLink(): Promise<void> {
  const link = new URL(address(), location.href).href;
  let done = t("chart.live.copied");
  try {
    await navigator.clipboard.writeText(link);
  } catch { // no clipboard without TLS: the old way
    const text = document.createElement("textarea");
    text.value = link;
    document.body.append(text);
    text.select();
    if (!document.execCommand("copy")) done = t("chart.live.copyThis");
    text.remove();
  }
  find("chart-state").textContent = done;
}

document.getElementById("chart-save")?.addEventListener("click", () => void save(id));
document.getElementById("chart-copy")?.addEventListener("click", () => void save(""));
find("chart-print").addEventListener("change", offerExports);
find("chart-link").addEventListener("click", () => void copyLink());
find("evidence").addEventListener("click", event => {
  if (event.target === event.currentTarget) find<HTMLDialogElement>("evidence").close(); // beside the drawer
});
window.addEventListener("popstate", () => {
  if (!location.pathname.endsWith(`/${id || "new"}`)) return location.reload(); // from before it was saved
  const spec = new URLSearchParams(location.search).get("spec");
  wish = JSON.parse(spec ?? (kept || document.getElementById("chart-spec")!.textContent!)) as Spec;
  void refresh();
});
dark.addEventListener("change", () => void refresh());
let resizing: ReturnType<typeof setTimeout> | undefined;
new ResizeObserver(() => {
  drawing.resize();
  clearTimeout(resizing);
  resizing = setTimeout(() => drawing.width() !== width && void refresh(), 250);
}).observe(find("drawing"));
void refresh();
