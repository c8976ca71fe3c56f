// The log of how a form is filled in, where its question "audit" asks for one: the file audit.csv as ODK
// Collect writes it (docs.getodk.org/form-audit-log). A page shows several questions; what passes between
// the last answer to one and the last answer to the next counts for the next.
import { canLocate, follow } from "./locate";
import { nodeAt } from "./mending";
import type { Field } from "./engine/types";
import type { Filling } from "./filling";

const mostRows = 20_000;

interface Attention { path: string; since: number; until: number; before: string }

export class Log {
  readonly name = "audit.csv";
  /** Whether something was written down since the file was made. */
  isNew = false;
  private readonly rows: string[];
  private readonly columns: string[];
  private now?: Attention;
  private since: number;      // from when attention is nobody's
  private place?: { at: number; columns: string[] };
  private unfollow?: () => void;

  constructor(private readonly audit: Field, private readonly root: string, private readonly user: string,
    private readonly value: (path: string) => string, former: string, private readonly clock = () => Date.now()) {
    this.columns = ["event", "node", "start", "end", ...this.wants("location-priority") ? ["latitude", "longitude", "accuracy"] : [],
      ...this.tracks ? ["old-value", "new-value"] : [], ...this.wants("identify-user") ? ["user"] : [], ...this.asksWhy ? ["change-reason"] : []];
    this.rows = former.split("\n").filter(Boolean);
    this.since = clock();
    if (this.rows.length > 0) this.write("form resume");
    else {
      this.rows.push(this.columns.join(","));
      this.write("form start");
    }
  }

  private wants(name: string): boolean {
    const value = this.audit.parameters?.[name] ?? "";
    return value !== "" && value !== "false";
  }

  private get tracks(): boolean { return this.wants("track-changes"); }

  /** Whether it is to say why what was sent is changed. */
  get asksWhy(): boolean { return this.wants("track-changes-reasons"); }

  /** Says why what was sent is changed. */
  explain(why: string): void {
    if (why) this.write("change reason", "", this.clock(), undefined, undefined, why);
  }

  /** Whether places are written down. */
  get locates(): boolean { return this.wants("location-priority") && canLocate(); }

  /** Begins to follow where the phone is, if the form wants that. */
  locate(): void {
    if (!this.locates || this.unfollow) return;
    this.unfollow = follow(({ latitude, longitude, accuracy }) => {
      this.place = { at: this.clock(), columns: [latitude.toFixed(6), longitude.toFixed(6), accuracy.toFixed(1)] };
    }, () => { /* then there is no place */ });
  }

  private here(): string[] {
    const age = (Number(this.audit.parameters?.["location-max-age"]) || 60) * 1000;
    return this.place && this.clock() - this.place.at <= age ? this.place.columns : ["", "", ""];
  }

  private write(event: string, path = "", start = this.clock(), end?: number, values: [string, string] = ["", ""], why = ""): void {
    if (this.rows.length >= mostRows) return;
    const columns = [event, path && `/${this.root}/${path}`, String(start), end === undefined ? "" : String(end),
      ...this.wants("location-priority") ? this.here() : [], ...this.tracks ? values : [], ...this.wants("identify-user") ? [this.user] : [], ...this.asksWhy ? [why] : []];
    this.rows.push(columns.map(quoted).join(","));
    this.isNew = true;
  }

  /** A question is looked at or answered. */
  attend(path: string): void {
    const at = this.clock();
    if (this.now?.path === path) {
      this.now.until = at;
      return;
    }
    const since = this.end(this.now?.until);
    this.now = { path, since, until: at, before: this.value(path) };
  }

  /** Ends the attention to a question; gives when it ended. */
  private end(until = this.clock()): number {
    const { now } = this;
    if (!now) return this.since;
    const after = this.value(now.path);
    this.write("question", now.path, now.since, until, after === now.before ? undefined : [now.before, after]);
    this.now = undefined;
    return this.since = until;
  }

  /** Another page is shown, or what is not a page of questions: "end screen", "jump". */
  turn(event = ""): void {
    this.end();
    const at = this.clock();
    if (this.screen) this.write(this.screen.event, "", this.screen.since, at);
    this.screen = event ? { event, since: at } : undefined;
    this.since = at;
  }

  private screen?: { event: string; since: number };

  /** The page goes out of sight, or the instance is closed; a later attention resumes it. */
  leave(): void {
    if (this.left) return;
    this.turn();
    this.write("form save");
    this.write("form exit");
    this.left = true;
    this.unfollow?.();
    this.unfollow = undefined;
  }

  private left = false;

  /** The page is back in sight. */
  resume(): void {
    if (!this.left) return;
    this.left = false;
    this.since = this.clock();
    this.write("form resume");
    this.locate();
  }

  /** The instance is finished. */
  finish(): void {
    this.leave();
    this.write("form finalize");
  }

  file(): Blob {
    this.isNew = false;
    return new Blob([this.rows.join("\n") + "\n"], { type: "text/csv" });
  }
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""').replace(/\r?\n/g, " ")}"` : text;
}

let stop = () => {};

/** startLog begins or goes on with an instance's log, and follows what on the page has the focus. */
export async function startLog(filling: Filling, user: string): Promise<Log> {
  const { definition, blobs } = filling;
  const log = new Log(definition.audit!, definition.xform?.name ?? "data", user, path => nodeAt(filling.view(), path)?.value ?? "",
    await new Response(blobs.get("audit.csv") ?? "").text());
  stop();
  const attend = ({ target }: Event) => {
    const question = target instanceof Element && target.closest<HTMLElement>('.question[id^="q:"]');
    if (question) log.attend(question.id.slice(2));
  };
  const hide = () => document.visibilityState === "hidden" ? log.leave() : log.resume();
  document.addEventListener("focusin", attend);
  document.addEventListener("visibilitychange", hide);
  stop = () => {
    document.removeEventListener("focusin", attend);
    document.removeEventListener("visibilitychange", hide);
  };
  log.locate();
  return log;
}
