import { expect, it } from 'vitest';
import { redacted, secretStriker } from './redacted.ts';

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

it('strikes known secrets out whole, however they are written', () => {
  const key = 'PlantedKey/With+Signs=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ';
  const odd = 'Planted"Pass\\Word';
  const pem =
    '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPlanted0123456\nAwEHoUQDQgAEPlanted/==\n-----END EC PRIVATE KEY-----';
  const strike = secretStriker([key, odd, pem, '', 'ab']);
  for (const text of [
    `Invalid key ${key}.`,
    `GET /x?apiKey%3D${encodeURIComponent(key)}&y=1`,
    JSON.stringify({ msg: odd }),
    JSON.stringify({ pem }),
    pem.split('\n')[1]!,
    pem.replaceAll('\n', ' '),
  ])
    expect(strike(text)).not.toMatch(/Planted/);
  expect(strike('a cab for ab')).toBe('a cab for ab');
});
