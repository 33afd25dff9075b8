import Table from 'cli-table3';
import { expect, it } from 'vitest';
import { type TextCell, textTable } from './text-table.ts';
import { textWidth } from './text-width.ts';

/** The same with the package that everybody uses. */
function byPackage(head: readonly string[], textColumns: number, rows: readonly (readonly TextCell[])[]): string {
  const parts = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
    side,
    `${side}-mid`,
    `${side}-left`,
    `${side}-right`,
  ]);
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i < textColumns ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
    chars: { ...Object.fromEntries(parts.map((part) => [part, ''])), mid: '─', 'mid-mid': '─', middle: ' ' },
  });
  table.push(...(rows as Table.HorizontalTableRow[]));
  return table.toString();
}

it.each<[string, string[], number, TextCell[][]]>([
  [
    'numbers to the right of texts',
    ['pair', 'trades', 'won'],
    1,
    [
      ['BTC/USDT', 1901, '20.8 %'],
      ['A', '7', ''],
    ],
  ],
  ['heads alone', ['pair', 'trades'], 1, []],
  ['rows that end early', ['strategy', 'trades', 'won'], 2, [['by pair'], ['EmaCross', 'x', '1']]],
  ['colours', ['\u001b[2mpair\u001b[22m', 'won'], 1, [['\u001b[32mBTC/USDT\u001b[39m', '\u001b[31m-1.0\u001b[39m']]],
  [
    'wide letters',
    ['戦略', 'won'],
    1,
    [
      ['移動平均', '1'],
      ['x', '2'],
    ],
  ],
  [
    'a cell over several columns',
    ['a', 'bcd', 'efghi', 'j'],
    1,
    [
      ['x', 1, 2, 3],
      ['y', { colSpan: 3, content: 'it failed' }],
    ],
  ],
  [
    'a cell to the other side',
    ['cause', 'much', ''],
    1,
    [
      ['fee', '1', { content: 'why', hAlign: 'left' }],
      ['slip', '2', 'longer'],
    ],
  ],
  [
    'several lines',
    ['a', 'b'],
    1,
    [
      ['x\ny', '1'],
      ['z', '2'],
    ],
  ],
])('draws %s as cli-table3 does', (_, head, textColumns, rows) => {
  const table = textTable(head, textColumns);
  table.push(...rows);
  // The package's rule is one short where the first row ends early.
  const [heads, , ...body] = byPackage(head, textColumns, rows).split('\n');
  const lines = table.toString().split('\n');
  expect([lines[0], ...lines.slice(2)]).toEqual([heads, ...body]);
  expect(lines[1]).toBe(rows.length > 0 ? '─'.repeat(textWidth(heads!)) : undefined);
  expect(table.length).toBe(rows.length);
});

it('widens the last column under a cell that finds no room', () => {
  const table = textTable(['a', 'b', 'c']);
  table.push(['x', { colSpan: 2, content: 'much too long' }]);
  expect(table.toString().split('\n')).toEqual([' a   b           c ', '───────────────────', ' x   much too long ']);
});

it('measures what a terminal shows', () => {
  expect(['abc', '\u001b[1mabc\u001b[22m', '漢字', 'é', 'e\u0301', '🚀', '–'].map(textWidth)).toEqual([
    3, 3, 4, 1, 1, 2, 1,
  ]);
});
