// In which order assignments stand, and which are late.
import type { Assigned, Kept } from "../fill/store";
import type { Project } from "./data";

export type Order = "due" | "place";

/** isOpen tells whether something is still to be done for an assignment, by this person. */
export const isOpen = ({ state, handedTo, withdrawn }: Assigned) => !handedTo && withdrawn === undefined && (state === "open" || state === "late" || state === "visited");

/** sentSince is what was sent for an assignment after the server's list was asked for: of it the list knows nothing yet. */
export const sentSince = ({ id, project }: Assigned, all: Kept[], projects: Project[]) =>
  all.find(({ assignment, state, changed }) => assignment === id && state === "sent" && changed > (projects.find(one => one.id === project)?.asked ?? ""));

/** today is the day on this phone: 2026-04-30. */
export function today(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** isLate tells whether an assignment's day is past. */
export const isLate = ({ due }: Assigned, day = today()) => due !== "" && due < day;

// What has no day comes after what has one.
const byDue = (a: Assigned, b: Assigned) => (a.due || "9").localeCompare(b.due || "9") || a.caseTitle.localeCompare(b.caseTitle, "zh");

/** arranged sorts assignments by their day, or by place and there by their day. */
export function arranged(tasks: Assigned[], order: Order): Assigned[] {
  const byPlace = (a: Assigned, b: Assigned) => Number(a.place === "") - Number(b.place === "") || a.place.localeCompare(b.place, "zh") || byDue(a, b);
  return tasks.slice().sort(order === "due" ? byDue : byPlace);
}
