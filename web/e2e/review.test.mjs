// A reviewer goes through the queue by keyboard: on, back, approve, return with a reason; nothing while
// typing. A comment mentions a colleague, who finds it behind the bell.
import assert from 'node:assert/strict';
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

async function signedIn(who, viewport = desk) {
  const { context, noted } = await open(browser, server.url, viewport);
  const page = await context.newPage();
  await signIn(page, who);
  const project = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
  return { context, noted, page, project };
}

const receipt = page => page.locator('.head code').first().innerText();
const place = page => page.locator('.beside .muted').innerText();

// press sends a key and waits for the page that it leads to.
async function press(page, key) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

test('the queue by keyboard', { timeout: 120_000 }, async () => {
  const { context, noted, page, project } = await signedIn('rui');
  await page.goto(`${project}/submissions?state=waiting`);
  await page.locator('tbody a').first().click();
  const first = await receipt(page);
  const total = Number(/共 (\d+) 份/.exec(await place(page))[1]);
  assert.match(await place(page), /^第 1 份/);
  await press(page, 'j');
  assert.match(await place(page), /^第 2 份/);
  assert.ok(page.url().includes('list='), 'the filter is kept');
  await press(page, 'ArrowRight');
  assert.match(await place(page), /^第 3 份/);
  await press(page, 'k');
  await press(page, 'ArrowLeft');
  assert.equal(await receipt(page), first);

  await page.fill('#decide textarea', 'ajxrk');
  await page.locator('#decide textarea').press('a');
  assert.equal(await receipt(page), first, 'what is typed decides nothing');
  assert.equal(await page.inputValue('#decide textarea'), 'ajxrka');
  await page.fill('#decide textarea', '');
  await page.locator('h1').click();

  await press(page, 'a');
  await page.getByText('上一份的审核结果已保存').waitFor();
  assert.notEqual(await receipt(page), first);
  assert.equal(await place(page), `第 1 份，共 ${total - 1} 份`);

  await page.keyboard.press('x'); // needs a comment: the field is shown
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'comment');
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  while (await page.locator('[data-key=r]').count() === 0) await press(page, 'j'); // what came by a public link cannot be returned
  const asked = await receipt(page);
  await page.locator('.reason summary').first().click();
  await page.locator('.reason[open] input').first().fill('请补充');
  await page.locator('h1').click();
  await press(page, 'r');
  await page.getByText('上一份已退回').waitFor();
  assert.notEqual(await receipt(page), asked);
  await page.goto(`${project}/submissions?state=returned&q=${asked}`);
  await page.getByText('共 1 份').waitFor();
  assert.deepEqual(noted.elsewhere.concat(noted.errors), []);
  await context.close();
});

test('what was typed comes back after the session was gone; a box takes no keys', { timeout: 120_000 }, async () => {
  const { context, noted, page, project } = await signedIn('rui');
  await page.goto(`${project}/submissions?state=waiting`);
  await page.locator('tbody a').first().click();
  while (await page.locator('[data-key=r]').count() === 0) await press(page, 'j');
  const first = await receipt(page);
  await page.locator('.reason summary').first().click();
  await page.locator('.reason[open] input').first().fill('请补拍');
  await page.fill('#decide textarea', '少一张照片');
  await context.clearCookies();
  await page.locator('[data-key=r]').click();
  await page.getByText('没有丢').waitFor();
  await page.locator('.problem').getByRole('link', { name: '登录' }).click();
  await page.fill('[name=login]', 'rui');
  await page.fill('[name=password]', 'tianye-demo');
  await page.locator('main button').click();
  await page.getByText('已填回，还没有送出').waitFor();
  assert.equal(await receipt(page), first);
  assert.equal(await page.inputValue('#decide textarea'), '少一张照片');
  assert.equal(await page.locator('.reason[open] input').first().inputValue(), '请补拍');
  await page.reload();
  assert.equal(await page.inputValue('#decide textarea'), '', 'once');

  const box = page.locator('[data-remember=goOn]');
  await box.click();
  await press(page, 'j');
  assert.equal(await box.isChecked(), false, 'it stays as it was left');
  await box.click();
  await press(page, 'a');
  await page.getByText('上一份的审核结果已保存').waitFor();
  assert.deepEqual(noted.elsewhere, []);
  await context.close();
});

test('many at once, and back after a reload', { timeout: 120_000 }, async () => {
  const { context, noted, page, project } = await signedIn('rui');
  const list = `${project}/submissions?state=waiting`;
  await page.goto(list);
  const before = await page.locator('#total').innerText();
  await page.locator('[data-tick=chosen]').check();
  const chosen = await page.locator('input[name=chosen]:checked').count();
  await page.locator('#bulk').getByRole('button', { name: '通过' }).click();
  await page.getByText(`将把 ${chosen} 份填报改为“已通过”`).waitFor();
  await page.getByRole('button', { name: '确定处理' }).click();
  await page.getByText('批量处理完成').waitFor();
  assert.notEqual(await page.locator('#total').innerText(), before);
  await page.goto(list);
  await page.locator('.bulk-last').getByRole('button', { name: '撤销' }).click();
  await page.getByText('已撤销').first().waitFor();
  await page.goto(list);
  assert.equal(await page.locator('#total').innerText(), before);
  assert.equal(await page.locator('.bulk-last').count(), 0);
  assert.deepEqual(noted.elsewhere.concat(noted.errors), []);
  await context.close();
});

test('a mention is chosen by keyboard and told of, on the phone too', { timeout: 120_000 }, async () => {
  const { context, noted, page, project } = await signedIn('alice');
  await page.goto(`${project}/submissions`);
  await page.locator('tbody a').first().click();
  const number = await receipt(page);
  const field = page.locator('#comment textarea');
  await field.pressSequentially('请看第 3 题 @芮');
  await page.locator('.mention-list li').getByText('芮明').waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), '请看第 3 题 @芮明 ');
  await page.getByRole('button', { name: '发表评论' }).click();
  await page.getByText('已提醒提到的人').waitFor();
  assert.deepEqual(noted.elsewhere.concat(noted.errors), []);
  await context.close();

  const told = await signedIn('rui', phone);
  await told.page.locator('.bell').click();
  await told.page.getByText(number).waitFor();
  await told.page.getByRole('listitem').filter({ hasText: number }).getByRole('button', { name: '查看' }).click();
  await told.page.getByText('请看第 3 题').waitFor();
  assert.deepEqual(told.noted.elsewhere.concat(told.noted.errors), []);
  await told.context.close();
});
