// Residents answer by a public link on a phone: the greeting, the consent and the code, the form without a
// network, the thanks with the tracking number, and what the team's answer looks like on the board.
// SHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import path from 'node:path';
import { desk, launch, open, phone, serve, signIn } from './browser.mjs';
import { workbook } from './files.mjs';

const village = workbook({
  survey: [['type', 'name', 'label', 'required', 'personal'], ['select_one sex', 'sex', '性别', 'yes'], ['select_one age', 'age', '年龄段', 'yes'],
    ['text', 'idea', '您对村里有什么建议？'], ['text', 'phone', '联系电话', '', 'yes']],
  choices: [['list_name', 'name', 'label'], ['sex', 'f', '女'], ['sex', 'm', '男'], ['age', 'young', '60 岁以下'], ['age', 'old', '60 岁以上']],
  settings: [['form_id', 'form_title'], ['village', '荷塘村居民议事']],
});

let server, browser, manager, alice;
const state = { link: '', codes: [] };

before(async () => {
  server = await serve('demo');
  browser = await launch();
  manager = await open(browser, server.url, desk);
  alice = await manager.context.newPage();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: path.join(process.env.SHOTS, `link-${name}.png`), fullPage: true });
const quiet = noted => assert.deepEqual([noted.elsewhere, noted.errors], [[], []]);

async function resident() {
  const { context, noted } = await open(browser, server.url, phone);
  return { page: await context.newPage(), context, noted };
}

/** answer fills the form in, up to its last question. */
async function answer(page, idea) {
  await page.getByText('女', { exact: true }).click();
  await page.getByText('60 岁以上', { exact: true }).click();
  await page.getByLabel('您对村里有什么建议？').fill(idea);
}

async function finish(page) {
  await page.getByRole('button', { name: '检查答案' }).click();
  await page.getByRole('button', { name: '提交', exact: true }).click();
}

test('the manager opens a form to the public', async () => {
  await signIn(alice, 'alice');
  const project = /\/p\/[^/]+/.exec(await alice.evaluate(() => location.pathname + document.querySelector('a[href^="/p/"]').getAttribute('href')))[0];
  await alice.goto(`${project}/forms`);
  await alice.getByLabel('工作簿').setInputFiles({ name: '议事.xlsx', mimeType: 'application/octet-stream', buffer: village });
  await alice.getByRole('button', { name: '上传并检查' }).click();
  await alice.getByRole('button', { name: '发布' }).click();
  await alice.locator('dialog button').first().click();
  await alice.getByRole('link', { name: '公开链接', exact: true }).click();
  await shot(alice, 'desk-new');
  await alice.getByLabel('标题').fill('荷塘村露天议事');
  await alice.getByLabel('欢迎语').fill('# 您好\n\n请**说说**您的建议，三分钟就好。');
  await alice.getByLabel('感谢语').fill('谢谢您为村里出主意。');
  await alice.getByLabel(/^知情同意/).fill('您的回答只用于村务改进，可以随时停止填写。');
  await alice.getByLabel('凭一次性填报码').check();
  await alice.getByLabel(/^配额/).fill('性别=女 且 年龄段=60 岁以上: 1\n性别=其他: 5');
  await alice.getByLabel('居民议事箱').selectOption({ label: '您对村里有什么建议？' });
  await alice.getByRole('button', { name: '建立链接' }).click();
  await alice.getByText('配额第 2 行：题目“性别”没有选项“其他”。').waitFor();
  await alice.getByLabel(/^配额/).fill('性别=女 且 年龄段=60 岁以上: 1');
  await alice.getByRole('button', { name: '建立链接' }).click();
  await alice.getByText('公开链接已建好').waitFor();
  state.desk = alice.url().replace(/\?.*/, '');
  state.link = await alice.locator('#address').innerText();
  await alice.getByLabel('数量').fill('4');
  await alice.getByRole('button', { name: '生成填报码' }).click();
  state.codes = (await alice.locator('.member-slip code').allInnerTexts()).map(code => code.trim());
  assert.equal(state.codes.length, 4);
  await shot(alice, 'desk-slips');
  const [table] = await Promise.all([alice.waitForEvent('download'), alice.getByRole('button', { name: '下载表格（.xlsx）' }).click()]);
  assert.match(table.suggestedFilename(), /\.xlsx$/);
  await alice.goto(state.desk + '/poster');
  await shot(alice, 'poster');
  await alice.emulateMedia({ media: 'print' });
  await shot(alice, 'poster-print');
  await alice.emulateMedia({ media: null });
});

test('a resident answers without a network and gets a tracking number', async () => {
  const { page, context, noted } = await resident();
  await page.goto(new URL(state.link).pathname + '#' + state.codes[0].replace(' ', ''));
  await page.getByText('三分钟就好').waitFor();
  assert.equal(await page.getByLabel('填报码').inputValue(), state.codes[0].replace(' ', ''));
  await page.getByRole('button', { name: '开始填写' }).click();
  await page.getByText('请先勾选同意').waitFor();
  await shot(page, 'start');
  await page.getByLabel('我已阅读并同意').check();
  await page.getByRole('button', { name: '开始填写' }).click();
  await page.getByText('女', { exact: true }).waitFor();
  await shot(page, 'form');
  await context.setOffline(true);
  await answer(page, '桥头路口晚上太黑，请装一盏路灯。');
  await finish(page);
  await page.getByRole('button', { name: '立即重试' }).waitFor();
  await shot(page, 'waiting');
  await context.setOffline(false);
  await page.getByText('谢谢您为村里出主意').waitFor();
  state.tracking = await page.locator('.tracking').innerText();
  assert.match(state.tracking, /^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{2}$/);
  await shot(page, 'thanks');
  quiet(noted);
  await context.close();
});

test('a code that is used or wrong is told, and another can be given after all', async () => {
  const { page, context, noted } = await resident();
  await page.goto(new URL(state.link).pathname);
  await page.getByLabel('我已阅读并同意').check();
  await page.getByLabel('填报码').fill(state.codes[0]);
  await page.getByRole('button', { name: '开始填写' }).click();
  await page.getByText('这个填报码已经用过').waitFor();
  await page.getByLabel('填报码').fill('abcdefgh');
  await page.getByRole('button', { name: '开始填写' }).click();
  await page.getByText('填报码不对').waitFor();
  await shot(page, 'code');
  await context.setOffline(true); // then the server says so later
  await page.getByRole('button', { name: '开始填写' }).click();
  await answer(page, '希望多开几次露天议事会。');
  await finish(page);
  await context.setOffline(false);
  await page.getByText('填报码不对').waitFor();
  await page.getByLabel('填报码').fill(state.codes[1]);
  await page.getByRole('button', { name: '立即重试' }).click();
  await page.getByText('谢谢您为村里出主意').waitFor(); // over the quota, and thanked all the same
  assert.deepEqual(noted.elsewhere, []);
  await context.close();
});

test('the team answers and publishes; the board and the resident see it', async () => {
  await alice.goto(state.desk + '/suggestions');
  await shot(alice, 'desk-suggestions');
  const one = alice.locator('.suggestion', { hasText: '请装一盏路灯' });
  await one.getByLabel('办理状态').selectOption({ label: '办理中' });
  await one.getByRole('textbox', { name: '答复', exact: true }).fill('已报镇里，下月装好。');
  await one.getByLabel('在议事板上公开').check();
  await one.getByRole('button', { name: '保存答复' }).click();
  await alice.getByText('答复已保存').waitFor();
  const { page, context, noted } = await resident();
  await page.goto(new URL(state.link).pathname + '/board');
  await page.getByText('已报镇里，下月装好。').waitFor();
  assert.equal(await page.getByText('希望多开几次').count(), 0);
  await page.getByLabel('查询码').fill(state.tracking.toLowerCase());
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('heading', { name: '您的建议' }).waitFor();
  await shot(page, 'board');
  quiet(noted);
  await context.close();
});

test('the desk shows what came and how full the quotas are; a closed link says so', async () => {
  await alice.goto(state.desk);
  await alice.getByText('1 / 1 人 · 已满').waitFor();
  await alice.getByText('已生成 4 个，用掉 2 个').waitFor();
  await shot(alice, 'desk');
  await alice.setViewportSize(phone);
  await shot(alice, 'desk-390');
  await alice.setViewportSize(desk);
  await alice.getByRole('link', { name: '看填报' }).click();
  assert.equal(await alice.locator('tbody').getByText('公开链接：荷塘村露天议事').count(), 2);
  await alice.goto(state.desk);
  await alice.getByRole('button', { name: '关闭链接' }).click();
  await alice.locator('dialog button').first().click();
  await alice.getByText('已关闭。').waitFor();
  const { page, context } = await resident();
  await page.goto(new URL(state.link).pathname);
  await page.getByText('填报已于').waitFor();
  assert.equal(await page.getByRole('button', { name: '开始填写' }).count(), 0);
  await shot(page, 'closed');
  await context.close();
  quiet(manager.noted);
});
