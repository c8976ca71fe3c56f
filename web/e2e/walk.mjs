// A walk: steps that need those before them, by people with a browser each.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { desk, launch, open, phone, serve, signIn } from './browser.mjs';

const shots = process.env.SHOTS;
let browser, stopped, steps = 0;
const people = {}; // their pages, by login
const noted = [];
export let server;
export const oneTime = {}; // passwords, by login

before(async () => {
  server = await serve('serve');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

// step is a test that needs those before it.
export function step(name, who, run) {
  test(name, { timeout: 90_000 }, async t => {
    if (stopped) return t.skip(`after “${stopped}” failed`);
    stopped = name;
    const page = people[who] ??= await arrive(who);
    try {
      await run(page);
      stopped = undefined;
    } finally {
      if (shots) await page.screenshot({ path: path.join(shots, `walk-${String(++steps).padStart(2, '0')}.png`), fullPage: true });
    }
  });
}

// arrive opens somebody's browser; bob has a phone.
async function arrive(who) {
  const one = await open(browser, server.url, who === 'bob' ? phone : desk);
  noted.push({ who, ...one.noted });
  return one.context.newPage();
}

// quiet ends the walk: nobody's page asked another host, no script failed.
export function quiet() {
  test('no page asked another host, no script failed', () => {
    for (const { who, elsewhere, errors } of noted) assert.deepEqual({ elsewhere, errors }, { elsewhere: [], errors: [] }, who);
  });
}

// enter signs in with the one-time password and sets one's own.
export async function enter(page, login) {
  await signIn(page, login, oneTime[login]);
  assert.equal(new URL(page.url()).pathname, '/password');
  await page.getByText('这是一次性密码').waitFor();
  await page.getByLabel('一次性密码').fill(oneTime[login]);
  await page.getByLabel('新密码（').fill(`${login} in Quzhou`);
  await page.getByLabel('再输一遍').fill(`${login} in Quzhou`);
  await page.getByRole('button', { name: '设为新密码' }).click();
  await page.getByText('密码已修改').waitFor();
}

// section goes to a part of the project.
export const section = (page, name) => page.locator('nav.sections').getByRole('link', { name, exact: true }).click();

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv', png: 'image/png',
};
export const file = (name, buffer) => ({ name, mimeType: types[name.split('.').pop()], buffer });

// saved is a file that a click brings.
export async function saved(page, click) {
  const coming = page.waitForEvent('download');
  await click();
  const download = await coming;
  return { name: download.suggestedFilename(), raw: await readFile(await download.path()) };
}

// choose takes one of the choices of a chart's picker.
export async function choose(page, field, name) {
  await page.getByRole('combobox', { name: field, exact: true }).click();
  await page.getByRole('option', { name }).first().click();
}

// drawn waits for the chart and gives the numbers of its table.
export async function drawn(page) {
  await page.locator('#chart-sheet[aria-busy=false]').waitFor();
  assert.equal(await page.locator('#chart-problem').innerText(), '');
  return page.locator('#numbers tbody tr').evaluateAll(rows => rows.map(row => [...row.children].map((cell, i) => i ? Number(cell.innerText) : cell.innerText)));
}
