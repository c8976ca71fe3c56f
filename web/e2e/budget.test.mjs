// The demonstration's case form on a small phone with a slow network: what it costs
// to open, whether it fits, whether it can be filled in without a finger.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, serve, signIn } from './browser.mjs';
import { check } from './check.mjs';

const small = { width: 360, height: 640 };
const budget = 100_000; // bytes
let server, browser, signedIn, fill;

before(async () => {
  server = await serve('demo');
  browser = await launch();
  const { context } = await open(browser, server.url, small);
  const page = await context.newPage();
  await signIn(page, 'bob');
  await page.locator('nav.sections').getByRole('link', { name: '问卷', exact: true }).click();
  fill = await page.locator('.form-card', { hasText: '案例调查表' }).getByRole('link', { name: '填写', exact: true }).getAttribute('href');
  signedIn = await context.storageState();
  await context.close();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

// visit opens a browser that has been to no page yet, but is signed in.
async function visit() {
  const { context, noted } = await open(browser, server.url, small, { storageState: signedIn });
  return { context, noted, page: await context.newPage() };
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('before the first answer at most 100 kB have come', { timeout: 60_000 }, async t => {
  const { context, page } = await visit();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const paths = {}, cost = {};
  network.on('Network.responseReceived', ({ requestId, response }) => { if (response.url.startsWith('http')) paths[requestId] = new URL(response.url).pathname; });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (paths[requestId]) cost[paths[requestId]] = encodedDataLength; });
  await page.goto(fill, { waitUntil: 'networkidle' });
  await page.getByRole('radio').first().check();
  await button(page, '开始填写').tap();
  await page.getByLabel('走访日期').waitFor();
  await page.waitForLoadState('networkidle');
  const sum = Object.values(cost).reduce((a, b) => a + b, 0);
  t.diagnostic(`${(sum / 1000).toFixed(1)} kB: ${Object.entries(cost).map(([path, bytes]) => `${path.replace(/.*\//, '')} ${(bytes / 1000).toFixed(1)}`).join(', ')}`);
  assert.ok(Object.keys(cost).length >= 3 && cost[fill] > 1000, 'page, script and style are counted');
  assert.ok(sum <= budget, `${sum} bytes`);
  await context.close();
});

test('every page of the form fits 360 px, also with what is wrong on it', { timeout: 180_000 }, async () => {
  const { context, noted, page } = await visit();
  await page.goto(fill);
  await page.getByRole('radio').first().check();
  await check(page, 'the choice of the case');
  await button(page, '开始填写').tap();
  await button(page, '目录').tap();
  await page.locator('.contents').waitFor();
  await check(page, 'the contents');
  const names = await page.locator('.contents button span').allInnerTexts();
  assert.equal(names.length, 6);
  for (const name of names) {
    await page.locator('.contents button', { hasText: name }).tap();
    await page.getByRole('heading', { name, exact: true }).waitFor();
    for (const add of await page.getByRole('button', { name: /^添加一组/ }).all()) await add.tap();
    await page.locator('nav.turn .main').tap();
    await page.locator('.question.wrong').first().waitFor();
    await check(page, name);
    await button(page, '目录').tap();
  }
  await button(page, '检查答案').tap();
  await page.locator('.faults').waitFor();
  await check(page, 'the check of the answers');
  await button(page, '更换案例').tap();
  await check(page, 'the check with the choice of the case');
  await page.locator('.faults button').first().tap();
  await button(page, '回到检查').waitFor();
  await check(page, 'a question opened from the check');
  assert.deepEqual([...noted.elsewhere, ...noted.errors], []);
  await context.close();
});

// focused is what a screen reader would call the element with the focus.
const focused = page => page.evaluate(() => {
  const { activeElement: e } = document;
  return e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? (e === document.body ? '' : e.innerText);
});

// tabTo presses Tab until the focus is on something of that name.
async function tabTo(page, name) {
  const seen = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    seen.push(await focused(page));
    if (seen.at(-1).includes(name)) return;
  }
  assert.fail(`Tab does not reach ${name}: ${seen.join(' | ')}`);
}

test('the keyboard alone fills in a page', { timeout: 60_000 }, async () => {
  const { context, page } = await visit();
  const { keyboard } = page;
  await page.goto(fill);
  await page.getByRole('searchbox').waitFor();
  await tabTo(page, '个选项中查找');
  await keyboard.type('社区');
  await tabTo(page, '社区');
  const about = (await focused(page)).split('\n')[0];
  await keyboard.press('Space');
  await tabTo(page, '开始填写');
  await keyboard.press('Enter');
  await page.getByText(`案例：${about}`).waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await tabTo(page, '走访日期');
  await tabTo(page, '所在县');
  await keyboard.press('ArrowDown');
  await tabTo(page, '所在乡镇');
  await keyboard.press('ArrowDown');
  await tabTo(page, '下一页');
  await keyboard.press('Enter');
  // What was left out takes the focus and is read out.
  await page.locator('fieldset:focus-within', { hasText: '走访方式' }).getByText('这一题必须回答').waitFor();
  await keyboard.press('Space');
  await page.getByText('这一题必须回答').waitFor({ state: 'detached' });
  await tabTo(page, '下一页');
  await keyboard.press('Enter');
  await page.getByText('第 2 页').waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await keyboard.press('Tab');
  await keyboard.press('ArrowDown');
  assert.equal(await page.locator('fieldset', { hasText: '所属领域' }).getByRole('radio', { checked: true }).count(), 1);
  await tabTo(page, '党员总数');
  await keyboard.type('2');
  await tabTo(page, '其中35岁以下党员');
  await page.getByText('党员总数应在3至5000人之间').waitFor();
  await context.close();
});
