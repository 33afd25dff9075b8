import { expect, it } from 'vitest';
import { sampleRun } from '../../../tests/fixtures/report/sample-run.ts';
import { seeded } from '../../foundation/rng.ts';
import { listedTrades } from './trade-list.ts';

it('lists the first trades, and the best and the worst fifty of the rest, equal profits or not', () => {
  const [trade] = sampleRun({ candles: 500 }).trades;
  const rng = seeded(3);
  for (const profit of [() => rng.normal(), () => Math.floor(3 * rng.next()), () => 1]) {
    const trades = Array.from({ length: 3000 }, (_, id) => ({ ...trade!, id, profitAbs: profit() }));
    const later = trades.slice(900).toSorted((a, b) => b.profitAbs - a.profitAbs);
    const shown = listedTrades(trades);
    expect(shown).toHaveLength(1000);
    expect(shown.slice(0, 900)).toEqual(trades.slice(0, 900));
    const ids = shown.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.slice(900)).toEqual(
      [...later.slice(0, 50), ...later.slice(-50)].map(({ id }) => id).sort((a, b) => a - b),
    );
  }
});
