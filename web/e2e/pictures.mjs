// Makes the README's pictures from the demonstration: docs/pictures/chart.png, the
// comparison chart on the desk, and docs/pictures/fill.png, the form on a phone.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { desk, launch, open, phone, root, serve, signIn } from './browser.mjs';

const folder = path.join(root, 'docs/pictures');
mkdirSync(folder, { recursive: true });
const server = await serve('demo');
const browser = await launch();

async function picture(name, who, viewport, run) {
  const { context } = await open(browser, server.url, viewport, { deviceScaleFactor: viewport === phone ? 2 : 1, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signIn(page, who);
  await run(page);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, name), animations: 'disabled' });
  await context.close();
}

const section = (page, name) => page.locator('nav.sections').getByRole('link', { name, exact: true }).click();

try {
  await picture('chart.png', 'ana', desk, async page => {
    await section(page, '对比图');
    await page.locator('h2').getByRole('link', { name: '群众最盼望解决的事' }).click();
    await page.locator('#chart-sheet[aria-busy=false]').waitFor();
    await page.mouse.move(0, 0);
  });
  await picture('fill.png', 'bob', phone, async page => {
    await section(page, '问卷');
    await page.locator('.form-card', { hasText: '案例调查表' }).getByRole('link', { name: '填写', exact: true }).tap();
    await page.getByRole('searchbox').fill('荷塘');
    await page.locator('label.row').first().tap();
    await page.getByRole('button', { name: '开始填写' }).tap();
    await page.getByRole('button', { name: '目录' }).tap();
    await page.locator('.contents button', { hasText: '六、' }).tap();
    for (const [question, answer] of [['党组织在重大', 3], ['群众（职工', 2], ['各方主体', 3]]) {
      await page.locator('fieldset', { hasText: question }).locator('label').nth(answer).tap();
    }
    await page.evaluate(() => window.scrollTo(0, 0));
  });
} finally {
  await browser.close();
  await server.close();
}
