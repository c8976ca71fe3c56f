// What the tests of the phone share: a short questionnaire with a photo, and filling it in.
import assert from 'node:assert/strict';
import { picture, workbook } from './files.mjs';
import { open, phone, signIn } from './browser.mjs';

const settings = version => [['form_id', 'form_title', 'version'], ['household', '入户登记', version]];
const rows = [['type', 'name', 'label', 'required'], ['text', 'name', '户主', 'yes'], ['integer', 'people', '人口', ''], ['image', 'photo', '门牌照片', '']];

export const household = workbook({ survey: rows, choices: [['list_name', 'name', 'label']], settings: settings('1') });
export const householdLater = workbook({ survey: [...rows, ['text', 'phone', '联系电话', '']], choices: [['list_name', 'name', 'label']], settings: settings('2') });

// asManager speaks as alice to the server itself: publishes workbooks, reads what arrived.
export async function asManager(browser, url) {
  const { context } = await open(browser, url, { width: 1280, height: 800 });
  const page = await context.newPage();
  await signIn(page, 'alice');
  const project = new URL(page.url()).pathname.match(/^\/p\/[^/]+/)?.[0] ?? await page.locator('.cards a').first().getAttribute('href');
  const { csrf } = await (await context.request.get('/session')).json();
  const post = async (path, options) => {
    const answer = await context.request.post(path, { maxRedirects: 0, ...options });
    assert.equal(answer.status(), 303, `${path}: ${answer.status()} ${(await answer.text()).slice(0, 300)}`);
    return answer.headers().location;
  };
  return {
    context, page, project,
    // publish gives the form's address; form is that of an earlier version.
    async publish(raw, form) {
      const file = { name: 'household.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: Buffer.from(raw) };
      const at = (await post(form ?? `${project}/forms`, { multipart: { csrf, workbook: file } })).split('?')[0];
      const revision = /name="revision" value="(\d+)"/.exec(await (await context.request.get(at)).text())[1];
      await post(`${at}/publish`, { form: { csrf, revision } });
      return at;
    },
    // received counts the form's submissions on the server.
    async received(form) {
      await page.goto(`${project}/submissions?form=${form.split('/').pop()}`);
      const text = await page.locator('main').innerText();
      return Number(/共 (\d+) 份/.exec(text)?.[1] ?? 0);
    },
  };
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });

// begin opens a questionnaire at a new instance that is about no case: at its address, or this one from the list.
export async function begin(page, fill) {
  await page.goto(fill ?? '/field');
  if (!fill) await page.getByRole('link', { name: /^入户登记/ }).tap();
  await page.getByText('不针对某个案例', { exact: true }).tap();
  await page.locator('main').getByRole('button', { name: /^(开始填写|另填一份新的)/ }).tap();
  await page.getByLabel('户主').waitFor();
}

// fillIn answers the questionnaire and finishes it.
export async function fillIn(page, name, photo = picture(60, 40)) {
  await page.getByLabel('户主').fill(name);
  await page.locator('input[type=file]').setInputFiles({ name: 'IMG_0001.png', mimeType: 'image/png', buffer: photo });
  await page.getByAltText('已选照片的预览').waitFor();
  await button(page, '检查答案').tap();
  await button(page, '提交').tap();
  await page.getByText(/提交成功|等待提交|正在提交|正在发送/).first().waitFor();
}

// takeAlong opens the list and waits until all is on the phone.
export async function takeAlong(page) {
  await page.goto('/field');
  await page.waitForFunction(() => {
    const [, done, of] = /已带上 (\d+)\/(\d+) 份问卷/.exec(document.body.innerText) ?? [];
    return done && done === of && Number(of) > 0;
  });
}

// kept are the instances that the page's browser keeps of whoever is on it.
export const kept = page => page.evaluate(async () => {
  const book = await (await (await caches.open('tianye-shelf')).match('/-/book')).json();
  const request = indexedDB.open('tianye-fill-' + book.person.id);
  const db = await new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const all = await new Promise(resolve => { db.transaction('instances').objectStore('instances').getAll(IDBKeyRange.bound('uuid:', 'uuid:\uffff')).onsuccess = e => resolve(e.target.result); });
  db.close();
  return all.map(({ id, state, receipt, receiptUrl, answers, excerpt }) => ({ id, state, receipt, receiptUrl, excerpt, name: answers.name }));
});

export const phoneOf = (browser, url, options = {}) => open(browser, url, phone, options);
