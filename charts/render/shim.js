// What ECharts expects of a browser and the engine lacks; run before ECharts.
// Timers never fire: a picture is drawn once. Random numbers repeat.
globalThis.setTimeout = globalThis.setInterval = () => 0;
globalThis.clearTimeout = globalThis.clearInterval = () => {};
globalThis.__log = [];
const __keep = (...words) => { __log.push(words.join(' ')); };
globalThis.console = { log() {}, info() {}, debug() {}, warn: __keep, error: __keep };
globalThis.__seed = () => {
  let state = 20250101; // mulberry32, a public-domain generator
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};
