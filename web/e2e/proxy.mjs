// A network that fails: between a browser and the server, it cuts connections after some bytes,
// in either direction, answers 500 in the server's place, or nothing at all.
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

// dice gives numbers from 0 to 1 that follow from a seed (mulberry32).
export function dice(seed) {
  let a = seed >>> 0;
  return () => {
    a = a + 0x6d2b79f5 >>> 0;
    let t = Math.imul(a ^ a >>> 15, a | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

const refusal = 'HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry';

// proxy stands before the server at that port. While it storms, a third of the new
// connections fail in one way or another; cut() ends all that there are.
export async function proxy(port, random) {
  const alive = new Set(), count = { up: 0, down: 0, refused: 0, silent: 0, cut: 0 };
  let bytes = 0;
  let storm = false;
  const server = createServer(client => {
    alive.add(client);
    client.on('close', () => alive.delete(client)).on('error', () => {});
    const fate = storm ? random() : 1, after = random();
    if (fate < 0.05) {
      client.once('data', () => { count.refused++; client.end(refusal); });
      return;
    }
    if (fate < 0.1) {
      client.resume();
      setTimeout(() => { count.silent++; client.destroy(); }, 300 + after * 1500).unref();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    const end = kind => {
      if (kind && !client.destroyed) count[kind]++;
      client.destroy();
      upstream.destroy();
    };
    upstream.on('error', () => end()).on('close', () => client.end());
    client.on('close', () => upstream.destroy());
    // Of what is sent and answered the head is cut as well as the middle.
    const pass = (from, to, kind, left) => from.on('data', chunk => {
      const some = chunk.subarray(0, left);
      left -= some.length;
      if (!to.write(some)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      if (some.length < chunk.length) setImmediate(end, kind);
    });
    pass(client, upstream, 'up', fate < 0.2 ? Math.floor(after ** 3 * 30_000) : Infinity);
    upstream.on('data', chunk => { bytes += chunk.length; });
    pass(upstream, client, 'down', fate >= 0.2 && fate < 0.35 ? Math.floor(after ** 3 * 8_000) : Infinity);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`, count,
    // bytes is how many came from the server, with the heads of its answers.
    get bytes() { return bytes; },
    storm(on) { storm = on; },
    cut() {
      if (alive.size > 0) count.cut++;
      for (const client of alive) client.resetAndDestroy();
    },
    async close() {
      for (const client of alive) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
