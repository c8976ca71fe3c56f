import { useEffect, useReducer } from "preact/hooks";
import { signInUrl, t } from "../fill/data";
import { Forms } from "./forms";
import { Carried, Notices } from "./notices";
import { Queue } from "./queue";
import type { Shell } from "./shell";
import { Tasks, ToMendList } from "./tasks";

export function App({ shell }: { shell: Shell }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => shell.begin(() => redraw(0)), []);
  const { person, store } = shell;
  return <>
    <header class="bar"><div class="bar-line">
      <span class="bar-title">{person ? `${t("field.title")} · ${person.name}` : t("field.title")}</span>
      <span class={navigator.onLine ? "net" : "net off"} role="status">{navigator.onLine ? t("field.online") : t("field.offline")}</span>
      <a class="link" href="/">{t("field.home")}</a>
    </div></header>
    <main>
      <h1 class="title">{t("field.title")}</h1>
      <Notices shell={shell} />
      {!shell.ready ? <p class="hint">{t("field.opening")}</p> : !person ? <Nobody /> : store && !shell.damaged && <>
        <ToMendList shell={shell} />
        <Tasks shell={shell} />
        <Forms shell={shell} />
        <Queue shell={shell} />
        <Carried shell={shell} />
      </>}
    </main>
  </>;
}

/** Nobody is signed in, as far as this phone knows. */
function Nobody() {
  return <section class="sheet empty">
    <p>{navigator.onLine ? t("field.nobody") : t("field.nobody.offline")}</p>
    {navigator.onLine && <a class="button main wide" href={signInUrl()}>{t("field.signIn")}</a>}
  </section>;
}
