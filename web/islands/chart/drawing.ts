// The live chart, and which mark of it was clicked.
import { revive } from "../../../charts/render/functions.js";
import type * as ECharts from "echarts";
import type { Data, Label, Result } from "./types";

declare const echarts: typeof ECharts;

export class Drawing {
  private chart?: ECharts.ECharts;
  private result?: Result;
  private kind = "";

  constructor(private readonly root: HTMLElement, private readonly onMark: (category: string, series: string) => void) {}

  /** width is what the drawing has room for, in steps, so that small changes ask nothing anew. */
  width(): number {
    return Math.round(this.root.clientWidth / 20) * 20;
  }

  draw(data: Data): void {
    this.result = data.result;
    this.kind = data.spec.kind;
    this.root.style.height = `${data.height}px`;
    this.root.setAttribute("aria-label", data.spec.title);
    if (!this.chart) {
      this.chart = echarts.init(this.root, null, { renderer: "svg" });
      this.chart.on("click", event => this.click(event));
    }
    this.chart.resize();
    this.chart.setOption(revive(data.option as ECharts.EChartsOption), true);
  }

  clear(): void {
    this.chart?.clear();
  }

  resize(): void {
    this.chart?.resize();
  }

  private click(event: ECharts.ECElementEvent): void {
    if (event.componentType !== "series" || !this.result) return;
    const categories = this.result.categories ?? [];
    const series = this.result.series ?? [];
    const code = (among: Label[], label: string | undefined, index: number) => (among.find(a => a.label === label) ?? among[index])?.code ?? "";
    const one = code(series, event.seriesName, event.seriesIndex ?? 0);
    switch (this.kind) {
      case "scatter":
        return this.onMark(String(event.dataIndex), one);
      case "radar":
        return this.onMark("", code(series, event.name, event.dataIndex));
      case "heatmap": {
        const [x, y] = event.value as [number, number];
        return this.onMark(categories[x]?.code ?? "", series[y]?.code ?? "");
      }
      default:
        return this.onMark(code(categories, event.name, event.dataIndex), one);
    }
  }
}
