// Loads XForms in ODK's own web engine, in the browser:
//   node web/e2e/webforms/run.mjs OURS [REFERENCE]
// OURS is a folder of XForms that Tianye wrote, REFERENCE one of those that the reference converter made of the
// same workbooks. Prints those that do not load, and why; ends with 1 when the reference's loads and ours does not.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { desk, launch } from '../browser.mjs';

const here = import.meta.dirname;
const patience = 30_000; // ms for one form

if (!existsSync(path.join(here, 'node_modules'))) execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit' });

const { outputFiles: [script] } = await build({
  entryPoints: [path.join(here, 'page.js')], bundle: true, write: false, format: 'esm', logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
});

const browser = await launch();
const context = await browser.newContext({ viewport: desk });

// fresh makes a page with the engine in it.
async function fresh() {
  const page = await context.newPage();
  const files = {
    '/': { contentType: 'text/html; charset=utf-8', body: '<!doctype html><div id="form"></div><script type="module" src="/engine.js"></script>' },
    '/engine.js': { contentType: 'text/javascript; charset=utf-8', body: script.text },
  };
  await page.route('**/*', route => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill(file) : route.abort();
  });
  await page.goto('http://localhost:9/');
  await page.waitForFunction(() => window.show);
  return page;
}

const slow = () => new Promise(done => setTimeout(done, patience, `still loading after ${patience / 1000} s`).unref());

let page = await fresh();

// load tells why a file does not load; nothing when it does.
async function load(file) {
  const xml = readFileSync(file, 'utf8');
  const why = await Promise.race([page.evaluate(xml => window.show(xml), xml).catch(String), slow()]);
  if (why !== '') {
    await page.close();
    page = await fresh();
  }
  return why.split('Technical error details')[0];
}

const [ours, reference] = process.argv.slice(2);
const names = readdirSync(ours).filter(name => name.endsWith('.xml')).sort();
const failed = [];
for (const name of names) {
  const why = await load(path.join(ours, name));
  if (why === '') continue;
  const other = reference && path.join(reference, name);
  const alike = other && existsSync(other) && await load(other) !== '';
  if (!alike) process.exitCode = 1;
  failed.push(`  ${name}: ${why}${alike ? " (nor does the reference converter's)" : ''}`);
}
await browser.close();
console.log(`ODK Web Forms loads ${names.length - failed.length} of ${names.length} XForms${failed.length > 0 ? '; not these:' : ''}`);
for (const line of failed) console.log(line);
