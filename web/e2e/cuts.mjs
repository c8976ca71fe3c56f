// Phones whose network fails again and again: nothing is lost, nothing doubled, nothing stuck.
// node web/e2e/cuts.mjs [phones instances cuts seed] runs it alone, on 10 phones with 100
// instances and at least 100 cuts; the tests run a shorter one.
import assert from 'node:assert/strict';
import { picture } from './files.mjs';
import { launch, serve, signIn } from './browser.mjs';
import { asManager, begin, fillIn, household, kept, phoneOf, takeAlong } from './phones.mjs';
import { dice, proxy } from './proxy.mjs';

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const photos = Array.from({ length: 8 }, (_, i) => picture(90 + i * 40, 70 + i * 30));

// A phone fills in its share; while the network fails, pages come from what was taken along. Where
// a page did not come in time, whoever fills in goes on with the draft that there is.
async function work({ page }, names, random, log) {
  for (const name of names) {
    const photo = photos[Math.floor(random() * photos.length)];
    for (let tries = 1; ; tries++) {
      try {
        const before = tries > 1 && (await kept(page)).find(one => one.name === name || one.excerpt?.includes(name));
        if (before && before.state !== 'unfinished') break;
        if (before) {
          await page.goto('/field');
          await page.getByRole('button', { name: new RegExp(name + '\\b') }).tap();
          await page.getByRole('link', { name: '继续填写' }).tap();
          await page.getByLabel('户主').waitFor();
        } else {
          await begin(page);
        }
        await fillIn(page, name, photo);
        break;
      } catch (cause) {
        log.push(`${name} ${page.url()}: ${String(cause).split('\n')[0]}`);
        if (tries === 4) throw cause;
      }
    }
  }
}

// harass makes things fail at random moments until told to stop: a phone is without a network
// for a moment, or all its connections are cut.
async function harass(phones, cuts, random, working) {
  let made = 0;
  while (working() || made < cuts) {
    await pause(40 + random() * 400);
    const { context, wire } = phones[Math.floor(random() * phones.length)];
    made++;
    if (random() < 0.5) {
      wire.cut();
      continue;
    }
    await context.setOffline(true);
    void pause(200 + random() * 1500).then(() => context.setOffline(false)).catch(() => { /* it is over */ });
  }
  return made;
}

// cuts runs it and tells what came of it.
export async function cuts({ server, browser, phones: many, instances, cuts: least, seed }) {
  const random = dice(seed), manager = await asManager(browser, server.url);
  const form = await manager.publish(household), before = await manager.received(form);
  const phones = [], log = [];
  const begun = Date.now();
  try {
    for (let i = 0; i < many; i++) {
      const wire = await proxy(Number(new URL(server.url).port), random);
      const { context, noted } = await phoneOf(browser, wire.url);
      const page = await context.newPage();
      await signIn(page, ['bob', 'xiaolin', 'jianhua', 'yufei', 'weidong', 'siqi', 'haiyan', 'zhiyuan', 'guoqing', 'meiling'][i % 10]);
      await takeAlong(page);
      phones.push({ context, page, wire, noted });
    }
    for (const { wire } of phones) wire.storm(true);
    const shares = phones.map((_, i) => Array.from({ length: Math.floor(instances / many) + (i < instances % many ? 1 : 0) }, (_, n) => `户主${i + 1}-${n + 1}`));
    let working = many;
    const failing = harass(phones, least, random, () => working > 0);
    await Promise.all(phones.map((one, i) => work(one, shares[i], random, log).finally(() => { working--; })));
    const made = await failing;
    // Calm again: each phone sends by itself what is left.
    await pause(2000);
    for (const { context, wire } of phones) {
      wire.storm(false);
      await context.setOffline(false);
    }
    const all = [];
    for (const { page } of phones) {
      await page.goto('/field');
      await page.getByText('没有草稿，也没有等待发送的答卷。').waitFor({ timeout: 120_000 }).catch(async () => log.push(await page.locator('main').innerText(), JSON.stringify(await kept(page))));
      all.push(...await kept(page));
    }
    const count = phones.map(({ wire }) => wire.count).reduce((sum, one) => Object.fromEntries(Object.keys(one).map(kind => [kind, (sum[kind] ?? 0) + one[kind]])), {});
    return { ...await judge(manager, form, all, shares.flat(), before), moments: made, count, log, seconds: Math.round((Date.now() - begun) / 1000) };
  } finally {
    for (const { context, wire } of phones) {
      await context.close();
      await wire.close();
    }
    await manager.context.close();
  }
}

// judge counts on the server: by the receipts that the phones hold, and by its own list.
async function judge(manager, form, all, names, before) {
  const sent = all.filter(({ state }) => state === 'sent'), stuck = all.length - sent.length;
  const receipts = new Set(sent.map(({ receipt }) => receipt)), found = new Set();
  for (const { receiptUrl } of sent) {
    const page = await (await manager.context.request.get(receiptUrl)).text();
    const name = /户主\d+-\d+/.exec(page)?.[0], file = /href="([^"]*\/files\/[^"]*)"/.exec(page)?.[1] ?? /src="([^"]*\/files\/[^"]*)"/.exec(page)?.[1];
    const photo = file ? await (await manager.context.request.get(file)).body() : '';
    assert.ok(photo.length > 100, `${name} has no photo`);
    found.add(name);
  }
  const received = await manager.received(form) - before;
  return { instances: names.length, received, lost: names.filter(name => !found.has(name)).length, doubled: received - new Set(names).size, stuck, receipts: receipts.size };
}

if (process.argv[1] === import.meta.filename) {
  const [phones = 10, instances = 100, least = 100, seed = 20261123] = process.argv.slice(2).map(Number);
  const server = await serve('demo'), browser = await launch();
  try {
    const told = await cuts({ server, browser, phones, instances, cuts: least, seed });
    console.log(JSON.stringify(told));
    assert.deepEqual([told.received, told.lost, told.doubled, told.stuck, told.receipts], [instances, 0, 0, 0, instances]);
  } finally {
    await browser.close();
    await server.close();
  }
}
