// What every desk page can do: ask before something that cannot simply be undone,
// send a form when its select changes, close menus.

import "./unsent.ts";

document.documentElement.classList.add("script");

const words = document.body.dataset; // data-yes, data-no: in the page's language

/** ask asks whether to do it, yes being what the button says; reason, when given, asks also why, and goes with the form that is sent. */
function ask(question: string, yes = words.yes, reason?: HTMLInputElement): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  const form = document.createElement("form");
  form.method = "dialog";
  const text = document.createElement("p");
  text.textContent = question;
  const actions = document.createElement("div");
  actions.className = "actions";
  for (const [value, label, look] of [["yes", yes, "btn btn-primary"], ["no", words.no, "btn"]] as const) {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = label ?? value;
    button.className = look;
    actions.append(button);
  }
  form.append(text);
  if (reason) {
    const label = document.createElement("label");
    label.className = "ask-why";
    label.append(reason.dataset.label ?? "", reason);
    form.append(label);
  }
  form.append(actions);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }),
  );
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const question = form.dataset.confirm ?? form.querySelector<HTMLOptionElement>("option[data-confirm]:checked")?.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  const submitter = event.submitter;
  let reason: HTMLInputElement | undefined;
  if (form.dataset.why) {
    reason = document.createElement("input");
    reason.className = "form-control";
    reason.maxLength = 200;
    reason.dataset.label = form.dataset.why;
  }
  void ask(question, form.dataset.yes, reason).then((yes) => {
    if (!yes) {
      if (form.querySelector("[data-submit]")) form.reset(); // its select says again what holds
      return;
    }
    if (reason) {
      const why = document.createElement("input");
      why.type = "hidden";
      why.name = "why";
      why.value = reason.value;
      form.append(why);
    }
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
});

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement | HTMLSelectElement;
  if (input.dataset?.submit !== undefined) input.form?.requestSubmit();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
});

// A line of a form that may be had once more: the last one, emptied.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-repeat]");
  if (!button) return;
  const lines = button.parentElement?.querySelectorAll<HTMLElement>(button.dataset.repeat ?? "");
  const last = lines?.[lines.length - 1];
  if (!last) return;
  const copy = last.cloneNode(true) as HTMLElement;
  for (const input of copy.querySelectorAll("input")) input.value = "";
  last.after(copy);
  copy.querySelector("input")?.focus();
});

// A button that prints the page, and a box that ticks all of a name.
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const all = event.target as HTMLInputElement;
  if (!all.dataset?.tick) return;
  for (const box of document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${all.dataset.tick}"]`)) box.checked = all.checked;
}, true); // before whoever sends the form at its change

// What is chosen beside a radio button chooses the button too.
document.addEventListener("change", (event) => {
  const radio = (event.target as Element).closest("[data-beside]")?.querySelector<HTMLInputElement>("input[type=radio]");
  if (radio) radio.checked = true;
}, true); // before whoever sends the form at its change

// A button that copies a text, which is shown as well.
document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-copy]");
  const shown = button && document.getElementById(button.dataset.copy ?? "");
  if (!button || !shown) return;
  const text = shown.dataset.text ?? shown.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard without TLS: the old way
    const put = (copied: ClipboardEvent) => {
      copied.clipboardData?.setData("text/plain", text);
      copied.preventDefault();
    };
    getSelection()?.selectAllChildren(shown);
    document.addEventListener("copy", put);
    const done = document.execCommand("copy");
    document.removeEventListener("copy", put);
    if (!done) return; // it is selected, at least
  }
  button.textContent = button.dataset.copied ?? "";
});

// The same file chosen again, with what was mended in it, is a change too.
document.addEventListener("click", (event) => {
  const input = event.target as HTMLInputElement;
  if (input.type === "file" && input.dataset.again !== undefined) input.value = "";
});

// What was written and not saved is not left by mistake.
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-leave]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// A download that is made while it is sent says so until the browser shows it.
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-busy]:not([aria-busy])");
  if (!link) return;
  const text = link.textContent;
  link.textContent = link.dataset.busy ?? text;
  link.ariaBusy = "true";
  setTimeout(() => {
    link.textContent = text;
    link.ariaBusy = null;
  }, 5000);
});
