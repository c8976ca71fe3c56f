// The table of a chart's numbers. Each is a button that leads to what is behind it.
import { type Cell, type Data, type Label, type Result, element, t } from "./types";

const mostPoints = 100;

export type Behind = (category: string, series: string) => void;

/** format says a value: shares in percent, means with two digits, others with two at most. */
export function format(value: number, as?: string): string {
  if (as === "share") return `${(value * 100).toFixed(1)}%`;
  return value.toLocaleString("en-US", { minimumFractionDigits: as === "mean" ? 2 : 0, maximumFractionDigits: 2 });
}

/** numbersTable shows the result; what is clicked is told by the codes of its mark. */
export function numbersTable(data: Data, behind: Behind): HTMLElement {
  const result = data.result!;
  if (data.spec.kind === "scatter") return points(result, behind);
  if (data.spec.kind === "boxplot") return boxes(result, behind);
  return values(result, data, behind);
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

function values(result: Result, data: Data, behind: Behind): HTMLElement {
  const series = result.series ?? [];
  const alone = series.length === 1;
  const counts = data.spec.statistic === "count" && !result.shares;
  const unit = result.unit ? `（${result.unit}）` : "";
  const first = result.by || result.measure || t("chart.live.group");
  const header = alone
    ? head(first, (series[0]!.code ? series[0]!.label : data.value) + unit, ...(counts ? [] : [t(result.shares ? "chart.live.ofBase" : "chart.live.total")]))
    : head(first, ...series.map(s => s.label + unit));
  const behindIt = (cell: Cell) => (result.shares && cell.of !== undefined ? `${cell.n}/${cell.of}` : String(cell.n));
  const number = (cell: Cell, category: Label, of: Label) => {
    const title = titleOf(category.label, of.code && of.label);
    return button(format(cell.value, result.shares ? "share" : data.spec.statistic), title, () => behind(category.code, of.code));
  };
  const rows = (result.categories ?? []).map((category, i) => {
    const cells = series.flatMap(s => {
      const cell = s.cells?.[i];
      if (!cell || cell.empty) return [element("td", "num", [cell?.hidden ? t("chart.live.hidden") : "—"]), ...(alone && !counts ? [element("td", "num")] : [])];
      const td = element("td", "num", [number(cell, category, s)]);
      if (counts) return [td];
      if (alone) return [td, element("td", "num", [behindIt(cell)])];
      td.append(element("span", "number-n", [result.shares ? behindIt(cell) : t("chart.live.n", cell.n)]));
      return [td];
    });
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
      const title = titleOf(category.label, s.code && s.label);
      return element("tr", "", [
        rowHead(title || result.measure),
        ...cell.box!.map(value => element("td", "num", [format(value)])),
        element("td", "num", [button(String(cell.n), title, () => behind(category.code, s.code))]),
      ]);
    }));
  return table(header, rows);
}

function points(result: Result, behind: Behind): HTMLElement {
  const header = head(t("chart.live.point"), result.second ?? "", result.measure);
  const all = (result.series ?? []).flatMap(s => (s.points ?? []).map((point, i) => ({ s, point, i })));
  const rows = all.slice(0, mostPoints).map(({ s, point, i }) => {
    const title = titleOf(point.label || String(i + 1), s.code && s.label);
    return element("tr", "", [
      rowHead(title),
      element("td", "num", [format(point.x)]),
      element("td", "num", [button(format(point.y), title, () => behind(String(i), s.code))]),
    ]);
  });
  const made = table(header, rows);
  if (all.length > mostPoints) made.append(element("caption", "", [t("chart.live.morePoints", mostPoints)]));
  return made;
}
