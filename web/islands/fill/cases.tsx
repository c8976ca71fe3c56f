import { t, type CaseRef } from "./data";
import { LongRows, Rows } from "./inputs/rows";

interface Props { cases: CaseRef[]; chosen?: string; pick(about?: CaseRef): void }

/** Which case an instance is about; "" is about none, undefined is not said yet. */
export function CaseChoice({ cases, chosen, pick }: Props) {
  const options = cases.map(c => ({ value: c.id, label: c.title, hint: c.hint }));
  const picked = chosen === undefined ? [] : [chosen];
  const choose = (id: string) => pick(cases.find(c => c.id === id));
  return <fieldset class="question">
    <legend><h2>{t("fill.case.which")}</h2></legend>
    <LongRows name="case" options={options} chosen={picked} pick={choose} />
    <Rows name="case" options={[{ value: "", label: t("fill.case.none") }]} chosen={picked} pick={choose} />
  </fieldset>;
}
