// Measures the fill page with forms as large as any on a phone's slow processor (the
// browser's six times slowed down): node web/e2e/bigform.mjs
// Prints how long the page takes to open, how long an answer takes to be evaluated, and
// to be shown with what follows from it. The page comes from web/static/dist, without a server.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { huge, thousand } from './bigforms.mjs';
import { launch, phone, root } from './browser.mjs';

const slowdown = 6;
const dist = path.join(root, 'web/static/dist');
const types = { '.js': 'text/javascript', '.css': 'text/css' };
const messages = Object.fromEntries(Object.entries(JSON.parse(readFileSync(path.join(root, 'internal/message/catalog/fill.json'))))
  .map(([key, { zh }]) => [key, zh]));

const embed = (id, data) => `<script type="application/json" id="${id}">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>`;

function html(definition) {
  const data = {
    project: { id: 'p', title: '项目' }, form: { id: 'big', title: definition.title, version: 1, definition }, user: { id: 'u', name: 'Bob', login: 'bob' },
    cases: [], postUrl: '/submissions', csrf: '', preview: false, demo: false, language: 'zh', listUrl: '/', homeUrl: '/',
  };
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/fill.css">${embed('messages', messages)}${embed('fill-data', data)}<script type="module" src="/fill.js"></script></head><body><div id="fill"></div></body></html>`;
}

async function visit(browser, definition) {
  const context = await browser.newContext({ viewport: phone, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(error));
  await page.route('**', route => {
    const name = new URL(route.request().url()).pathname.slice(1), file = path.join(dist, path.basename(name));
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html(definition) });
    return existsSync(file) ? route.fulfill({ contentType: types[path.extname(name)], body: readFileSync(file) }) : route.fulfill({ status: 404, body: '' });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto('http://localhost/', { waitUntil: 'commit' });
  await page.locator('.question').first().waitFor({ timeout: 120_000 });
  const opened = await page.evaluate(() => performance.now());
  return { page, devtools, errors, opened, close: () => context.close() };
}

/** In the page: answers every question of a form, and times each answer until the engine's view of what follows. */
function evaluateAll(definition) {
  const form = globalThis.engine.open(definition, { now: () => new Date(), deviceID: '', username: '', random: Math.random });
  const value = { select_one: ({ choices: [first] }) => first?.name, integer: () => '12', text: () => '村' };
  const took = [];
  const answer = nodes => {
    for (const node of nodes) {
      if (node.children) answer(node.children);
      const given = node.relevant && value[node.field.type]?.(node);
      if (!given) continue;
      const begun = performance.now();
      form.set(node.path, given);
      form.clearUnoffered();
      form.view();
      took.push(performance.now() - begun);
    }
  };
  for (let round = 0; round < 2; round++) answer(form.view()); // what the first answers made relevant is answered too
  return took;
}

async function evaluated(browser, definition) {
  const { outputFiles: [{ text }] } = await build({ entryPoints: [path.join(root, 'web/islands/fill/engine/engine.ts')], bundle: true, minify: true, write: false,
    format: 'iife', globalName: 'engine', logLevel: 'error' });
  const page = await browser.newPage();
  await page.addScriptTag({ content: text });
  await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  const took = await page.evaluate(evaluateAll, definition);
  await page.close();
  return took;
}

/** In the page: answers what is on it, and times each answer until the page shows it, and until it is drawn. */
async function answerAll({ rounds, within }) {
  const shown = [], drawn = [];
  const drawing = () => new Promise(done => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const rest = () => new Promise(done => setTimeout(done, 250)); // what is saved is saved
  const act = async (element, value, kind) => {
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set;
    await drawing();
    const begun = performance.now();
    if (kind === 'click') element.click();
    else {
      setter.call(element, value);
      element.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    for (let i = 0; i < 5; i++) await null; // Preact draws in a microtask
    shown.push(performance.now() - begun);
    await drawing();
    drawn.push(performance.now() - begun);
    await rest();
  };
  for (let round = 0; round < rounds; round++) {
    const questions = document.querySelectorAll(within);
    for (let i = 0; i < questions.length; i++) {
      const control = questions[i].querySelector('select, input[type=radio]:not(:checked), input.line, textarea');
      if (!control) continue;
      if (control.type === 'radio') await act(control, '', 'click');
      else if (control.tagName === 'SELECT') await act(control, control.options[Math.min(1 + round, control.options.length - 1)].value, 'change');
      else await act(control, String(7 + round), 'input');
    }
  }
  return { shown, drawn };
}

function percentiles(all) {
  const sorted = all.slice().sort((a, b) => a - b);
  const at = share => `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1)} ms`;
  return `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)} (${all.length} answers)`;
}

const say = (what, figure) => console.log(`  ${what.padEnd(44)} ${figure}`);
const ms = n => `${Math.round(n)} ms`;

async function heap(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return `${(usedSize / 1e6).toFixed(0)} MB`;
}

async function small(browser) {
  console.log(`1,000 questions, ${slowdown} times slowed down`);
  say('until an answer is evaluated (16 ms)', percentiles(await evaluated(browser, thousand())));
  const { page, errors, opened, close } = await visit(browser, thousand());
  say('until the first question is there', ms(opened));
  const { shown, drawn } = await page.evaluate(answerAll, { rounds: 3, within: '.question' });
  say('until the page shows what follows', percentiles(shown));
  say('and has drawn it', percentiles(drawn));
  if (errors.length > 0) throw errors[0];
  await close();
}

async function large(browser) {
  console.log(`5,000 questions, 50,000 choices, ten deep, ${slowdown} times slowed down`);
  say('until an answer is evaluated', percentiles(await evaluated(browser, huge())));
  const { page, devtools, errors, opened, close } = await visit(browser, huge());
  say('until the first question is there', ms(opened));
  say('memory', await heap(devtools));
  const { shown } = await page.evaluate(answerAll, { rounds: 1, within: '.question' });
  say('until the page shows what follows', percentiles(shown));
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await page.getByRole('button', { name: messages['fill.contents'], exact: true }).click();
  await page.locator('.contents button', { hasText: '家庭成员' }).click();
  await page.locator('.repeat').waitFor();
  await page.evaluate(async () => {
    const add = [...document.querySelectorAll('.repeat button')].pop();
    for (let i = 1; i < 1000; i++) {
      add.click();
      await null;
    }
  });
  await page.locator('.instance[data-at="999"]').waitFor({ timeout: 120_000 });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  say('memory with 1,000 instances of the repeat', await heap(devtools));
  const repeated = await page.evaluate(answerAll, { rounds: 1, within: '.instance[data-at="999"] .question' });
  say('until the page shows what follows in one', percentiles(repeated.shown));
  if (errors.length > 0) throw errors[0];
  await close();
}

const browser = await launch();
try {
  await small(browser);
  await large(browser);
} finally {
  await browser.close();
}
