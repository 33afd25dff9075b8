import { textWidth } from './text-width.ts';

/** A cell: what is shown, over how many columns, and to which side where not to that of its column. */
export type TextCell =
  | string
  | number
  | { readonly content: string; readonly colSpan?: number; readonly hAlign?: 'left' | 'right' };

/** A table for a terminal. */
export interface TextTable {
  /** Rows under the heads. */
  readonly length: number;
  push(...rows: readonly (readonly TextCell[])[]): void;
  toString(): string;
}

/** A line of a cell is at one place of its row, over some columns. */
interface Placed {
  readonly lines: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly isLeft: boolean;
}

/** A table for a terminal, a rule under its heads: the first `textColumns` to the left, numbers after them to the right. Rows are pushed. */
export function textTable(head: readonly string[], textColumns = 1): TextTable {
  const rows: Placed[][] = [];
  const push = (cells: readonly TextCell[]) => {
    const row: Placed[] = [];
    let from = 0;
    for (const cell of cells) {
      const {
        content,
        colSpan = 1,
        hAlign = from < textColumns ? 'left' : 'right',
      } = typeof cell === 'object' ? cell : { content: String(cell) };
      row.push({ lines: content.split('\n'), from, to: from + colSpan, isLeft: hAlign === 'left' });
      from += colSpan;
    }
    rows.push(row);
  };
  push(head);
  return {
    get length() {
      return rows.length - 1;
    },
    push: (...more) => more.forEach(push),
    toString() {
      const widths = widthsOf(rows, head.length);
      const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 3, -1));
      const [heads, ...body] = rows.map((row) => drawRow(row, widths));
      return [heads, ...(body.length > 0 ? [rule] : []), ...body].join('\n');
    },
  };
}

/** Room of each column: its widest cell; what takes several and finds no room widens the last of them. */
function widthsOf(rows: readonly (readonly Placed[])[], columns: number): number[] {
  const widths = new Array<number>(columns).fill(0);
  const all = rows.flat().sort((a, b) => a.to - a.from - (b.to - b.from));
  for (const { lines, from, to } of all) {
    const short = Math.max(...lines.map(textWidth)) - roomOf(widths, from, to);
    if (short > 0) widths[to - 1]! += short;
  }
  return widths;
}

/** Columns are three apart: a blank on either side of each, and one between. */
function roomOf(widths: readonly number[], from: number, to: number): number {
  let room = 3 * (to - from - 1);
  for (let k = from; k < to; k++) room += widths[k]!;
  return room;
}

function drawRow(row: readonly Placed[], widths: readonly number[]): string {
  const height = Math.max(...row.map(({ lines }) => lines.length));
  const end = row.at(-1)?.to ?? 0;
  const rest = end < widths.length ? ` ${' '.repeat(roomOf(widths, end, widths.length) + 2)}` : '';
  const out: string[] = [];
  for (let k = 0; k < height; k++) {
    const cells = row.map(({ lines, from, to, isLeft }) => {
      const text = lines[k] ?? '';
      const blank = ' '.repeat(Math.max(0, roomOf(widths, from, to) - textWidth(text)));
      return isLeft ? ` ${text}${blank} ` : ` ${blank}${text} `;
    });
    out.push(cells.join(' ') + rest);
  }
  return out.join('\n');
}
