import { t } from "../fill/data";
import type { Shell } from "./shell";

/** The forms that one may begin, by project. */
export function Forms({ shell }: { shell: Shell }) {
  const projects = shell.projects.filter(({ forms }) => forms.length > 0);
  return <section class="sheet">
    <h2>{t("field.forms")}</h2>
    {projects.length === 0 && <p class="hint">{t("field.forms.none")}</p>}
    {projects.map(({ id, title, forms }) => <div key={id}>
      {projects.length > 1 && <h3 class="hint">{title}</h3>}
      <ul class="kept">{forms.map(form => <li key={form.id}>
        {form.closed ? <p class="row-text"><span>{form.title}</span><small class="bad">{form.closed}</small></p>
          : <a class="row-link" href={form.fillUrl}><span>{form.title}</span><small>{t("field.forms.version", form.version)}</small>
            {!navigator.onLine && !shell.carried.has(form.fillUrl) && <small class="bad">{t("field.forms.left")}</small>}</a>}
      </li>)}</ul>
    </div>)}
  </section>;
}
