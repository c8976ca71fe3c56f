// What every page must keep to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './browser.mjs';

const axe = readFileSync(path.join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8');

// check fails when a page is wider than the screen, axe-core finds something serious,
// or a key stands where a sentence should.
export async function check(page, name) {
  const { width } = page.viewportSize();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than ${width} px`);
  // The page's policy lets no foreign script in; the test's own goes around it.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const bad = violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`);
  assert.deepEqual(bad, [], `${name} at ${width} px`);
  // What stands in <code> is meant for machines.
  const dots = await page.evaluate(() => document.body.innerText.match(/\b[a-z]+\.[a-z][A-Za-z.]+\b(?=\s|$)/g)?.filter(t => !Array.from(document.querySelectorAll('code'), code => code.textContent).includes(t) && !/xlsx|docx|\.(csv|md|txt|jsonl|png|jpg|webm|m4a|mp4|pdf)$/.test(t)) ?? []);
  assert.deepEqual(dots, [], `${name} shows keys of sentences`);
}
