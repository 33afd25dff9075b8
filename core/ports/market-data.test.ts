import { expect, it } from 'vitest';
import { dataKindOf } from './market-data.ts';

it('a made market in a folder of real ones is called synthetic', () => {
  expect(dataKindOf({ dataKind: 'real' }, 'binance')).toBe('real');
  expect(dataKindOf({ dataKind: 'real' }, 'synthetic')).toBe('synthetic');
  expect(dataKindOf({ dataKind: 'synthetic' }, 'binance')).toBe('synthetic');
});
