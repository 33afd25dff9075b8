import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RememberedDocument } from './remembered-document.ts';

it('keeps the last good document of a file while a new one cannot be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'document-'));
  const file = join(folder, 'list.json');
  const document = new RememberedDocument({ file, timeoutMs: 100 }, 'x');
  await expect(document.get(0, 10)).rejects.toThrow(/DATA_DOCUMENT.*ENOENT/);
  writeFileSync(file, '{"pairs":[1]}');
  expect(await document.get(0, 10)).toEqual({ pairs: [1] });
  writeFileSync(file, '{"pairs":[2]}');
  expect(await document.get(9, 10)).toEqual({ pairs: [1] });
  expect(await document.get(10, 10)).toEqual({ pairs: [2] });
  writeFileSync(file, '{"pairs":[');
  expect(await document.get(20, 10)).toEqual({ pairs: [2] });
  expect(document.problem).toMatch(/JSON/);
  rmSync(folder, { recursive: true });
});

it('fetches an address with headers, and gives up on errors', async () => {
  let status = 200;
  const server = createServer((request, response) =>
    response.writeHead(status).end(JSON.stringify(request.headers['x-key'])),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const document = new RememberedDocument({ url, timeoutMs: 2000, headers: { 'x-key': 'k' } }, 'x');
  expect(await document.get(0, 1)).toBe('k');
  status = 500;
  expect(await document.get(5, 1)).toBe('k');
  expect(document.problem).toBe('the address answered 500');
  server.closeAllConnections();
  server.close();
});

it('wants one of file and address', () => {
  expect(() => new RememberedDocument({ timeoutMs: 1 }, 'remote')).toThrow(
    /PLUGIN_OPTION.*remote needs a file or a url/,
  );
});
