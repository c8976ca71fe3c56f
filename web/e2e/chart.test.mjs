// The comparison chart's page: choosing, going back, what is behind a mark, exports,
// saving, and two people who save at once.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { desk, launch, open, phone, serve, signIn } from './browser.mjs';

let server, browser;
before(async () => {
  server = await serve('demo');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const drawn = page => page.waitForFunction(() => document.getElementById('chart-sheet')?.getAttribute('aria-busy') === 'false');
const kind = page => page.getAttribute('.kind[aria-pressed=true]', 'data-kind');
const heads = page => page.$$eval('.numbers-table thead th', cells => cells.map(cell => cell.textContent));

// changes does something that draws the chart anew and waits for it.
async function changes(page, act) {
  const answer = page.waitForResponse(response => response.url().includes('/charts/data'));
  await act();
  assert.equal((await answer).status(), 200);
  await drawn(page);
}

// pick searches in a field of the panel and takes what is found first, by keyboard alone.
async function pick(page, role, words) {
  await page.focus(`[data-picker=${role}] input`);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type(words);
  await changes(page, () => page.keyboard.press('Enter'));
}

async function visit(who, viewport, rest) {
  const { context, noted } = await open(browser, server.url, viewport);
  const page = await context.newPage();
  await signIn(page, who);
  const base = `${new URL(page.url()).pathname.split('/').slice(0, 3).join('/')}/charts`;
  await page.goto(base + rest);
  return { context, noted, page, base };
}

async function newOfResidents(viewport) {
  const visited = await visit('ana', viewport, '/new');
  await drawn(visited.page);
  const form = await visited.page.$eval('[name=source]', select => [...select.options].find(option => option.text.includes('满意度')).value);
  if (await visited.page.inputValue('[name=source]') !== form) await changes(visited.page, () => visited.page.selectOption('[name=source]', form));
  return visited;
}

for (const viewport of [desk, phone]) {
  test(`a comparison from the first choice to the saved chart, at ${viewport.width} px`, { timeout: 120_000 }, async () => {
    const { context, noted, page } = await newOfResidents(viewport);
    await pick(page, 'measure', '总体满意度');
    await pick(page, 'by', '年龄');
    assert.equal(await kind(page), 'bar');
    assert.deepEqual(await heads(page), ['年龄段', '平均值', '有效']);
    assert.ok(await page.locator('#drawing svg').count() > 0);

    await changes(page, () => page.click('.kind[data-kind=boxplot]'));
    await changes(page, () => page.goBack());
    assert.equal(await kind(page), 'bar', 'back undoes the last choice');
    await page.dispatchEvent('.kind[data-kind=heatmap]', 'click');
    assert.match(await page.textContent('#kind-hint'), /分系列/);
    assert.equal(await kind(page), 'bar');

    await page.click('#lines summary');
    await changes(page, () => page.fill('[name=title]', '年长者更满意'));
    await changes(page, () => page.reload());
    assert.equal(await page.inputValue('[data-picker=by] input'), '年龄段', 'a reload keeps what was chosen');
    assert.equal(await page.textContent('#chart-name'), '年长者更满意');

    await page.click('#chart-save');
    await page.waitForURL(/\/charts\/[0-9a-z]{26}$/);
    await page.waitForFunction(() => document.querySelector('#chart-state').textContent === '已保存');
    assert.deepEqual(noted.elsewhere.concat(noted.errors), []);
    await context.close();
  });
}

test('a number leads to the submissions behind it', { timeout: 60_000 }, async () => {
  const { context, page } = await newOfResidents(desk);
  await pick(page, 'measure', '总体满意度');
  await pick(page, 'by', '年龄');
  const n = await page.textContent('.numbers-table tbody tr:first-child td:last-child');
  await page.focus('.numbers-table .number');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.evidence-lines');
  assert.match(await page.textContent('#evidence-body'), new RegExp(`共 ${n} 份`));
  await page.keyboard.press('Escape');
  assert.ok(await page.evaluate(() => document.activeElement.className === 'number'), 'the focus comes back');

  const bars = await page.$$eval('#drawing svg path', paths => paths.map(p => ({ fill: p.getAttribute('fill'), box: p.getBoundingClientRect().toJSON() })));
  const second = bars.filter(bar => bar.fill === '#2f6f4f')[1].box;
  await page.mouse.click(second.x + second.width / 2, second.y + second.height / 2);
  await page.waitForFunction(() => document.querySelector('.evidence-mark')?.textContent.includes('30—44岁'));
  await page.click('.evidence-lines a');
  await page.waitForURL(/\/submissions\//);
  await context.close();
});

test('exports hold the picture at 300 dpi and the numbers', { timeout: 60_000 }, async () => {
  const { context, page } = await newOfResidents(desk);
  await pick(page, 'measure', '总体满意度');
  const file = async format => {
    const download = page.waitForEvent('download');
    await page.click(`[data-export=${format}]`);
    return readFile(await (await download).path());
  };
  const png = await file('png');
  const physical = png.indexOf('pHYs');
  assert.equal(png.readUInt32BE(physical + 4), 11811, 'dots a metre');
  assert.ok(png.readUInt32BE(16) >= 2400, 'wide enough for print');
  assert.match((await file('svg')).toString(), /^<svg[^>]*>[\s\S]*总体满意度/);
  assert.equal((await file('xlsx')).subarray(0, 2).toString(), 'PK');
  await context.close();
});

test('who saves later is told of the other and loses nothing', { timeout: 60_000 }, async () => {
  const mine = await visit('ana', desk, '');
  const theirs = await visit('alice', desk, '');
  const address = await mine.page.getAttribute('.gallery h2 a', 'href');
  for (const [{ page }, note] of [[mine, '甲'], [theirs, '乙']]) {
    await page.goto(address);
    await drawn(page);
    await page.click('#lines summary');
    await changes(page, () => page.fill('[name=note]', note));
  }
  await theirs.page.click('#chart-save');
  await theirs.page.waitForFunction(() => document.getElementById('chart-state').textContent === '已保存');
  await mine.page.reload(); // what is in the address was made from the former revision
  await drawn(mine.page);
  await mine.page.click('#chart-save');
  await mine.page.waitForSelector('#chart-problem a');
  assert.equal(await mine.page.inputValue('[name=note]'), '甲');
  await mine.page.click('#chart-copy');
  await mine.page.waitForFunction(() => document.getElementById('chart-state').textContent === '已保存');
  await mine.context.close();
  await theirs.context.close();
});

test('without the network the page says so', { timeout: 60_000 }, async () => {
  const { context, page } = await newOfResidents(desk);
  await context.setOffline(true);
  await page.selectOption('[name=sort]', 'descending');
  await page.waitForSelector('#chart-problem:not([hidden])');
  assert.match(await page.textContent('#chart-problem'), /连不上服务器/);
  await context.setOffline(false);
  await changes(page, () => page.selectOption('[name=sort]', 'ascending'));
  assert.ok(await page.isHidden('#chart-problem'));
  await context.close();
});
