// What surrounds every screen: the bar at the top, banners, and the line that can be undone.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t, type FillData } from "./data";
import { progress } from "./pages";
import type { Filling } from "./filling";

interface BarProps { data: FillData; filling?: Filling; lasting: boolean; children?: ComponentChildren }

export function Bar({ data, filling, lasting, children }: BarProps) {
  const { asked, answered } = filling ? progress(filling.view()) : { asked: 0, answered: 0 };
  const text = t("fill.progress", answered, asked);
  return <header class="bar">
    {data.preview && <p class="banner">{t("fill.preview.banner")}</p>}
    {data.demo && <p class="banner">{t("fill.demo.banner")}</p>}
    {!lasting && !data.preview && <p class="banner bad" role="alert">{t("fill.notLasting")}</p>}
    <div class="bar-line">
      <span class="bar-title">{data.form.title}</span>
      {children}
    </div>
    {filling && <>
      <p class="bar-state"><span>{text}</span><span>{!navigator.onLine && t("fill.offline")}</span></p>
      <div class="progress" role="progressbar" aria-label={t("fill.progress.label")} aria-valuemin={0} aria-valuemax={asked} aria-valuenow={answered} aria-valuetext={text}>
        <div style={{ width: `${asked === 0 ? 0 : (answered / asked) * 100}%` }} />
      </div>
      {filling.unsaved && <p class="banner bad" role="alert">{t("fill.unsaved")}</p>}
    </>}
  </header>;
}

export function LanguageSwitch({ filling, choose }: { filling: Filling; choose(language: string): void }) {
  const { languages } = filling.definition;
  if (languages.length < 2) return null;
  return <select class="language" aria-label={t("fill.language")} value={filling.kept.language} onChange={event => choose(event.currentTarget.value)}>
    {languages.map(language => <option key={language} value={language}>{language.replace(/\s*\([^)]*\)$/, "") || language || t("fill.language.default")}</option>)}
  </select>;
}

/** A screen's heading takes the focus when the screen appears. */
export function Title({ children, quiet }: { children: ComponentChildren; quiet?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (quiet) return;
    window.scrollTo(0, 0);
    heading.current!.focus({ preventScroll: true });
  }, []);
  return <h1 class="title" tabIndex={-1} ref={heading}>{children}</h1>;
}

export function Toast({ text, undo }: { text: string; undo(): void }) {
  return <div class="toast" role="status"><span>{text}</span><button type="button" onClick={undo}>{t("fill.undo")}</button></div>;
}
