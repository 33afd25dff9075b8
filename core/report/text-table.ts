import Table from 'cli-table3';

/** Sides of cells that are left out: a rule under the heads is all that a terminal needs. */
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((part) => [part, '']),
);

/** A table for a terminal, a rule under its heads: the first `textColumns` to the left, numbers after them to the right. Rows are pushed. */
export function textTable(head: readonly string[], textColumns = 1): Table.Table {
  return new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i < textColumns ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
    chars: { ...NO_LINES, mid: '─', 'mid-mid': '─', middle: ' ' },
  });
}
