// The fill page: an investigator answers a form on a phone, with or without a network.
import { render } from "preact";
import { App } from "./app";
import { embedded, speak, t, uuid, type FillData, type PublicLink } from "./data";
import { watchPresses } from "./inputs/input";
import { bringParts } from "./kinds";
import { ask, keepPage, kindOf } from "./offline";
import { isOver } from "./public";
import { Damaged, memory, openStore, PlainStore, type Kept, type Store } from "./store";
import { Visit, type Screen } from "./visit";

const sentKept = 50;

/** tidy forgets receipts beyond the latest fifty; all where everybody has a code, for whoever comes next. */
async function tidy(store: Store, link?: PublicLink): Promise<Kept[]> {
  const all = await store.list();
  const sent = all.filter(kept => kept.state === "sent").sort((a, b) => b.changed.localeCompare(a.changed));
  const old = sent.slice(link?.once === "code" ? 0 : sentKept);
  for (const kept of old) await store.remove(kept.id);
  return all.filter(kept => !old.includes(kept));
}

/** opened opens the person's store. A resident has nobody who could rescue what cannot be read: it lasts as long as the page, then. */
function opened(data: FillData): Promise<Store> {
  return openStore(data.user.id).catch(cause => {
    if (!data.link) throw cause;
    return new PlainStore(memory(), "", false);
  });
}

/** first is where to begin: where one was, else what is unfinished, else the first question. */
function first(data: FillData, kept: Kept[]): Screen {
  const was = history.state as Screen | null;
  const wanted = new URLSearchParams(location.search).get("instance"), there = kept.find(k => k.id === wanted);
  if (!was?.name && there) return there.state === "unfinished" ? { name: "fill", id: there.id, page: there.page } : { name: "done", id: there.id };
  if (data.link && was?.name && isOver(data.link.once, was, kept)) return { name: "start" };
  if (was?.name && !data.closed) return was;
  if (data.link) return { name: "start" };
  const choose = (data.cases.length > 0 && !data.caseId) || data.closed;
  if (choose || kept.some(k => k.state !== "sent" && (k.form === data.form.id || k.state !== "unfinished"))) return { name: "start" };
  return { name: "fill", id: "uuid:" + uuid(), page: 0 };
}

async function main(): Promise<void> {
  speak(embedded<Record<string, string>>("messages"));
  const data = embedded<FillData>("fill-data");
  const store = data.preview ? new PlainStore(memory(), "", false) : await opened(data);
  if (data.gone) data.closed ??= t("fill.gone");
  const kept = await tidy(store, data.link);
  const screen = first(data, kept);
  history.replaceState(screen, "");
  const root = document.getElementById("fill")!;
  root.textContent = "";
  watchPresses();
  const visit = new Visit(data, store, kept, screen);
  if (!data.preview) await visit.enter(new URLSearchParams(location.search));
  render(<App visit={visit} />, root);
  void bringParts(data.form.definition).catch(() => { /* asked for again when drawn */ });
  if (data.gone) await leave(data, kept);
  else if (!data.preview) keepPage(data.link ? undefined : data.user, kindOf({ id: data.form.id, stamp: data.stamp ?? "", weight: data.weight ?? 0 }, await store.note<string[]>("agreed") ?? []));
}

/** leave has the page that the server does not give any more forgotten once nothing of it is on the phone. */
async function leave(data: FillData, kept: Kept[]): Promise<void> {
  if (!kept.some(({ form, state }) => form === data.form.id && state !== "sent")) await ask({ keep: [], drop: [location.pathname] });
}

// What cannot be read is rescued on the list of what is to be done.
main().catch(cause => {
  if (!(cause instanceof Damaged)) throw cause;
  location.replace("/field");
});
