// What the browser tests share: the server under test, the browser, signing in.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const root = path.join(import.meta.dirname, '../..');
export const password = 'tianye-demo';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

// serve starts the program with a data folder of its own and waits until it is ready.
// stop() ends it; start() begins it again on the same folder and port; close() tells
// the errors that it noted.
export async function serve(command) {
  const data = mkdtempSync(path.join(tmpdir(), 'tianye-e2e-'));
  const port = await freePort();
  const server = { url: `http://127.0.0.1:${port}`, output: '', log: '' };
  let child;
  server.start = async () => {
    child = spawn(path.join(root, 'build/tianye'), [command, '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.on('data', chunk => { server.log += chunk; });
    await new Promise((ready, failed) => {
      child.stdout.on('data', chunk => {
        server.output += chunk;
        if (server.output.includes('ready:')) ready();
      });
      child.once('exit', code => failed(new Error(`tianye ${command} ended with ${code}: ${server.output}`)));
    });
  };
  server.stop = async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    server.output = '';
  };
  server.close = async () => {
    await server.stop();
    for (const line of server.log.split('\n')) if (line.includes('level=ERROR')) console.error(line);
    rmSync(data, { recursive: true, force: true });
  };
  await server.start();
  return server;
}

export const desk = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

export const launch = () => chromium.launch({
  executablePath: process.env.TIANYE_CHROMIUM || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream'],
});

// open makes a browser context that notes every request to another host and every
// error of a page's scripts.
export async function open(browser, url, viewport, options = {}) {
  const touch = viewport.width < 600;
  const context = await browser.newContext({ baseURL: url, viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: touch, isMobile: touch,
    acceptDownloads: true, ...options });
  const noted = { elsewhere: [], errors: [] };
  context.on('request', request => {
    const address = request.url();
    if (!address.startsWith(url + '/') && !/^(data|blob):/.test(address)) noted.elsewhere.push(address);
  });
  context.on('weberror', error => noted.errors.push(String(error.error())));
  context.on('console', message => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET_DISCONNECTED/.test(message.text())) noted.errors.push(message.text());
  });
  return { context, noted };
}

export async function signIn(page, login, word = password) {
  await page.goto('/sign-in');
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', word);
  await page.click('main button');
  await page.waitForURL(address => !address.pathname.startsWith('/sign-in'));
}
