// What the tests of the fill page share.
import type { Field } from "./engine/types";
import type { Kept } from "./store";

/** kept makes an instance as bob began it. */
export function kept(change: Partial<Kept>): Kept {
  return { id: "uuid:1", form: "f1", version: 1, title: "居民问卷", caseId: "", caseTitle: "", language: "", state: "unfinished",
    started: "2026-04-12T02:30:00.000Z", changed: "2026-04-12T02:30:00.000Z", answers: {}, page: 0, excerpt: "", answered: 0, asked: 0,
    postUrl: "/p/p1/submissions", pageUrl: "/p/p1/forms/f1/fill", ...change };
}

/** waiting makes one that is complete and waits to be sent. */
export function waiting(id: string, change: Partial<Kept> = {}): Kept {
  return kept({ id, state: "waiting", files: [], submission: { instanceId: id, formId: "f1", version: 1, caseId: "", language: "", deviceId: "d1",
    started: "2026-04-12T02:30:00.000Z", ended: "2026-04-12T02:40:00.000Z", answers: { name: "王秀英" } }, ...change });
}

/** field makes a field with its label. */
export function field(name: string, type: string, change: Partial<Field> = {}): Field {
  return { name, type, label: { "": name }, ...change };
}
