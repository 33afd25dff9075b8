import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { testServer } from '../e2e/replay-fixture.ts';

const python = process.env.TIDEGATE_CCXT_PYTHON;
const script = fileURLToPath(new URL('run-ccxt-replay.py', import.meta.url));
if (!python)
  console.log('TIDEGATE_CCXT_PYTHON names no Python with ccxt: its trades on the replay exchange are skipped');

it.skipIf(!python)('lets the unmodified ccxt for Python trade over REST and streams', async () => {
  const server = await testServer({}, { speed: 10 });
  try {
    const { stdout } = await promisify(execFile)(python!, [script, server.url], { timeout: 120_000 });
    const { rest, streams } = JSON.parse(stdout) as { rest: Record<string, unknown>; streams: object };
    expect(rest).toEqual({
      version: expect.any(String),
      markets: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      order: ['9007199254740993', 'closed', 0.05],
      edited: [true, 0.06],
      cancelled: 'canceled',
      stop: 'open',
      position: 0.05,
      candles: 10,
      refusals: ['InsufficientFunds', 'OrderNotFillable', 'OrderNotFound'],
      spotFee: { currency: 'BTC', cost: 0.00001 },
    });
    expect(streams).toEqual({ candles: true, book: true, order: true });
  } finally {
    await server.close();
  }
});
