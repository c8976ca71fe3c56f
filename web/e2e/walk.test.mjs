// The whole way on a new server: a project is set up, a form written and published,
// cases are made, one is visited with a phone that loses the network, the answers are
// corrected, approved, compared and exported. SHOTS=folder keeps a picture of each step.
import assert from 'node:assert/strict';
import { documentOf, picture, pictureOf, sheetsOf } from './files.mjs';
import { brokenVisit, visit } from './forms.mjs';
import { choose, drawn, enter, file, oneTime, quiet, saved, section, server, step } from './walk.mjs';

step('the administrator sets a password and makes a project', 'admin', async page => {
  oneTime.admin = /shown this once: (\S+)/.exec(server.output)[1];
  await enter(page, 'admin');
  await page.getByLabel('项目名称').fill('衢州基层党建走访');
  await page.getByRole('button', { name: '新建' }).click();
  await page.getByText('项目已建好').waitFor();
});

step('members get one-time passwords', 'admin', async page => {
  for (const [login, name, role] of [['alice', '陈爱丽', '课题负责人'], ['bob', '吴博', '调研员'], ['ana', '安娜', '报告撰写']]) {
    await section(page, '成员');
    const form = page.locator('form.stack[action$="/members"]');
    await form.getByLabel('姓名').fill(name);
    await form.getByLabel('登录名').fill(login);
    await form.getByLabel('角色').selectOption({ label: role });
    await form.getByRole('button', { name: '添加成员' }).click();
    await page.locator('.member-slip').getByText(name).waitFor();
    oneTime[login] = await page.locator('.member-slip code').last().innerText();
  }
});

step('a workbook with mistakes is refused with sheet, cell and reason', 'alice', async page => {
  await enter(page, 'alice');
  await page.getByRole('link', { name: '衢州基层党建走访' }).first().click();
  await section(page, '问卷');
  await page.getByLabel('工作簿').setInputFiles(file('走访.xlsx', brokenVisit));
  await page.getByRole('button', { name: '上传并检查' }).click();
  await page.getByText('“走访.xlsx”没有通过检查').waitFor();
  const complaints = await page.locator('.complaints tbody tr').allInnerTexts();
  assert.deepEqual(complaints.map(row => row.split('\t').slice(1, 4)), [['survey', 'J7', 'choice_filter'], ['survey', 'A12', 'type']]);
  assert.match(complaints[0], /没有名为“conty”的题，不能引用。您是否想写“county”？/);
  assert.match(complaints[1], /没有选项列表“topics”/);
});

step('the mended workbook is tried out and published', 'alice', async page => {
  await page.getByLabel('工作簿').setInputFiles(file('走访.xlsx', visit));
  await page.getByRole('button', { name: '上传并检查' }).click();
  await page.getByText('已存为草稿').waitFor();
  await page.getByRole('link', { name: '预览试填' }).click();
  await page.getByText('答案不会保存').waitFor();
  await page.getByLabel('受访人').fill('试填');
  await page.goBack();
  await page.getByRole('button', { name: '发布这一版' }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('已发布').first().waitFor();
});

step('cases are written, and imported from Word and a table', 'alice', async page => {
  await section(page, '案例');
  await page.getByRole('link', { name: '新建案例' }).click();
  await page.getByLabel('标题').fill('贺村镇“板凳议事”');
  await page.getByLabel('正文').fill('# 板凳议事\n\n每周六晚上，村民搬来板凳**议事**。');
  await page.locator('#preview strong').getByText('议事').waitFor();
  const line = page.locator('.attribute-line').first();
  await line.getByLabel('名称').fill('领域');
  await line.getByLabel('类型').selectOption('choice');
  await line.getByLabel('内容').fill('农村');
  await page.getByRole('button', { name: '保存案例' }).click();
  await page.getByText('案例已保存').waitFor();
  const bring = async (input, rows) => {
    await section(page, '案例');
    await page.getByRole('link', { name: '导入案例' }).click();
    await page.locator('input[type=file]').setInputFiles(input);
    await page.getByText(`将新建 ${rows} 个案例`).waitFor();
    await page.getByRole('button', { name: '导入', exact: true }).click();
    await page.getByText(`新建 ${rows} 个，更新 0 个`).waitFor();
  };
  await bring(file('红色物业.docx', documentOf('荷花街道红色物业', ['物业公司建立党支部，居民诉求当天回应。'])), 1);
  await bring(file('案例.csv', Buffer.from('标题,领域,党员人数\n虎山街道邻里中心,社区,86\n江山门业党委,企业,40\n')), 2);
  await section(page, '案例');
  await page.getByRole('link', { name: '荷花街道红色物业' }).click();
  await page.getByText('居民诉求当天回应').waitFor();
});

step('on the phone a rule is broken and mended', 'bob', async page => {
  await enter(page, 'bob');
  await page.getByRole('link', { name: '衢州基层党建走访' }).first().tap();
  await section(page, '问卷');
  await page.getByRole('link', { name: '填写', exact: true }).tap();
  await page.getByRole('button', { name: '开始填写' }).tap();
  await page.getByText('请先选一个案例').waitFor();
  await page.getByText('不针对某个案例', { exact: true }).tap();
  await page.getByRole('button', { name: '开始填写' }).tap();
  await page.getByText('请先回答：所在县').waitFor();
  await page.getByLabel('受访人').fill('王大妈');
  await page.getByText('柯城区').tap();
  await page.getByText('荷花街道', { exact: true }).tap();
  await page.getByText('江山市').tap();
  await page.getByText('贺村镇', { exact: true }).tap();
  assert.equal(await page.getByText('荷花街道', { exact: true }).count(), 0, 'a town of another county is offered');
  await page.getByLabel('党员人数').fill('2');
  await page.getByRole('button', { name: '下一页' }).tap();
  await page.getByText('党员人数不能少于 3 人').waitFor();
  await page.getByText('这一页还有 2 处要看').waitFor();
  await page.getByLabel('党员人数').fill('12');
  await page.getByText('党员人数不能少于 3 人').waitFor({ state: 'detached' });
  await page.getByLabel('走访日期').fill('2026-04-11');
  await page.getByRole('button', { name: '下一页' }).tap();
  await page.getByText('第 2 页，共 2 页').waitFor();
});

step('a reload in the middle loses nothing', 'bob', async page => {
  await page.getByText('停车', { exact: true }).tap();
  await page.getByText('其他', { exact: true }).tap();
  await page.getByLabel('其他议题').fill('电动车充电');
  await page.getByLabel('到会人数').fill('8');
  await page.getByRole('button', { name: '添加一组：会议' }).tap();
  await page.getByLabel('到会人数').nth(1).fill('5');
  await page.getByText('13', { exact: true }).waitFor();
  await page.locator('input[type=file]').setInputFiles(file('IMG_0007.png', picture(120, 80)));
  await page.getByAltText('已选照片的预览').waitFor();
  await page.reload();
  await page.getByText('第 2 页，共 2 页').waitFor();
  await page.getByAltText('已选照片的预览').waitFor();
  assert.equal(await page.getByLabel('其他议题').inputValue(), '电动车充电');
  assert.deepEqual(await Promise.all([0, 1].map(i => page.getByLabel('到会人数').nth(i).inputValue())), ['8', '5']);
  await page.getByRole('button', { name: '上一页' }).tap();
  assert.equal(await page.getByLabel('党员人数').inputValue(), '12');
});

let receipt;
step('what is sent without a network waits, and goes when there is one', 'bob', async page => {
  const context = page.context();
  await page.waitForFunction(async () => await caches.match(location.href) !== undefined);
  await context.setOffline(true);
  await page.getByText('没有网络，照常填写').waitFor();
  await page.getByRole('button', { name: '下一页' }).tap();
  await page.getByRole('button', { name: '检查答案' }).tap();
  await page.getByText('不针对某个案例', { exact: true }).waitFor();
  await page.getByRole('button', { name: '更换案例' }).tap();
  await page.getByText('贺村镇“板凳议事”').tap();
  await page.getByText('案例：贺村镇“板凳议事”').waitFor();
  await page.getByText('停车、其他').tap();
  await page.getByText('第 2 页，共 2 页').waitFor();
  await page.getByRole('button', { name: '上一页' }).tap();
  await page.getByRole('button', { name: '回到检查' }).tap();
  await page.getByText('停车、其他').waitFor();
  await page.getByRole('button', { name: '提交', exact: true }).tap();
  await page.getByText('已完成，等待提交').waitFor();
  await page.reload();
  await page.getByRole('button', { name: '查看这台设备上的答卷' }).tap();
  await page.getByText('待发送（1）').waitFor();
  await page.getByRole('button', { name: '贺村镇“板凳议事”' }).tap();
  await page.getByText('现在没有网络').waitFor();
  await page.goBack();
  await page.getByText('待发送（1）').waitFor();
  await context.setOffline(false);
  const said = await page.getByText('已提交成功').innerText();
  await page.getByRole('button', { name: '贺村镇“板凳议事”' }).tap();
  await page.getByText('提交成功，感谢').waitFor();
  receipt = await page.locator('.receipt').innerText();
  assert.ok(said.includes('贺村镇“板凳议事”') && said.includes(receipt), said);
  await page.getByRole('link', { name: '查看这份答卷' }).tap();
  await page.getByText('王大妈').waitFor();
});

step('two more visits are sent', 'bob', async page => {
  await section(page, '问卷');
  await page.getByRole('link', { name: '填写', exact: true }).tap();
  for (const [about, county, town, members] of [['虎山街道邻里中心', '江山市', '虎山街道', '20'], ['荷花街道红色物业', '柯城区', '荷花街道', '30']]) {
    await page.getByText(about).tap();
    await page.getByRole('button', { name: '开始填写' }).tap();
    await page.getByText(county).tap();
    await page.getByText(town, { exact: true }).tap();
    await page.getByLabel('党员人数').fill(members);
    await page.getByLabel('走访日期').fill('2026-04-12');
    await page.getByRole('button', { name: '下一页' }).tap();
    await page.getByRole('button', { name: '检查答案' }).tap();
    await page.getByRole('button', { name: '提交', exact: true }).tap();
    await page.getByText('提交成功').waitFor();
    await page.getByRole('button', { name: '再填一份' }).tap();
  }
});

step('the sheet shows the answers; they are corrected with a reason, and approved', 'alice', async page => {
  await section(page, '填报');
  await page.getByText('共 3 份').waitFor();
  await page.getByRole('link', { name: receipt }).click();
  await page.getByText('到会总人次').waitFor();
  const answer = async label => (await page.locator('dt', { hasText: label }).locator('xpath=following-sibling::dd').allInnerTexts())
    .map(text => text.replace(/\s*指出问题$/, '')); // what reviewers press beside it
  assert.deepEqual(await answer('所在乡镇'), ['贺村镇']);
  assert.deepEqual(await answer('主要议题'), ['停车、其他']);
  assert.deepEqual(await answer('到会人数'), ['8', '5']);
  assert.deepEqual(await answer('到会总人次'), ['13']);
  assert.deepEqual(await page.getByAltText('现场照片').evaluate(async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight]; }), [120, 80]);
  await page.getByRole('link', { name: '更正' }).click();
  await page.getByLabel('党员人数').fill('2');
  await page.getByLabel('更正原因').fill('电话核实');
  await page.getByRole('button', { name: '保存更正' }).click();
  await page.getByText('党员人数不能少于 3 人').waitFor();
  await page.getByLabel('党员人数').fill('15');
  await page.getByRole('button', { name: '保存更正' }).click();
  await page.getByText('更正已保存').waitFor();
  assert.match((await answer('党员人数')).join(), /^15\s*已修改\s*原为：12$/);
  assert.match(await page.locator('.history').innerText(), /陈爱丽 · 已更正\s*电话核实\s*党员人数: 12 15/);
  await page.getByLabel('审核意见').fill('材料齐全');
  await page.getByLabel('处理后看下一份').uncheck();
  await page.getByRole('button', { name: '通过', exact: true }).click();
  await page.getByText('审核结果已保存').waitFor();
  assert.match(await page.locator('.history').innerText(), /陈爱丽 · 已通过\s*材料齐全/);
  for (let left = 2; left > 0; left--) { // filled in within seconds, as the checks note: they wait
    await section(page, '填报');
    await page.goto(page.url() + '?state=received');
    await page.getByText(`共 ${left} 份`).waitFor();
    await page.locator('tbody a').first().click();
    await page.getByLabel('处理后看下一份').uncheck();
    await page.getByRole('button', { name: '通过', exact: true }).click();
    await page.getByText('审核结果已保存').waitFor();
  }
});

step('the submissions are exported as XLSX and CSV', 'alice', async page => {
  await section(page, '填报');
  await page.getByLabel('问卷').selectOption({ label: '走访记录' });
  await page.waitForURL(/form=/);
  await page.locator('summary', { hasText: '导出' }).click();
  const bring = name => saved(page, () => page.getByRole('link', { name }).click());
  const book = await bring('Excel（选项显示文字）');
  assert.match(book.name, /^走访记录（去标识）-[\d-]+\.xlsx$/);
  const [rows, ...repeats] = Object.values(sheetsOf(book.raw));
  const members = rows[0].findIndex(cell => cell.includes('党员人数')), town = rows[0].findIndex(cell => cell.includes('所在乡镇'));
  assert.deepEqual(Object.fromEntries(rows.slice(1).map(row => [row[town], row[members]])), { 贺村镇: 15, 虎山街道: 20, 荷花街道: 30 });
  assert.ok(repeats.some(sheet => sheet.filter(row => row.includes(8) || row.includes(5)).length === 2), 'the meetings have no sheet');
  const table = (await bring('CSV')).raw.toString();
  assert.ok(table.startsWith('\ufeff') && table.includes('贺村镇') && !table.includes('王大妈'), table);
});

step('the report writer makes a chart', 'ana', async page => {
  await enter(page, 'ana');
  await page.getByRole('link', { name: '衢州基层党建走访' }).first().click();
  await section(page, '对比图');
  await page.getByRole('link', { name: '新建对比图' }).first().click();
  await drawn(page);
  await choose(page, '比较什么', /^党员人数/);
  await page.locator('#numbers').getByText('党员人数').waitFor();
  await choose(page, '按什么比较', /^所在县/);
  await page.getByRole('rowheader', { name: '江山市' }).waitFor();
  await page.getByLabel('统计方式').selectOption('mean');
  await page.locator('#numbers').getByText('17.5').waitFor();
  assert.deepEqual(await drawn(page), [['江山市', 17.5, 2], ['柯城区', 30, 1]]);
  await page.getByRole('button', { name: /江山市: 17\.5/ }).click();
  await page.locator('#evidence').getByText('共 2 份填报').waitFor();
  await page.getByRole('button', { name: '关闭' }).click();
  await page.getByText('标题、来源和注').click();
  await page.getByLabel(/^标题（/).fill('江山市支部规模小于柯城区');
  await page.locator('#chart-name').getByText('江山市支部规模小于柯城区').waitFor();
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.locator('#chart-state').getByText('已保存').waitFor();
});

step('the manager lets small groups be shown in files', 'alice', async page => {
  const project = page.url().match(/^.*\/p\/\w+/)[0];
  const { csrf } = await (await page.request.get(new URL('/session', project).href)).json();
  const answer = await page.request.post(`${project}/personal`, { form: { csrf, all: '1' } });
  assert.equal(answer.status(), 200);
});

step('the chart is exported, and the files open', 'ana', async page => {
  const shown = await drawn(page);
  const bring = kind => saved(page, () => page.locator(`[data-export=${kind}]`).click());
  const png = await bring('png');
  assert.equal(png.name, '江山市支部规模小于柯城区.png');
  const { width, height, dpi } = pictureOf(png.raw);
  assert.equal(dpi, 300);
  assert.ok(width > 1000 && height > 500, `${width} × ${height}`);
  const blank = await page.context().newPage();
  const colours = await blank.evaluate(async base64 => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), c => c.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    return new Set(new Uint32Array(canvas.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
  }, png.raw.toString('base64'));
  assert.ok(colours > 10, `the picture has ${colours} colours`);
  const svg = await bring('svg');
  const parsed = await blank.evaluate(text => {
    const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { name: root.localName, text: root.textContent, from: [...root.querySelectorAll('[href], [src]')].length };
  }, svg.raw.toString());
  assert.equal(parsed.name, 'svg');
  assert.equal(parsed.from, 0, 'the SVG loads something');
  for (const words of ['江山市支部规模小于柯城区', '江山市', '柯城区', '17.5']) assert.ok(parsed.text.includes(words), `the SVG lacks ${words}`);
  const { 数据: rows } = sheetsOf((await bring('xlsx')).raw);
  assert.deepEqual(rows.slice(1), shown);
});

quiet();
