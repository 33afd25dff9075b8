import { expect, it } from 'vitest';
import { redacted } from './redacted.ts';

it.each([
  ['https://me:pass@host/x', 'https://***@host/x'],
  ['{"apiKey":"abc","x":1}', '{"apiKey":"***","x":1}'],
  ['token=abc&x=1', 'token=***&x=1'],
  ['binance_secret: abc def', 'binance_secret: *** def'],
  ['Authorization: Bearer abc.def', 'Authorization: ***'],
  ['bot 12345678:AAabcdefghijklmnopqrstuvwxyz0123456 failed', 'bot *** failed'],
  [`key ${'a1'.repeat(32)} refused`, 'key *** refused'],
])('strikes the secret out of %s', (text, want) => {
  expect(redacted(text)).toBe(want);
});

it('leaves ordinary messages alone', () => {
  const text = 'BTC/USDT:USDT long 0.125 at 42,000.5 closed by trailing_stop_loss: +1.2 % (2024-01-01T00:00:00Z)';
  expect(redacted(text)).toBe(text);
  const file = 'user_data/recordings/binanceusdm-perpetual-2026-11-22T06-38-37.407Z.session';
  expect(redacted(file)).toBe(file);
});
