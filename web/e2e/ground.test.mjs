// A piece of land is drawn on the form's own map without a network; a photo leaves the phone without what
// tells where it was taken; an assignment brings its case, its note and the answers given before.
// SHOTS=folder keeps a picture of each page.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open, phone, serve, signIn } from './browser.mjs';
import { check } from './check.mjs';
import { picture, workbook } from './files.mjs';
import { asManager, begin, button } from './phones.mjs';

const survey = [['type', 'name', 'label'], ['text', 'name', '户主'], ['geoshape', 'field', '地块范围'], ['image', 'photo', '照片']];
const land = workbook({ survey, choices: [['list_name', 'name', 'label']], settings: [['form_id', 'form_title'], ['land', '地块调查']] });
const edges = { west: 118.5, south: 28.6, east: 118.7, north: 28.8 };

const shots = process.env.SHOTS;
let server, browser, manager, form, context, noted, page;
const shot = name => shots && page.screenshot({ path: path.join(shots, `ground-${name}.png`), fullPage: true });

before(async () => {
  server = await serve('demo');
  browser = await launch();
  manager = await asManager(browser, server.url);
  form = await manager.publish(land);
  const { csrf } = await (await manager.context.request.get('/session')).json();
  const media = async (name, mimeType, buffer) => {
    const revision = /name="revision" value="(\d+)"/.exec(await (await manager.context.request.get(form)).text())[1];
    const answer = await manager.context.request.post(`${form}/media`, { maxRedirects: 0, multipart: { csrf, revision, media: { name, mimeType, buffer } } });
    assert.equal(answer.status(), 303, (await answer.text()).slice(0, 500));
  };
  await media('map.png', 'image/png', picture(400, 455));
  await media('map.json', 'application/json', Buffer.from(JSON.stringify(edges)));
  form = await manager.publish(land, form);
  ({ context, noted } = await open(browser, server.url, phone));
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, 'bob');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('land is drawn on the map that the form brings along', { timeout: 90_000 }, async () => {
  await begin(page, `${form}/fill`);
  const map = page.locator('.ground svg');
  await map.locator('image').waitFor();
  await context.setOffline(true);
  const box = await map.boundingBox();
  for (const [x, y] of [[0.25, 0.25], [0.75, 0.25], [0.75, 0.5]]) await map.click({ position: { x: box.width * x, y: box.height * y } });
  await button(page, '走完一圈，闭合').tap();
  await page.getByText(/面积约/).waitFor();
  await shot('map');
  await check(page, 'land on a map');
  const points = (await page.locator('.points li').allInnerTexts()).map(text => text.match(/(\d+\.\d+), (\d+\.\d+)/).slice(1).map(Number));
  const want = [[28.75, 118.55], [28.75, 118.65], [28.7, 118.65]];
  points.forEach(([latitude, longitude], i) => assert.ok(Math.abs(latitude - want[i][0]) < 0.002 && Math.abs(longitude - want[i][1]) < 0.002, `${points}`));
  await context.setOffline(false);
});

test('a photo is kept without what its camera wrote into it', { timeout: 60_000 }, async () => {
  // A picture of a few pixels, smaller than what is shrunk, with a camera's Exif.
  const jpeg = Buffer.from((await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 16;
    canvas.getContext('2d').fillRect(2, 2, 9, 9);
    return canvas.toDataURL('image/jpeg');
  })).split(',')[1], 'base64');
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\0 taken at 28.7 N', 'latin1');
  const marked = Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, jpeg.subarray(2)]);
  await page.locator('input[type=file]').setInputFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: marked });
  await page.getByAltText('已选照片的预览').waitFor();
  const kept = await page.evaluate(async () => {
    const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
    const db = await done(indexedDB.open('tianye-fill-' + JSON.parse(document.getElementById('fill-data').textContent).user.id));
    const [photo] = await done(db.transaction('attachments').objectStore('attachments').getAll());
    db.close();
    return new Uint8Array(await photo.arrayBuffer()).reduce((text, byte) => text + String.fromCharCode(byte), '');
  });
  assert.ok(kept.startsWith('\xff\xd8') && !kept.includes('Exif') && !kept.includes('taken at'));
  await button(page, '检查答案').tap();
  await button(page, '提交').tap();
  await page.getByText('提交成功').waitFor();
  assert.deepEqual([...noted.elsewhere, ...noted.errors], []);
});

test('an assignment brings its case, its note and what was answered before', { timeout: 60_000 }, async () => {
  await page.goto(`${form}/fill`);
  const { user, cases } = await page.evaluate(() => JSON.parse(document.getElementById('fill-data').textContent));
  const [about] = cases;
  const { csrf } = await (await manager.context.request.get('/session')).json();
  const formId = form.split('/').pop();
  const give = async more => {
    const answer = await manager.context.request.post(`${manager.project}/assignments`, { maxRedirects: 0,
      form: { csrf, form: formId, which: 'one', case: about.id, enumerator: user.id, due: '', note: '先找网格员', ...more } });
    assert.equal(answer.status(), 303, (await answer.text()).slice(0, 500));
  };
  const toDo = async () => (await (await context.request.get(`${manager.project}/field/data`)).json()).assignments.find(a => a.formId === formId && a.state === 'open');
  await give({});
  await page.goto(`${form}/fill?assignment=${(await toDo()).id}`);
  await page.getByText('任务说明：先找网格员').waitFor();
  await page.getByText(`案例：${about.title}`).waitFor();
  await page.getByLabel('户主').fill('王秀英');
  await shot('assignment');
  await button(page, '检查答案').tap();
  assert.equal(await button(page, '更换案例').count(), 0, 'the case is the assignment’s');
  await button(page, '提交').tap();
  await page.getByText('提交成功').waitFor();

  await give({ again: 'on' });
  await page.goto(`${form}/fill?assignment=${(await toDo()).id}`);
  await page.getByText('上次的回答', { exact: true }).tap();
  await page.getByText('王秀英').waitFor();
  await shot('earlier');
  await check(page, 'a question with its earlier answer');
  assert.equal(await page.getByLabel('户主').inputValue(), '', 'nothing is filled in silently');
  await button(page, '用上次的回答').tap();
  assert.equal(await page.getByLabel('户主').inputValue(), '王秀英');
  await page.reload();
  assert.equal(await page.getByLabel('户主').inputValue(), '王秀英', 'it is gone on with');
  assert.deepEqual([...noted.elsewhere, ...noted.errors], []);
});
