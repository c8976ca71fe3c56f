// Runs the TypeScript tests: node web/test.mjs [part of a path …]
// Each islands/**/*.test.ts is bundled for Node and run with web/ as its working folder.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import path from 'node:path';

const web = import.meta.dirname;
const out = path.join(web, 'node_modules/.tests');
const wanted = process.argv.slice(2);
process.chdir(web);
process.env.NODE_OPTIONS = '--enable-source-maps';

const tests = readdirSync('islands', { recursive: true })
  .filter(name => /\.test\.tsx?$/.test(name))
  .map(name => path.join('islands', name))
  .filter(name => wanted.length === 0 || wanted.some(part => name.includes(part)))
  .sort();

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: tests,
  outdir: out,
  outbase: 'islands',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
});

const built = tests.map(name => path.join(out, path.relative('islands', name)).replace(/\.tsx?$/, '.mjs'));
const count = { pass: 0, fail: 0 };
const stream = run({ files: built, concurrency: true });
// A suite or a file passes or fails with its tests; only tests are counted.
for (const outcome of ['pass', 'fail']) {
  stream.on(`test:${outcome}`, event => {
    if (event.details.type !== 'suite' && !event.skip) count[outcome]++;
  });
}
stream.on('end', () => {
  process.exitCode = count.fail > 0 ? 1 : 0;
  setImmediate(() => console.log(`TypeScript tests: ${tests.length} files, ${count.pass} passed, ${count.fail} failed`));
});
stream.compose(spec).pipe(process.stdout);
