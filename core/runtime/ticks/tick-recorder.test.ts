import { expect, it } from 'vitest';
import { Instrument } from '../../domain/tradable.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { TickRecorder } from './tick-recorder.ts';

const fill = { time: 2e9, sign: 1, ticks: 1_000, lots: 5, fee: 0, isMaker: true, isQuote: true } as const;

it('waits for the mid that a fill is measured by, but never for one of a fill from before the first book', () => {
  const recorder = new TickRecorder(new Instrument(testSpec()));
  recorder.onFill(fill, Number.NaN);
  expect([recorder.nextDue, recorder.fills.length]).toEqual([Number.POSITIVE_INFINITY, 0]);
  recorder.onFill(fill, 100);
  expect([recorder.nextDue, recorder.fills.length]).toEqual([3e9, 1]);
});
