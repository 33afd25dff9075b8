import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

const HEAD = ['strategy', 'trades', 'won', 'profit', 'held'];

function table() {
  const out = textTable(HEAD);
  out.push(['Cross', 12, '50.0 %', '+1,234.50', '2 h 15 min'], ['by pair'], ['BTC/USDT', 7, '40.0 %', '-9.00', '4 h']);
  return out;
}

const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

it('is whole where it goes into a file, and in a terminal that is wide enough', () => {
  const whole = table().toString(undefined);
  expect(whole.split('\n')).toEqual([
    ' strategy   trades      won      profit         held ',
    '─────────────────────────────────────────────────────',
    ' Cross          12   50.0 %   +1,234.50   2 h 15 min ',
    ' by pair                                             ',
    ' BTC/USDT        7   40.0 %       -9.00          4 h ',
  ]);
  expect(table().toString(53)).toBe(whole);
});

it('has narrower gaps where that is enough', () => {
  expect(table().toString(52).split('\n').slice(0, 3)).toEqual([
    'strategy  trades     won     profit        held',
    '───────────────────────────────────────────────',
    'Cross         12  50.0 %  +1,234.50  2 h 15 min',
  ]);
  expect(widthOf(table().toString(47))).toBe(47);
});

it('is stacked where it is not: each part has the first column, and nothing is lost', () => {
  const lines = table().toString(46).split('\n');
  expect(lines.map((line) => line.trimEnd())).toEqual([
    'strategy  trades     won     profit',
    '───────────────────────────────────',
    'Cross         12  50.0 %  +1,234.50',
    'by pair',
    'BTC/USDT       7  40.0 %      -9.00',
    '',
    'strategy        held',
    '────────────────────',
    'Cross     2 h 15 min',
    'by pair',
    'BTC/USDT         4 h',
  ]);
});

it('stands below each other in a terminal that has room for one column', () => {
  const parts = table().toString(5).split('\n\n');
  expect(parts.map((part) => part.split('\n')[0]!.split(/ +/))).toEqual(
    HEAD.slice(1).map((name) => ['strategy', name]),
  );
});

it('counts what is seen: colours take no room, and what spans columns stands where they do', () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  const out = textTable(['pair', 'profit', 'drawdown', 'won'].map(red));
  out.push(['A/B', red('1'), red('2'), '3'], ['C/D', { colSpan: 3, content: 'no candles' }]);
  expect(out.toString(40)).toBe(out.toString(undefined));
  const [first, second] = out.toString(24).split('\n\n');
  expect(first).toContain('no candles');
  expect(second!.split('\n')[0]).toContain('won');
});
