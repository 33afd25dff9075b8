import { describe, expect, test } from 'vitest';
import { parseSignals } from './signal-rows.ts';

const NONE = { enterLong: false, exitLong: false, enterShort: false, exitShort: false };
const NOON = Date.UTC(2024, 2, 5, 12);

describe('parseSignals', () => {
  test('reads CSV in camelCase with independent flags', () => {
    expect(
      parseSignals(
        'time,pair,enterLong,exitLong,enterShort,exitShort,tag\n2024-03-05T12:00:00Z,BTC/USDT,1,0,0,1,go\n2024-03-05T13:00:00Z,,0,1,0,0,done\n',
        'f',
      ),
    ).toEqual([
      { ...NONE, time: NOON, pair: 'BTC/USDT', enterLong: true, exitShort: true, entryTag: 'go' },
      { ...NONE, time: NOON + 3_600_000, exitLong: true, exitTag: 'done' },
    ]);
  });

  test('reads what pandas writes: snake_case, spaces in times, True, empty cells, missing columns', () => {
    expect(
      parseSignals('date;enter_long;exit_long\n2024-03-05 12:00:00+00:00;True;\n2024-03-05 13:00:00;;1.0\n', 'f'),
    ).toEqual([
      { ...NONE, time: NOON, enterLong: true },
      { ...NONE, time: NOON + 3_600_000, exitLong: true },
    ]);
  });

  test('reads JSON lists and objects, seconds and ms, and sorts by time', () => {
    const rows = [
      { time: NOON + 60_000, enterShort: true, entryTag: 'b' },
      { time: NOON / 1000, exitShort: 1, exitTag: 'a' },
    ];
    const want = [
      { ...NONE, time: NOON, exitShort: true, exitTag: 'a' },
      { ...NONE, time: NOON + 60_000, enterShort: true, entryTag: 'b' },
    ];
    expect(parseSignals(JSON.stringify(rows), 'f')).toEqual(want);
    expect(parseSignals(JSON.stringify({ signals: rows }), 'f')).toEqual(want);
  });

  test.each([
    ['2024/03/05 13:00+01:00', 0],
    ['1709640000000000', 0],
    ['1709640000000000000', 0],
    ['1.70964e12', 0],
    ['2024/03/05', -43_200_000],
  ])('reads %s as the same moment in any time zone', (text, after) => {
    expect(parseSignals(`time,enterLong\n${text},1`, 'f')[0]!.time).toBe(NOON + after);
  });

  test('quoted cells may hold separators', () => {
    expect(parseSignals('time,enterLong,tag\n1709640000,1,"a, ""b"""', 'f')[0]!.entryTag).toBe('a, "b"');
  });

  test.each([
    ['time,enterLnog\n1,1', /no column "enterLnog".*Did you mean "enterLong"/],
    ['time,enterLong\nyesterday,1', /time cannot be "yesterday" \(f, row 1\)/],
    ['time,enterLong\n10/03/2025,1', /time cannot be "10\/03\/2025"/],
    ['time,enterLong\n20240305,1', /time cannot be "20240305"/],
    ['time,enterLong\n2024-03-05,2', /enterLong cannot be "2" \(f, row 1\)/],
    ['time,enterLong\n2024-03-05', /1 cells instead of 2/],
    ['', /the file is empty/],
    ['time,pair\n2024-03-05,BTC/USDT', /there is no column of signals/],
    ['{"a":1}', /no list of signals.*orient="records"/],
    ['[1]', /1 is no signal/],
    ['{', /no JSON/],
  ])('refuses %j', (text, message) => {
    expect(() => parseSignals(text, 'f')).toThrow(message);
  });
});
