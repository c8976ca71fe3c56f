// Builds the program and runs the browser tests: node web/e2e/run.mjs [part of a name]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const step = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
step('go', ['build', '-buildvcs=false', '-o', 'build/tianye', './cmd/tianye']);
const wanted = process.argv[2] ?? '';
const tests = readdirSync(here).filter(name => name.endsWith('.test.mjs') && name.includes(wanted)).map(name => path.join(here, name));
step(process.execPath, ['--test', '--test-concurrency=2', ...tests]);
