// Parts of the page that only some forms need. They come after the page, and are
// kept with it for when there is no network.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "./data";

type Drawn<P> = (props: P) => ComponentChildren;

/** A component that comes when it is drawn, or when load is called. */
export interface Part<P> {
  (props: P): ComponentChildren;
  load(): Promise<unknown>;
}

/** part makes a component of a module's default export. */
export function part<P extends object>(bring: () => Promise<{ default: Drawn<P> }>): Part<P> {
  let Ready: Drawn<P> | undefined;
  const load = async () => { Ready ??= (await bring()).default; };
  const Lazy = (props: P) => {
    const [state, setState] = useState<"" | "here" | "failed">("");
    const get = () => {
      setState("");
      load().then(() => setState("here"), () => setState("failed"));
    };
    useEffect(() => { if (!Ready) get(); }, []);
    if (Ready) return <Ready {...props} />;
    return state === "failed" ? <p class="hint">{t("fill.part.failed")} <button type="button" class="link" onClick={get}>{t("fill.part.again")}</button></p>
      : <p class="hint">{t("fill.part.coming")}</p>;
  };
  return Object.assign(Lazy, { load });
}
