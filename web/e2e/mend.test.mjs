// A returned submission mended on the phone, without a network: its history and both versions can be read.
// SHOTS=folder keeps a picture of each page.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open, phone, serve, signIn } from './browser.mjs';
import { check } from './check.mjs';
import { picture, workbook } from './files.mjs';
import { asManager, begin, button, takeAlong } from './phones.mjs';

const survey = [['type', 'name', 'label', 'required'], ['audit', 'audit', '', ''], ['text', 'name', '户主', 'yes'], ['integer', 'people', '人口', ''], ['image', 'photo', '门牌照片', '']];
const registration = workbook({ survey, choices: [['list_name', 'name', 'label']], settings: [['form_id', 'form_title'], ['registration', '户籍核对']] });

const shots = process.env.SHOTS;
let server, browser, manager, form, context, noted, page;
const shot = name => shots && page.screenshot({ path: path.join(shots, `mend-${name}.png`), fullPage: true });

before(async () => {
  server = await serve('demo');
  browser = await launch();
  manager = await asManager(browser, server.url);
  form = await manager.publish(registration);
  ({ context, noted } = await open(browser, server.url, phone));
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, 'bob');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

// giveBack has alice return the only submission, with a reason at the question 人口; it gives its address.
async function giveBack() {
  const at = await only();
  await change(at, 'return', { comment: '请对照户口簿再问一次', 'r:people': '和户口簿不一致' });
  return at;
}

// only is the address of the only submission.
async function only() {
  await manager.page.goto(`${manager.project}/submissions?form=${form.split('/').pop()}`);
  await manager.page.locator('main a[href*="/submissions/"]', { has: manager.page.locator('code') }).first().click();
  return new URL(manager.page.url()).pathname;
}

// change has alice do something with the submission.
async function change(at, what, fields) {
  const { csrf } = await (await manager.context.request.get('/session')).json();
  const revision = /name="revision" value="(\d+)"/.exec(await (await manager.context.request.get(at)).text())[1];
  const answer = await manager.context.request.post(`${at}/${what}`, { maxRedirects: 0, form: { csrf, revision, ...fields } });
  assert.equal(answer.status(), 303, (await answer.text()).slice(0, 300));
}

test('what was returned is mended on the phone without a network', { timeout: 180_000 }, async () => {
  await begin(page, `${form}/fill`);
  await page.getByLabel('户主').fill('王秀英');
  await page.getByLabel('人口').fill('3');
  await page.locator('input[type=file]').setInputFiles({ name: 'IMG_0001.png', mimeType: 'image/png', buffer: picture(60, 40) });
  await page.getByAltText('已选照片的预览').waitFor();
  await button(page, '检查答案').tap();
  await button(page, '提交').tap();
  await page.getByText('提交成功').waitFor();
  const receipt = await page.locator('.receipt').innerText();
  const at = await giveBack(), id = at.split('/').pop();

  // It is taken along, then there is no network.
  await takeAlong(page);
  await context.setOffline(true);
  await page.locator(`a[href*="mend=${id}"]`).first().tap();
  await page.getByRole('heading', { name: /退回修改/ }).waitFor();
  await shot('review');
  await check(page, 'the review of what was returned');
  assert.match(await page.locator('.mends').innerText(), new RegExp(`${receipt}[^]*请对照户口簿再问一次[^]*还有 1 处未改[^]*人口[^]*和户口簿不一致`));
  await page.locator('.mends li button', { hasText: '人口' }).tap();
  await page.getByText('审核意见：和户口簿不一致').waitFor();
  await shot('question');
  await check(page, 'the question with the reviewer’s reason');
  await page.getByAltText('已选照片的预览').waitFor();
  await page.getByLabel('人口').fill('4');
  await page.getByLabel('户主').focus();
  await page.getByText('审核意见：和户口簿不一致').waitFor({ state: 'detached' });
  await button(page, '回到检查').tap();
  assert.match(await page.locator('.mends').innerText(), /都已处理[^]*✓ 已修改/);
  await button(page, '提交修改').tap();
  await page.getByText('等待提交').first().waitFor();
  await context.setOffline(false);
  await page.getByText('提交成功').waitFor({ timeout: 30_000 });
  assert.equal(await page.locator('.receipt').innerText(), receipt, 'it has its number still');

  const desk = manager.page;
  await desk.goto(at);
  const sheet = await desk.locator('main').innerText();
  assert.match(sheet, /人口[:：]\s*3\s*4/);
  await desk.getByText(/每题用时/).click();
  assert.match(await desk.locator('main').innerText(), /人口\s+[\d.]+\s+2/, "when it was filled in and when it was mended");
  if (shots) await desk.screenshot({ path: path.join(shots, 'mend-desk.png'), fullPage: true });
  await desk.goto(`${at}/history`);
  const former = await desk.locator('main').innerText();
  assert.match(former, /人口\s+3/);
  assert.equal(await manager.received(form), 1);
  assert.deepEqual([...noted.elsewhere, ...noted.errors], []);
});

test('what is not approved yet is changed by who sent it; approved meanwhile, it is not', { timeout: 120_000 }, async () => {
  const at = await only();
  await page.goto('/field');
  await page.goto(`${form}/fill?mend=${at.split('/').pop()}`);
  await page.getByRole('heading', { name: /修改已提交的填报/ }).waitFor();
  await page.locator('.answer', { hasText: '人口' }).tap();
  await page.getByLabel('人口').fill('5');
  await button(page, '回到检查').tap();
  await change(at, 'review', { state: 'approved', comment: '' });
  await button(page, '提交修改').tap();
  await page.getByText(/已经审核通过，不能再改/).waitFor();
  await shot('refused');
  await check(page, 'a mending that was refused');
  assert.equal(await manager.received(form), 1);
});
