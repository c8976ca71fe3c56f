// The live chart, and which mark of it was clicked.
import { revive } from "../../../charts/render/functions.js";
import type * as ECharts from "echarts";
import type { Data } from "./types";

declare const echarts: typeof ECharts;

export class Drawing {
  private chart?: ECharts.ECharts;
  private data?: Data;

  constructor(private readonly root: HTMLElement, private readonly onMark: (category: string, series: string) => void) {}

  /** width is what the drawing has room for, in steps, so that small changes ask nothing anew. */
  width(): number {
    return Math.round(this.root.clientWidth / 20) * 20;
  }

  draw(data: Data): void {
    this.data = data;
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

  /** click finds the mark by its place in the option, which follows the result's order. */
  private click(event: ECharts.ECElementEvent): void {
    if (event.componentType !== "series" || !this.data?.result) return;
    const categories = this.data.result.categories ?? [];
    const series = this.data.result.series ?? [];
    const at = event.dataIndex;
    const mark = (category: number, of: number) => this.onMark(categories[category]?.code ?? "", series[of]?.code ?? "");
    switch (this.data.spec.kind) {
      case "scatter":
        return this.onMark(String(at), series[event.seriesIndex ?? 0]?.code ?? "");
      case "radar":
        return mark(-1, at);
      case "heatmap":
        return mark(at % categories.length, Math.floor(at / categories.length));
      case "boxplot":
        if (event.seriesIndex === series.length) return mark((event.value as number[])[this.turned() ? 1 : 0]!, 0); // a point beyond the whiskers
    }
    mark(at, event.seriesIndex ?? 0);
  }

  /** turned tells whether the categories stand on the vertical axis. */
  private turned(): boolean {
    return (this.data?.option as { yAxis?: { type?: string } }).yAxis?.type === "category";
  }
}
