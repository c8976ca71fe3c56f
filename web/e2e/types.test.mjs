// Every type of question on the phone, the answers given without a network and sent when
// there is one. SHOTS=folder keeps a picture of each page.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { desk, launch, open, phone, serve, signIn } from './browser.mjs';
import { check } from './check.mjs';
import { picture } from './files.mjs';
import { everything, media } from './types.mjs';

const shots = process.env.SHOTS;
const here = { latitude: 28.7, longitude: 118.6, accuracy: 8 };
let server, browser, page, context, noted, form; // form: the address of its page

before(async () => {
  server = await serve('demo');
  browser = await launch();
  await publish();
  ({ context, noted } = await open(browser, server.url, phone, { permissions: ['geolocation', 'microphone', 'camera'], geolocation: here }));
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, 'bob');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

// publish has alice upload the workbook with its media files.
async function publish() {
  const { context } = await open(browser, server.url, desk);
  const page = await context.newPage();
  await signIn(page, 'alice');
  await page.locator('nav.sections').getByRole('link', { name: '问卷', exact: true }).click();
  await page.locator('input[name=workbook]').setInputFiles({ name: '全部题型.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: everything });
  await page.locator('input[name=media]').setInputFiles(media);
  await page.getByRole('button', { name: '上传并检查' }).click();
  await page.getByRole('button', { name: '发布这一版' }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('已发布').first().waitFor();
  form = new URL(page.url()).pathname;
  await context.close();
}

// received is the submission as the server has it; its recording can be heard on its page.
async function received() {
  const { context } = await open(browser, server.url, desk), page = await context.newPage();
  await signIn(page, 'alice');
  const [, project, id] = /^(.*)\/forms\/(.*)$/.exec(form);
  const { csrf } = await (await context.request.get(`${server.url}/session`)).json();
  const answer = await context.request.post(`${project}/submissions/export/full?form=${id}&all=1`, { form: { csrf, format: 'jsonl', values: '1', reason: '核对答案' } });
  const lines = (await answer.text()).trim().split('\n');
  assert.equal(lines.length, 1);
  const submission = JSON.parse(lines[0]);
  await page.goto(`${project}/submissions?form=${id}`);
  await page.getByRole('link', { name: submission.receipt }).first().click();
  await page.locator('audio[src*=talk-]').evaluate(audio => new Promise((resolve, reject) => {
    audio.oncanplay = resolve;
    audio.onerror = () => reject(new Error(audio.error.message));
    audio.load();
    audio.preload = 'auto';
  }));
  await context.close();
  return submission;
}

const button = name => page.getByRole('button', { name });
const question = label => page.locator('.question', { has: page.locator('.label', { hasText: label }) });
const fill = (label, text) => question(label).locator('input, textarea').first().fill(text);
const tick = (label, choice) => question(label).getByText(choice, { exact: true }).tap();

// onward leaves a page that fits the screen and has no serious fault, and goes to the next.
async function onward(name) {
  await page.evaluate(() => document.activeElement?.blur());
  await check(page, name);
  if (shots) await page.screenshot({ path: path.join(shots, `types-${name}.png`), fullPage: true });
  await button('下一页').tap();
}

async function begin() {
  await page.locator('nav.sections').getByRole('link', { name: '问卷', exact: true }).click();
  await page.locator('.form-card', { hasText: '全部题型' }).getByRole('link', { name: '填写', exact: true }).click();
  await page.getByText('不针对某个案例', { exact: true }).tap();
  await button('开始填写').tap();
}

test('what the form records unasked is said', { timeout: 60_000 }, async () => {
  await begin();
  await page.getByText('已记录填写地点（精度约 8 米）').waitFor();
  await page.getByLabel('填表人的邮箱').fill('bob@example.cn');
  await page.getByLabel('填表人的手机号').fill('13800000000');
  await button('开始录音').tap();
  await page.getByText('正在录音，请确认受访人已经知道').waitFor();
});

test('without a network every type can be answered', { timeout: 120_000 }, async t => {
  await page.waitForFunction(async () => {
    const kept = (await (await caches.open('tianye-fill')).keys()).map(request => request.url);
    return kept.some(url => url.includes('/fill')) && kept.some(url => url.endsWith('map.png')) && kept.some(url => url.endsWith('villages.csv'));
  });
  await context.setOffline(true);
  await t.test('texts and numbers', async () => {
    for (const [label, text] of [['受访人', '王秀英'], ['意见建议', '路灯\n太暗'], ['户号', '0570'], ['网址', 'https://example.cn/'], ['身份证号', '330802195003070021'], ['年收入', '1234567'], ['电表条码', '6901234567892']]) await fill(label, text);
    for (let i = 0; i < 3; i++) await question('常住人数').getByRole('button', { name: '加一' }).tap();
    await page.getByText('人均收入 411522.33 元').waitFor();
    await page.getByLabel('方位角（度）').fill('182.5');
    assert.equal(await question('年收入').locator('input').inputValue(), '1,234,567');
    assert.equal(await question('身份证号').locator('input').getAttribute('type'), 'password');
    const link = page.getByRole('link', { name: '怎么算的' });
    assert.deepEqual([await link.getAttribute('href'), await link.getAttribute('rel')], ['https://example.cn/a_b_', 'noopener']);
    assert.ok(await page.locator('.note img').evaluate(async image => { await image.decode(); return image.naturalWidth === 240; }), 'the note has no picture');
    await onward('一');
  });
  await t.test('scales and dates', async () => {
    await question('满意度').locator('input.number').fill('7');
    await question('水位').locator('input.number').fill('2.5');
    await question('打分').locator('label').nth(3).tap();
    await question('户数').locator('select').selectOption('15');
    for (const [label, text] of [['走访日期', '2026-04-12'], ['建成年月', '2019-05'], ['启用年份', '2020'], ['开会时间', '19:30'], ['到达时间', '2026-04-12T09:05']]) await fill(label, text);
    for (const [i, part] of ['1950', '3', '7'].entries()) await question('出生日期').locator('input').nth(i).fill(part);
    await onward('二');
  });
  await t.test('choices', async () => {
    await question('所在村').getByRole('searchbox').fill('第1234村');
    await tick('所在村', '第1234村');
    await question('最近的集市').getByText('这一题的选项在文件“lost.geojson”里，文件还没有随问卷上传。').waitFor();
    await question('所在乡镇').locator('select').selectOption('hecun');
    await tick('所在弄堂', '水井弄');
    assert.equal(await page.getByText('学堂弄').count(), 0, 'a lane of another town is offered');
    await tick('上次到访的乡镇', '清湖街道');
    for (const topic of ['停车', '党建']) await tick('主要议题', topic);
    await question('次要议题').getByRole('button').tap();
    await tick('次要议题', '供水');
    await question('信任程度').getByRole('radio').nth(3).check();
    await tick('门牌样式', '新门牌');
    await question('难点排序').getByRole('button', { name: '供水' }).and(page.locator(':enabled')).first().tap();
    await question('最盼望的事').locator('label').last().tap();
    await page.locator('.question textarea').fill('装路灯');
    for (const label of ['公开', '公平']) await question(label).getByRole('radio').nth(4).check();
    await page.getByText('我已阅读并同意').tap();
    await onward('三');
  });
  await t.test('places', async () => {
    await question('村口').getByRole('button', { name: '获取当前位置' }).tap();
    await question('村口').getByText('28.7000000, 118.6000000').waitFor();
    const way = question('走访路线');
    await way.getByRole('button', { name: '开始定位' }).tap();
    await way.getByRole('button', { name: '记下这一点' }).tap();
    await way.getByRole('button', { name: '边走边记' }).tap();
    await context.setGeolocation({ ...here, latitude: 28.701 });
    await way.getByText('2 个点 · 全长约 111 米').waitFor();
    const field = question('地块范围');
    await field.getByRole('button', { name: '手工填写经纬度' }).tap();
    for (const [latitude, longitude] of [['28.70', '118.60'], ['28.701', '118.60'], ['28.701', '118.602']]) {
      await field.getByLabel('纬度').fill(latitude);
      await field.getByLabel('经度').fill(longitude);
      await field.getByLabel('经度').blur();
      await field.getByRole('button', { name: '加入这一点' }).tap();
    }
    await field.getByRole('button', { name: '闭合' }).tap();
    await field.getByText('面积约 10869 平方米').waitFor();
    // The page with its parts opens again without a network.
    await page.reload();
    await page.getByText('面积约 10869 平方米').waitFor();
    await page.getByText('没有网络，照常填写').waitFor();
    await button(/开始录音|重新录音/).first().tap();
    await page.getByText('正在录音，请确认受访人已经知道').waitFor();
    await onward('四');
  });
  await t.test('pictures, sound and films', async () => {
    const choose = (label, name, mimeType, buffer) => question(label).locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
    await choose('现场照片', 'IMG_1.png', 'image/png', picture(120, 80));
    await question('现场照片').getByAltText('已选照片的预览').waitFor();
    assert.equal(await question('现场照片').locator('img').evaluate(async image => { await image.decode(); return image.naturalWidth; }), 64);
    await choose('标注照片', 'IMG_2.png', 'image/png', picture(300, 200));
    for (const label of ['签名', '标注照片']) {
      await question(label).getByRole('button', { name: label === '签名' ? '开始签名' : '开始画' }).tap();
      const canvas = question(label).locator('canvas');
      await canvas.scrollIntoViewIfNeeded();
      const { x, y } = await canvas.boundingBox();
      await page.mouse.move(x + 20, y + 30);
      await page.mouse.down();
      await page.mouse.move(x + 120, y + 60, { steps: 5 });
      await page.mouse.up();
      await question(label).getByRole('button', { name: '撤销一笔' }).and(page.locator(':enabled')).waitFor();
    }
    await question('签名').getByText(/^\d+ kB$/).waitFor();
    await question('访谈录音').getByRole('button', { name: '开始录音' }).tap();
    await question('访谈录音').getByText('0:01').waitFor();
    await question('访谈录音').getByRole('button', { name: '录完了' }).tap();
    await question('访谈录音').locator('audio').waitFor();
    await choose('现场录像', 'film.mp4', 'video/mp4', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'));
    await choose('佐证材料', '会议 记录.pdf', 'application/pdf', Buffer.from('%PDF-1.4'));
    await question('佐证材料').getByText(/会议-记录-.*\.pdf/).waitFor();
    await onward('五');
  });
});

test('the answers wait, and arrive as XForms has them', { timeout: 60_000 }, async () => {
  await fill('家庭人数', '2');
  await button('下一页').tap();
  for (const [i, name] of ['王秀英', '李建国'].entries()) await page.locator('.instance').nth(i).locator('textarea').fill(name);
  await page.locator('.instance').nth(1).getByLabel('年龄').fill('76');
  await check(page, '六');
  await button('检查答案').tap();
  await check(page, 'the check of the answers');
  await page.locator('.sheet audio').waitFor();
  assert.equal(await page.getByText(/(photo|signature|marked|talk|film)-\w+\./).count(), 0, 'a generated file name is shown');
  if (shots) await page.screenshot({ path: path.join(shots, 'types-review.png'), fullPage: true });
  await button('提交').tap();
  await page.getByText('已完成，等待提交').waitFor();
  await context.setOffline(false);
  await page.getByText('提交成功').waitFor();
});

const point = '-?\\d+\\.\\d+ -?\\d+\\.\\d+ \\d+(\\.\\d+)? \\d+(\\.\\d+)?';
const zone = '\\.000\\+08:00';
const lexical = {
  email: 'bob@example\\.cn', phone: '13800000000', begun: point, sound: 'sound-\\w+\\.webm',
  'writing/respondent': '王秀英', 'writing/opinion': '路灯\\n太暗', 'writing/account': '0570', 'writing/income': '1234567', 'writing/people': '3', 'writing/facing': '182\\.5', 'writing/round': '2026-1',
  'measures/satisfied': '7', 'measures/level': '2\\.5', 'measures/stars': '4', 'measures/households': '15', 'measures/day': '2026-04-12', 'measures/month': '2019-05-01', 'measures/year': '2020-01-01',
  'measures/birth': '1950-03-07', 'measures/clock': `19:30:00${zone}`, 'measures/moment': `2026-04-12T09:05:00${zone}`,
  'choosing/village': 'v1234', 'choosing/town': 'hecun', 'choosing/quick': 'qinghu', 'choosing/topics': 'party parking', 'choosing/others': 'water', 'choosing/lane': 'well', 'choosing/trust': '4', 'choosing/sign': 'new',
  'choosing/order': '((party|parking|road|water) ){3}(party|parking|road|water)', 'choosing/wish': 'other', 'choosing/wish_other': '装路灯', 'choosing/table/open': '5', 'choosing/agreed': 'OK',
  'places/point': point, 'places/pointed': point, 'places/way': `${point}; ${point}`, 'places/field': '28\\.70 118\\.60 0 0; .*; 28\\.70 118\\.60 0 0',
  'pictures/photo': 'photo-\\w+\\.png', 'pictures/signature': 'signature-\\w+\\.png', 'pictures/marked': 'marked-\\w+\\.jpg', 'pictures/talk': 'talk-\\w+\\.(webm|m4a)', 'pictures/film': 'film-\\w+\\.mp4', 'pictures/paper': '会议-记录-\\w+\\.pdf',
};

test('each answer has its type’s lexical form', { timeout: 60_000 }, async () => {
  const sent = await received();
  const at = name => name.split('/').reduce((node, part) => node?.[part], sent.answers);
  const wrong = Object.entries(lexical).filter(([name, form]) => !new RegExp(`^${form}$`).test(at(name) ?? '')).map(([name]) => `${name}: ${at(name)}`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(sent.answers.family, [{ member: '王秀英' }, { member: '李建国', age: '76' }]);
});

test('the next one begins with what was saved last, and its recording is left out when not wanted', { timeout: 60_000 }, async () => {
  await page.goto('/');
  await page.getByRole('link', { name: /./ }).first().waitFor();
  await page.goBack();
  await button('再填一份').tap();
  await page.getByText('不针对某个案例', { exact: true }).tap();
  await button('开始填写').tap();
  await page.waitForFunction(() => document.querySelector('.question textarea')?.value === '王秀英');
  assert.equal(await page.getByLabel('填表人的邮箱').count(), 0, 'the mail address is asked again');
  await button('不录音').tap();
  assert.deepEqual([...noted.elsewhere, ...noted.errors], []);
});
