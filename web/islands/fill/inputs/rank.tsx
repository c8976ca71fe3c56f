import { useRef, useState } from "preact/hooks";
import { t } from "../data";
import { plain } from "../markdown";
import type { InputProps } from "./input";
import { useOptions } from "./options";

/** moved gives an order with one name at another place. */
export function moved(order: string[], from: number, to: number): string[] {
  const next = [...order];
  const [name] = next.splice(from, 1);
  next.splice(to, 0, name!);
  return next;
}

/** Choices to be put in order, by dragging or by buttons; no answer until moved or confirmed. */
export default function RankInput(props: InputProps) {
  const { node, filling } = props;
  const [said, setSaid] = useState("");
  const options = useOptions(props);
  const labels = new Map(options.map(o => [o.value, plain(o.label)] as [string, string]));
  const ranked = node.value === "" ? [] : node.value.split(" ").filter(name => labels.has(name));
  const order = [...ranked, ...options.map(o => o.value).filter(name => !ranked.includes(name))];
  const move = (from: number, to: number) => {
    filling.answer(node.path, moved(order, from, to).join(" "));
    setSaid(t("fill.rank.moved", labels.get(order[from]!)!, to + 1));
  };
  const drag = useDrag(order, move);
  const button = (i: number, by: number, sign: string, name: string) =>
    <button type="button" class="square" aria-label={name} disabled={i + by < 0 || i + by >= order.length} onClick={() => move(i, i + by)}>{sign}</button>;
  return <div class={node.value === "" ? "rank unset" : "rank"}>
    <ol ref={drag.list}>{(drag.order ?? order).map((name, i) => {
      const label = labels.get(name)!;
      return <li key={name} class={drag.held === name ? "held" : ""}>
        <span class="grip" aria-hidden="true" {...drag.grip(name)}>⠿</span>
        <span class="place">{node.value === "" ? "–" : i + 1}</span><span class="named">{label}</span>
        {button(i, -1, "↑", t("fill.rank.up", label))}{button(i, 1, "↓", t("fill.rank.down", label))}
      </li>;
    })}</ol>
    {node.value === "" && <button type="button" class="quiet" onClick={() => filling.answer(node.path, order.join(" "))}>{t("fill.rank.confirm")}</button>}
    <p class="unseen" role="status">{said}</p>
  </div>;
}

/** Lets a finger or mouse carry a row to another place; the order as it would be is shown meanwhile. */
function useDrag(order: string[], move: (from: number, to: number) => void) {
  const list = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<{ name: string; to: number }>();
  const from = held ? order.indexOf(held.name) : -1;
  const grip = (name: string) => ({
    onPointerDown(event: PointerEvent) {
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      setHeld({ name, to: order.indexOf(name) });
    },
    onPointerMove({ clientY }: PointerEvent) {
      if (!held) return;
      const middles = Array.from(list.current!.children, row => { const { top, height } = row.getBoundingClientRect(); return top + height / 2; });
      const others = middles.filter((_, i) => i !== held.to);
      const to = others.filter(middle => middle < clientY).length;
      if (to !== held.to) setHeld({ name, to });
    },
    onPointerUp() {
      if (held && held.to !== from) move(from, held.to);
      setHeld(undefined);
    },
    onPointerCancel() { setHeld(undefined); },
  });
  return { list, held: held?.name, order: held && moved(order, from, held.to), grip };
}
