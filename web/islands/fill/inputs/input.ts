import type { NodeView } from "../engine/types";
import type { Filling } from "../filling";

/** What every input is given. */
export interface InputProps {
  node: NodeView;
  filling: Filling;
  id: string;             // of the control that the label names
  describedBy?: string;   // ids of hint and error
  invalid: boolean;
  table?: boolean;        // in a group whose questions share one scale
}

/** aria gives a control its description and state. */
export function aria({ node, describedBy, invalid }: InputProps) {
  return { "aria-describedby": describedBy, "aria-invalid": invalid || undefined, "aria-required": node.required || undefined };
}

/** labelOf is a choice's label in the instance's language. */
export function labelOf({ node, filling }: Pick<InputProps, "node" | "filling">, name: string): string {
  const choice = node.choices?.find(c => c.name === name);
  return choice ? filling.engine.text(node.path, choice.label, filling.kept.language) || name : name;
}

let held = false; // a mouse's button is down; a finger is up again before anything loses the focus

/** watchPresses lets left know of presses that are not clicks yet. */
export function watchPresses(): void {
  addEventListener("pointerdown", () => { held = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { held = false; }, true);
}

/**
 * left judges the answer of a question that has been left, once the press that left it
 * is a click: a complaint on the page would move what is being pressed away.
 */
export function left({ node, filling }: Pick<InputProps, "node" | "filling">): void {
  const judge = () => setTimeout(() => filling.leave(node.path));
  if (held) addEventListener("pointerup", judge, { once: true });
  else judge();
}
