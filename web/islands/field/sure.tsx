// A question before something may be lost.
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface SureProps { label: string; text: string; yes: string; no: string; opener: RefObject<HTMLButtonElement>; sure(): void; back(): void }

/** The answer that loses nothing has the focus; with it the focus goes back to the button that asked. */
export function Sure({ label, text, yes, no, opener, sure, back }: SureProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current!.focus(), []);
  const leave = () => {
    opener.current?.focus();
    back();
  };
  return <div class="sure" role="alertdialog" aria-label={label} onKeyDown={event => { if (event.key === "Escape") leave(); }}>
    <p class="bad">{text}</p>
    <div class="buttons">
      <button type="button" class="quiet danger" onClick={sure}>{yes}</button>
      <button type="button" class="main" ref={keep} onClick={leave}>{no}</button>
    </div>
  </div>;
}
