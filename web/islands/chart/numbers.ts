// The table of a chart's numbers. Each is a button that leads to what is behind it.
import { type Cell, type Data, type Label, type Result, element, t } from "./types";

const mostPoints = 100;

export type Behind = (category: string, series: string, title: string) => void;

/** format says a value: shares in percent, whole numbers whole, others with two digits at most. */
export function format(value: number, shares: boolean): string {
  if (shares) return `${(value * 100).toFixed(1)}%`;
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** numbersTable shows the result; what is clicked is told with the codes of its mark. */
export function numbersTable(data: Data, behind: Behind): HTMLElement {
  const result = data.result!;
  if (data.spec.kind === "scatter") return points(result, behind);
  if (data.spec.kind === "boxplot") return boxes(result, behind);
  return values(result, data.spec.statistic, behind);
}

function head(...cells: string[]): HTMLElement {
  const row = element("tr", "", cells.map((cell, i) => element("th", i ? "num" : "", [cell], { scope: "col" })));
  return element("thead", "", [row]);
}

function table(header: HTMLElement, rows: HTMLElement[]): HTMLElement {
  return element("table", "table numbers-table", [header, element("tbody", "", rows)]);
}

function button(text: string, title: string, click: () => void): HTMLElement {
  const made = element("button", "number", [text], { type: "button", "aria-label": `${title}: ${text}, ${t("chart.live.showBehind")}` });
  made.addEventListener("click", click);
  return made;
}

const titleOf = (...labels: string[]) => labels.filter(Boolean).join(" · ");

function rowHead(label: string): HTMLElement {
  return element("th", "", [label], { scope: "row" });
}

function values(result: Result, statistic: string, behind: Behind): HTMLElement {
  const series = result.series ?? [];
  const alone = series.length === 1;
  const counts = statistic === "count" && !result.shares;
  const unit = result.unit ? `（${result.unit}）` : "";
  const header = alone
    ? head(result.by || t("chart.live.group"), (series[0]!.label || result.measure || t("chart.live.value")) + unit, ...(counts ? [] : [t("chart.live.total")]))
    : head(result.by || t("chart.live.group"), ...series.map(s => s.label + unit));
  const small = (cell: Cell) => (result.shares && cell.of !== undefined ? `${cell.n}/${cell.of}` : `n=${cell.n}`);
  const number = (cell: Cell | undefined, category: Label, of: Label) => {
    const title = titleOf(category.label, alone ? "" : of.label);
    if (!cell || cell.empty) return "—";
    return button(format(cell.value, !!result.shares), title, () => behind(category.code, of.code, title));
  };
  const rows = (result.categories ?? []).map((category, i) => {
    const cells = series.map(s => {
      const cell = s.cells?.[i];
      const td = element("td", "num", [number(cell, category, s)]);
      if (!alone && !counts && cell && !cell.empty) td.append(element("span", "number-n", [small(cell)]));
      return td;
    });
    const only = series[0]?.cells?.[i];
    if (alone && !counts) cells.push(element("td", "num", [only ? (result.shares && only.of !== undefined ? `${only.n}/${only.of}` : String(only.n)) : ""]));
    return element("tr", "", [rowHead(category.label), ...cells]);
  });
  return table(header, rows);
}

function boxes(result: Result, behind: Behind): HTMLElement {
  const header = head(result.by || t("chart.live.group"), t("chart.live.minimum"), t("chart.live.lower"), t("chart.live.median"), t("chart.live.upper"),
    t("chart.live.maximum"), t("chart.live.total"));
  const rows = (result.categories ?? []).flatMap((category, i) =>
    (result.series ?? []).filter(s => s.cells?.[i]?.box).map(s => {
      const cell = s.cells![i]!;
      const title = titleOf(category.label, s.label);
      return element("tr", "", [
        rowHead(title || result.measure),
        ...cell.box!.map(value => element("td", "num", [format(value, false)])),
        element("td", "num", [button(String(cell.n), title, () => behind(category.code, s.code, title))]),
      ]);
    }));
  return table(header, rows);
}

function points(result: Result, behind: Behind): HTMLElement {
  const header = head(t("chart.live.point"), result.second ?? "", result.measure);
  const all = (result.series ?? []).flatMap(s => (s.points ?? []).map((point, i) => ({ s, point, i })));
  const rows = all.slice(0, mostPoints).map(({ s, point, i }) => {
    const title = titleOf(point.label || String(i + 1), s.label);
    return element("tr", "", [
      rowHead(title),
      element("td", "num", [format(point.x, false)]),
      element("td", "num", [button(format(point.y, false), title, () => behind(String(i), s.code, title))]),
    ]);
  });
  const made = table(header, rows);
  if (all.length > mostPoints) made.append(element("caption", "", [t("chart.live.morePoints", mostPoints)]));
  return made;
}
