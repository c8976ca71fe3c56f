// Sending what is finished, and sending it again until the server has it. The
// instance keeps its id, so that the server stores it once however often it comes.
import { digestOf, Unreadable } from "./digest";
import type { FieldVisit, Kept, Refusal, Store } from "./store";

/** The server's answer; status 0: none came. */
export interface Reply { status: number; body: any; retryAfter?: number }
export type Body = FormData | string;
export type Post = (url: string, body: Body, csrf: string, progress: (share: number) => void) => Promise<Reply>;

/** How a try ended; "barred": nothing is said against what was sent, but its sender may not send now. */
export type Outcome = "sent" | "refused" | "signedOut" | "barred" | "later";

export interface Wiring {
  store: Store;
  post: Post;
  /** A fresh CSRF token, or why there is none. */
  session(): Promise<{ csrf: string } | "signedOut" | "later">;
  /** Calls back after that many milliseconds. */
  later(ms: number, call: () => void): void;
  /** Tells what is another now: an instance or visit, or only how much of it is sent. */
  changed(what: "state" | "progress"): void;
}

const shortest = 5_000, longest = 300_000;

const longestTurn = 90_000; // milliseconds

/** alone does something while no other tab does; a tab that the phone has put to sleep meanwhile is not waited for any longer. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return work();
  const waiting = new AbortController(), timer = setTimeout(() => waiting.abort(), longestTurn);
  let begun = false;
  try {
    return await locks.request("tianye-outbox", { signal: waiting.signal }, () => {
      begun = true;
      clearTimeout(timer);
      return work();
    }) as T;
  } catch (cause) {
    if (begun) throw cause;
    return work();
  }
}

export class Outbox {
  /** What is under way: which instance, and how much of it is sent, 0 to 1. */
  sending?: { id: string; share: number };
  signedOut = false;
  private failures = 0;
  private answered?: number;
  private alarm = 0;
  private stopped = false;
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly wiring: Wiring, private csrf: string) {}

  /** Sends nothing more: somebody else holds the phone. */
  stop(): void {
    this.stopped = true;
    this.alarm++;
  }

  /** Takes another CSRF token; "": one is asked for before something is sent. */
  renew(csrf = ""): void {
    this.csrf = csrf;
  }

  /** Sends everything that waits, one after another; stops where the network or the server does. */
  async sendAll(): Promise<void> {
    const { store } = this.wiring, closed = new Set<string>();
    // What the server stumbles over holds up nothing else; what goes to where the sender may not is not tried in vain.
    const stop = (outcome: Outcome, place: string) => {
      if (outcome === "barred") closed.add(place);
      return outcome === "signedOut" || outcome === "later" && !stumbles(this.answered);
    };
    const waits = <T extends { state: string; postUrl: string }>(all: T[]) => all.filter(({ state }) => state === "waiting");
    for (const { id, postUrl } of waits(await store.list())) if (!closed.has(placeOf(postUrl)) && stop(await this.send(id), placeOf(postUrl))) return;
    for (const { id, postUrl } of waits(await store.visits())) if (!closed.has(placeOf(postUrl)) && stop(await this.sendVisit(id), placeOf(postUrl))) return;
  }

  /** Sends one instance after those already under way. */
  send(id: string): Promise<Outcome> {
    return this.inTurn(id, () => this.attempt(id));
  }

  /** Sends one visit likewise. */
  sendVisit(id: string): Promise<Outcome> {
    return this.inTurn(id, () => this.attemptVisit(id));
  }

  private inTurn(id: string, attempt: () => Promise<[Outcome, number?, number?]>): Promise<Outcome> {
    const turn = this.line.then(() => alone(async (): Promise<Outcome> => {
      if (this.stopped) return "later";
      try {
        const [outcome, retryAfter, status] = await attempt();
        this.answered = status;
        this.signedOut = outcome === "signedOut";
        if (outcome === "later") this.retryLater(retryAfter);
        else this.failures = 0;
        return outcome;
      } catch { // the phone's own storage: it is as it was
        this.retryLater();
        return "later";
      } finally {
        if (this.sending?.id === id) this.sending = undefined;
        this.wiring.changed("state");
      }
    }));
    this.line = turn.catch(() => undefined);
    return turn;
  }

  private async attempt(id: string): Promise<[Outcome, number?, number?]> {
    const { store } = this.wiring;
    const kept = await store.get(id);
    if (!kept || kept.state === "sent") return ["sent"];
    if (!kept.submission || kept.state === "unfinished") return ["refused"];
    this.begin(id);
    const text = JSON.stringify(kept.submission), blobs = await store.attachments(id), names = kept.files ?? [];
    const files = names.flatMap((name): [string, Blob][] => blobs.has(name) ? [[name, blobs.get(name)!]] : []);
    let digest: string;
    try {
      const lacks = names.find(name => !blobs.has(name));
      if (lacks !== undefined) throw new Unreadable(lacks);
      digest = await digestOf(text, files);
    } catch (cause) {
      if (!(cause instanceof Unreadable)) throw cause;
      return [await this.refuse(id, text, { message: "", details: [], unreadable: cause.file })];
    }
    const body = () => {
      const form = new FormData();
      form.append("submission", text);
      for (const [name, blob] of files) form.append("file", blob, name);
      return form;
    };
    const reply = await this.deliver(kept.postUrl, id, body);
    return [await this.settle(id, text, reply, digest), reply.retryAfter, reply.status];
  }

  private begin(id: string): void {
    this.sending = { id, share: 0 };
    this.wiring.changed("progress");
  }

  private async deliver(url: string, id: string, body: () => Body): Promise<Reply> {
    const progress = (share: number) => {
      this.sending = { id, share };
      this.wiring.changed("progress");
    };
    if (this.csrf === "") {
      const session = await this.wiring.session();
      if (session === "signedOut" || session === "later") return { status: session === "later" ? 0 : 401, body: null };
      this.csrf = session.csrf;
    }
    const reply = await this.wiring.post(url, body(), this.csrf, progress);
    const stale = reply.status === 403 && reply.body?.code === "web.csrf";
    if (!stale && !reply.body?.access) return reply;
    const session = await this.wiring.session();
    if (session === "signedOut") return { status: 401, body: null };
    if (session === "later") return stale ? { status: 0, body: null } : reply;
    this.csrf = session.csrf;
    return stale ? this.wiring.post(url, body(), this.csrf, progress) : reply;
  }

  private async settle(id: string, text: string, reply: Reply, digest: string): Promise<Outcome> {
    const { store } = this.wiring, { status, body } = reply;
    // A proxy's or a portal's own 200 page is no receipt, nor is one for something else than was sent.
    if (status === 201 && body?.receipt && body.digest === digest) {
      await store.update(id, kept => !isSame(kept, text) ? undefined : { ...kept, state: "sent",
        receipt: body.receipt, receiptUrl: body.submissionUrl, flagged: body.flagged === true || undefined, tracking: body.tracking,
        changed: new Date().toISOString(), answers: {}, excerpt: "", submission: undefined, refusal: undefined });
      if ((await store.get(id))?.state !== "sent") return "later";
      await store.detach(id);
      return "sent";
    }
    const outcome = judged(reply), refusal: Refusal = { message: body?.message ?? "", code: body?.code, details: body?.details ?? [] };
    if (outcome === "barred") await store.update(id, kept => isSame(kept, text) ? { ...kept, state: "waiting", refusal } : undefined);
    return outcome === "refused" ? this.refuse(id, text, refusal) : outcome;
  }

  private async refuse(id: string, text: string, refusal: Refusal): Promise<Outcome> {
    await this.wiring.store.update(id, kept => isSame(kept, text) ? { ...kept, state: "refused", refusal } : undefined);
    return "refused";
  }

  private async attemptVisit(id: string): Promise<[Outcome, number?, number?]> {
    const { store } = this.wiring;
    const visit = (await store.visits()).find(one => one.id === id);
    if (!visit || visit.state === "sent") return ["sent"];
    this.begin(id);
    const { at, outcome, note } = visit;
    const reply = await this.deliver(visit.postUrl, id, () => JSON.stringify({ id, at, outcome, note })), { status, body, retryAfter } = reply;
    const how: Outcome = (status === 200 || status === 201) && body?.id === id ? "sent" : judged(reply);
    const after: FieldVisit = { ...visit, state: how === "barred" ? "waiting" : how === "sent" ? "sent" : "refused", refusal: how === "sent" ? undefined : body?.message ?? "" };
    if (how === "sent" || how === "refused" || how === "barred") await store.putVisit(after);
    return [how, retryAfter, status];
  }

  private retryLater(seconds?: number): void {
    const pause = Math.min(longest, shortest * 2 ** this.failures++);
    const alarm = ++this.alarm;
    this.wiring.later(Math.max(pause, (seconds ?? 0) * 1000), () => {
      if (alarm === this.alarm) void this.sendAll();
    });
  }
}

/** placeOf is the project, or the link, that an address belongs to. */
const placeOf = (postUrl: string) => postUrl.split("/", 3).join("/");

// Another tab may have had a receipt meanwhile, or have opened it again and changed it.
const isSame = ({ state, submission }: Kept, text: string) => (state === "waiting" || state === "refused") && JSON.stringify(submission) === text;

/** judged is what an answer means that is no receipt. Only the server's own words refuse, not a proxy's, nor what it says of a request that was cut off. */
function judged({ status, body }: Reply): Outcome {
  if (status === 401) return "signedOut";
  if (body?.access) return "barred";
  const refuses = status >= 400 && status < 500 && status !== 408 && status !== 429 && typeof body?.code === "string" && body.code !== "web.bodyUnreadable";
  return refuses || status === 413 ? "refused" : "later";
}

/** stumbles tells whether an answer is of this one instance, so that others may go. */
const stumbles = (status = 0) => status === 500 || status >= 400 && status < 500 && status !== 408 && status !== 429;

const silence = 60_000;

/** post sends with progress; an upload that stands still for a minute is given up. */
export const post: Post = (url, body, csrf, progress) => new Promise(resolve => {
  const request = new XMLHttpRequest();
  let timer = setTimeout(() => request.abort(), silence);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), silence);
  };
  request.upload.onprogress = event => {
    alive();
    if (event.lengthComputable) progress(event.loaded / event.total);
  };
  request.onloadend = () => {
    clearTimeout(timer);
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* not ours: judged by its status */ }
    const retryAfter = Number(request.getResponseHeader("Retry-After")) || undefined;
    resolve({ status: request.status, body: answer, retryAfter });
  };
  request.open("POST", url);
  request.setRequestHeader("X-CSRF-Token", csrf);
  request.setRequestHeader("Accept", "application/json");
  if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
  request.send(body);
});

/** freshSession asks who is signed in now; another person counts as signed out. */
export async function freshSession(login: string): Promise<{ csrf: string } | "signedOut" | "later"> {
  try {
    const reply = await fetch("/session", { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (reply.status === 401) return "signedOut";
    if (!reply.ok) return "later";
    const session = await reply.json() as { csrf: string; login: string };
    return session.login === login ? { csrf: session.csrf } : "signedOut";
  } catch {
    return "later";
  }
}
