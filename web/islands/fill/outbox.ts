// Sending what is finished, and sending it again until the server has it. The
// instance keeps its id, so that the server stores it once however often it comes.
import type { Kept, Refusal, Store } from "./store";

/** The server's answer; status 0: none came. */
export interface Reply { status: number; body: any; retryAfter?: number }
export type Post = (url: string, body: FormData, csrf: string, progress: (share: number) => void) => Promise<Reply>;

/** How a try ended. */
export type Outcome = "sent" | "refused" | "signedOut" | "later";

export interface Wiring {
  store: Store;
  post: Post;
  /** A fresh CSRF token, or why there is none. */
  session(): Promise<{ csrf: string } | "signedOut" | "later">;
  /** Calls back after that many milliseconds. */
  later(ms: number, call: () => void): void;
  changed(): void;
}

const shortest = 5_000, longest = 300_000;

export class Outbox {
  /** What is under way: which instance, and how much of it is sent, 0 to 1. */
  sending?: { id: string; share: number };
  signedOut = false;
  private failures = 0;
  private alarm = 0;
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly wiring: Wiring, private csrf: string) {}

  /** Sends everything that waits, one after another; stops at the first that must wait on. */
  async sendAll(): Promise<void> {
    for (const kept of await this.wiring.store.list()) {
      if (kept.state !== "waiting") continue;
      const outcome = await this.send(kept.id);
      if (outcome === "later" || outcome === "signedOut") return;
    }
  }

  /** Sends one instance after those already under way. */
  send(id: string): Promise<Outcome> {
    const turn = this.line.then(() => this.attempt(id));
    this.line = turn.catch(() => undefined);
    return turn;
  }

  private async attempt(id: string): Promise<Outcome> {
    const { store } = this.wiring;
    const kept = await store.get(id);
    if (!kept || kept.state === "sent") return "sent";
    if (!kept.submission) return "refused";
    this.sending = { id, share: 0 };
    this.wiring.changed();
    try {
      const reply = await this.deliver(kept);
      const outcome = await this.settle(kept, reply);
      this.signedOut = outcome === "signedOut";
      if (outcome === "later") this.retryLater(reply.retryAfter);
      else this.failures = 0;
      return outcome;
    } finally {
      this.sending = undefined;
      this.wiring.changed();
    }
  }

  private async deliver(kept: Kept): Promise<Reply> {
    const blobs = await this.wiring.store.attachments(kept.id);
    const body = () => {
      const form = new FormData();
      form.append("submission", JSON.stringify(kept.submission));
      for (const name of kept.files ?? []) {
        const blob = blobs.get(name);
        if (blob) form.append("file", blob, name);
      }
      return form;
    };
    const progress = (share: number) => {
      this.sending = { id: kept.id, share };
      this.wiring.changed();
    };
    const reply = await this.wiring.post(kept.postUrl, body(), this.csrf, progress);
    if (reply.status !== 403 || reply.body?.code !== "web.csrf") return reply;
    const session = await this.wiring.session();
    if (session === "signedOut") return { status: 401, body: null };
    if (session === "later") return { status: 0, body: null };
    this.csrf = session.csrf;
    return this.wiring.post(kept.postUrl, body(), this.csrf, progress);
  }

  private async settle(kept: Kept, { status, body }: Reply): Promise<Outcome> {
    const { store } = this.wiring;
    // A proxy's or a portal's own 200 page is no receipt.
    if (status === 201 && body?.receipt) {
      const receipt: Kept = { ...kept, state: "sent", receipt: body.receipt, receiptUrl: body.submissionUrl,
        changed: new Date().toISOString(), answers: {}, excerpt: "", submission: undefined, refusal: undefined };
      await store.put(receipt);
      await store.detach(kept.id);
      return "sent";
    }
    if (status === 401) return "signedOut";
    if (status === 429 || status < 400 || status >= 500 || status === 408) return "later";
    const refusal: Refusal = { message: body?.message ?? "", details: body?.details ?? [] };
    await store.put({ ...kept, state: "refused", refusal });
    return "refused";
  }

  private retryLater(seconds?: number): void {
    const pause = Math.min(longest, shortest * 2 ** this.failures++);
    const alarm = ++this.alarm;
    this.wiring.later(Math.max(pause, (seconds ?? 0) * 1000), () => {
      if (alarm === this.alarm) void this.sendAll();
    });
  }
}

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
