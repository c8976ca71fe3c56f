// What was typed is not lost with the session: when the answer to a form says that nobody is signed in
// any longer, its text waits in this tab, and the page that it was sent from gets it back.

const key = "tianye.unsent";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Sent {
  page: string;
  user: string; // nobody else gets it
  action: string;
  values: (string | boolean)[]; // of the form's fields, in their order
  said?: string; // when it did not arrive: what is said once it is back
}

const here = location.pathname + location.search;
const user = document.body.dataset.user;

/** fields are those that people fill in. */
function fields(form: HTMLFormElement): Field[] {
  return Array.from(form.elements).filter((field): field is Field =>
    /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName) && (field as Field).name !== "" && !/^(hidden|file|password|submit)$/.test((field as Field).type));
}

const ticked = (field: Field): field is HTMLInputElement => /^(checkbox|radio)$/.test(field.type);

window.addEventListener("submit", (event) => { // after who asks first
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post" || !user || form.querySelector("[type=password]")) return;
  const all = fields(form);
  if (!all.some((field) => !ticked(field) && field.tagName !== "SELECT" && field.value.trim() !== "")) return;
  const sent: Sent = { page: here, user, action: form.getAttribute("action") ?? "", values: all.map((field) => (ticked(field) ? field.checked : field.value)) };
  keep(sent);
});

function keep(sent: Sent): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(sent));
  } catch {
    // no room: the browser's way back is left
  }
}

/** giveBack fills the form in again as it was sent. */
function giveBack(sent: Sent): void {
  const form = Array.from(document.forms).find((one) => one.getAttribute("action") === sent.action);
  const all = form ? fields(form) : [];
  if (all.length !== sent.values.length) return;
  all.forEach((field, i) => {
    const value = sent.values[i]!;
    if (typeof value === "boolean") (field as HTMLInputElement).checked = value;
    else field.value = value;
    const fold = field.closest("details");
    if (fold && typeof value === "string" && value !== "") fold.open = true;
  });
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = sent.said ?? "";
  form!.prepend(notice);
  notice.scrollIntoView({ block: "center" });
}

const sent = JSON.parse(sessionStorage.getItem(key) ?? "null") as Sent | null;
const said = document.querySelector<HTMLElement>("[data-unsent]")?.dataset.unsent;
if (sent && said) {
  keep({ ...sent, said });
} else if (sent && !sent.said) {
  sessionStorage.removeItem(key); // it arrived
} else if (sent && user) {
  if (sent.page === here && sent.user === user) giveBack(sent);
  if (sent.page === here || sent.user !== user) sessionStorage.removeItem(key);
}
