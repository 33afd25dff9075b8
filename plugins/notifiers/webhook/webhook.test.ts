import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import console from '../console/index.ts';
import plugin from './index.ts';

const message = { level: 'warning', title: 'Stop', text: 'token=abc123 failed', time: 0 } as const;
let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  vi.restoreAllMocks();
});

/** A local address that answers with statuses in turn (0: never), and what it was sent. */
async function listen(...statuses: number[]): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      const status = statuses[bodies.length - 1] ?? statuses.at(-1)!;
      if (status !== 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-secret`, bodies };
}
const said = (stream: 'stdout' | 'stderr') => {
  const lines: string[] = [];
  vi.spyOn(process[stream], 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  return lines;
};

describe('webhook', () => {
  it('posts the message as JSON, secrets struck out', async () => {
    const { url, bodies } = await listen(200);
    await plugin.create(plugin.options.parse({ url, field: 'content' })).notify(message);
    expect(bodies.map((b) => JSON.parse(b))).toEqual([
      { level: 'warning', title: 'Stop', message: 'token=*** failed', time: 0, content: 'Stop: token=*** failed' },
    ]);
  });

  it('tries again, and never throws nor tells the address', async () => {
    const lines = said('stderr');
    const { url, bodies } = await listen(500, 503, 200);
    await plugin.create(plugin.options.parse({ url, retries: 2, backoffMs: 1 })).notify(message);
    expect([bodies.length, lines.length]).toEqual([3, 0]);
    await plugin.create(plugin.options.parse({ url: 'http://127.0.0.1:1/hook-secret', retries: 0 })).notify(message);
    expect(lines).toEqual(['webhook: "Stop" was not delivered: the address could not be reached\n']);
  });

  it('does not put again what is refused for good', async () => {
    const lines = said('stderr');
    const { url, bodies } = await listen(404, 200);
    await plugin.create(plugin.options.parse({ url, backoffMs: 1 })).notify({ ...message, title: 'secret=abc' });
    expect(bodies.length).toBe(1);
    expect(lines).toEqual(['webhook: "secret=***" was not delivered: the address answered 404\n']);
  });

  it('gives up on an address that does not answer', async () => {
    const lines = said('stderr');
    const { url } = await listen(0);
    await plugin.create(plugin.options.parse({ url, retries: 0, timeoutMs: 50 })).notify(message);
    expect(lines).toEqual(['webhook: "Stop" was not delivered: no answer within 50 ms\n']);
  });

  it('sends nothing below its least level', async () => {
    const { url, bodies } = await listen(200);
    await plugin.create(plugin.options.parse({ url, least: 'critical' })).notify(message);
    expect(bodies).toEqual([]);
  });
});

describe('console', () => {
  it('writes warnings to standard error and news to standard output, from its least level on', async () => {
    const errors = said('stderr');
    const lines = said('stdout');
    const module = console.create({ least: 'info' });
    await module.notify(message);
    await module.notify({ ...message, level: 'info', text: 'started' });
    await console.create({ least: 'critical' }).notify(message);
    expect(errors).toEqual(['1970-01-01T00:00:00.000Z WARNING Stop: token=*** failed\n']);
    expect(lines).toEqual(['1970-01-01T00:00:00.000Z INFO Stop: started\n']);
  });
});
