// Draws an option with ECharts on the server; run after ECharts, as a module.
import { revive } from './functions.js';

// __measure, from Go, gives the width of a text of size 1.
const widths = new Map();
echarts.setPlatformAPI({
  measureText(text, font) {
    const [, before, size] = /^(.*?)(\d+(?:\.\d+)?)px/.exec(font || '') || ['', '', '', 12];
    const bold = /bold|[6-9]00/.test(before);
    const key = (bold ? 'b' : 'r') + text;
    let width = widths.get(key);
    if (width === undefined) {
      if (widths.size > 5000) widths.clear();
      widths.set(key, width = __measure(String(text), bold));
    }
    return { width: width * (size || 12) };
  },
});

const list = value => (Array.isArray(value) ? value : value ? [value] : []);

function fail(name, message) {
  const error = new Error(message);
  error.name = name;
  throw error;
}

// prepare makes ECharts draw everything, at once and without motion. Left alone it
// draws only the first part of a large series on the server, and says nothing.
function prepare(option) {
  option.animation = false;
  option.progressive = 0;
  for (const series of list(option.series)) {
    const type = String(series.type);
    const model = echarts.ComponentModel.getClass('series', type);
    if (!model || model.prototype.type !== 'series.' + type) fail('UnknownSeries', type);
    Object.assign(series, { animation: false, progressive: 0, silent: true });
    series.emphasis = { disabled: true };
    if (type === 'graph' && series.layout === 'force') series.force = { ...series.force, layoutAnimation: false };
  }
  for (const key of ['baseOption', 'options', 'media', 'timeline']) {
    if (key in option) fail('Unsupported', key);
  }
}

globalThis.__render = (json, width, height, family) => {
  __seed();
  __log.length = 0;
  const option = JSON.parse(json);
  try {
    revive(option);
  } catch (error) {
    fail('UnknownFunction', error.message);
  }
  prepare(option);
  option.textStyle = { fontFamily: family, ...option.textStyle };
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height, locale: 'ZH' });
  try {
    chart.setOption(option);
    const svg = chart.renderToSVGString();
    if (__log.length > 0) fail('Warning', __log.join('; '));
    return svg;
  } finally {
    chart.dispose();
  }
};
