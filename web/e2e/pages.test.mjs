// Every page, in both sizes and both languages: it asks no other host, its scripts
// make no error, it is not wider than the screen, axe-core finds nothing serious.
// SHOTS=folder keeps a picture of each.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { desk, launch, open, phone, serve, signIn } from './browser.mjs';
import { check } from './check.mjs';

const shots = process.env.SHOTS;
let server, browser;

before(async () => {
  server = await serve('demo');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

// The pages by who looks at them, each with the steps to it: a path, a path of the
// project, or a link on the page before.
const at = rest => (_, project) => project + rest;
const link = selector => page => page.locator(selector).first().getAttribute('href');
const addApp = async (page, project) => {
  await page.fill('input[name=name]', '吴博的手机');
  await page.click('main form.stack button');
  await page.waitForURL(address => /app-users\/[0-9a-z]{26}/.test(address.pathname));
  await page.goto(`${project}/app-users`);
  return page.locator('tbody a').first().getAttribute('href');
};
const tour = {
  nobody: [['sign-in', '/sign-in'], ['help', '/help'], ['missing', '/nothing']],
  admin: [['home', '/'], ['users', '/users'], ['password', '/password']],
  alice: [
    ['project', at('')], ['settings', link('a[href$="/settings"]')], ['bin', link('a[href$="/bin"]')],
    ['forms', at('/forms')], ['form', link('.form-card h2 a')], ['version', link('a[href*="/versions/"]')], ['preview', at('/forms'), link('.form-card h2 a'), link('a[href$="/preview"]')],
    ['submissions', at('/submissions')], ['submission', link('tbody a')], ['correct', link('a[href$="/correct"]')],
    ['search', at(`/submissions?q=${encodeURIComponent('停车')}`)],
    ['history', at('/submissions?state=approved'), link('tbody a'), link('a[href*="/history"]')],
    ['revisions', at('/cases'), link('.case-title a'), link('a[href$="/revisions"]')], ['revision', link('a[href$="/revisions/1"]')],
    ['cases', at('/cases')], ['case', link('.case-title a')], ['case-edit', link('a[href$="/edit"]')],
    ['case-new', at('/cases/new')], ['case-import', at('/cases/import')], ['trash', at('/cases?trash=1')],
    ['charts', at('/charts')], ['chart', link('a[href*="/charts/"]:has(img)')], ['chart-new', at('/charts/new')],
    ['members', at('/members')], ['limit', at('/members'), link('a[href$="/limit"]')], ['member-import', at('/members/import')],
    ['roles', '/roles'], ['sessions', '/sessions'], ['apps', at('/app-users')], ['app', addApp],
    ['assignments', at('/assignments')], ['assignment', link('tbody a[href*="/assignments/"]')], ['assignment-new', at('/assignments/new')], ['assignment-import', at('/assignments/import')],
    ['back-check', at('/assignments/check')], ['agreement', at('/assignments/agreement')], ['compare', at('/assignments'), link('tr:has(.badge-state:text-is("复核")) a[href*="/assignments/"]'), link('a[href$="/compare"]')],
    ['quality', at('/quality')], ['quality-daily', at('/quality/daily')], ['progress', at('/progress')], ['plan', at('/progress/plan')], ['map', at('/progress/map')],
    ['screen', at('/progress/screen')], ['report', at('/progress/report')], ['exports', at('/exports')], ['webhook', at('/webhook')], ['notifications', '/notifications'],
    ['links', at('/forms'), link('.form-card h2 a'), link('a[href$="/links"]')],
    ['suggestions', at('/submissions'), link('a[href*="/suggestions"]')], ['link', (page, project) => project + '/links/' + page.url().split('/').at(-2)],
    ['poster', link('a[href$="/poster"]')], ['board', page => '/l/' + page.url().split('/').at(-2) + '/board'],
  ],
  bob: [['bob-project', at('')], ['bob-submissions', at('/submissions')], ['fill', at('/forms'), link('a[href$="/fill"]')], ['field', '/field']],
};

async function follow(page, project, steps) {
  for (const step of steps) {
    const address = typeof step === 'string' ? step : await step(page, project);
    assert.ok(address, `no link found on ${page.url()}`);
    const answer = await page.goto(address, { waitUntil: 'load' });
    assert.ok(answer.ok() || address === '/nothing', `${address} answers ${answer.status()}`);
  }
  await page.waitForLoadState('networkidle');
}

for (const [who, pages] of Object.entries(tour)) {
  test(`the pages of ${who}`, { timeout: 240_000 }, async () => {
    const { context, noted } = await open(browser, server.url, desk);
    const page = await context.newPage();
    let project = '';
    if (who !== 'nobody') {
      await signIn(page, who);
      if (who !== 'admin') project = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
    }
    for (const [name, ...steps] of pages) {
      await follow(page, project, steps);
      for (const viewport of [desk, phone]) {
        await page.setViewportSize(viewport);
        if (shots) await page.screenshot({ path: path.join(shots, `${name}-${viewport.width}.png`), fullPage: true });
        await check(page, name);
      }
      await page.setViewportSize(desk);
    }
    await context.addCookies([{ name: 'tianye_language', value: 'en', url: server.url }]);
    await page.reload();
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.deepEqual(noted.elsewhere, [], 'requests to other hosts');
    assert.deepEqual(noted.errors, [], 'errors of scripts');
    await context.close();
  });
}
