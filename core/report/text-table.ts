import Table from 'cli-table3';

/** A cell; one with `colSpan` covers the columns after it, too, one with `hAlign` stands otherwise than its column. */
type TextCell = string | number | { readonly content: string; readonly colSpan?: number; readonly hAlign?: 'left' };

/** Sides of cells that are left out: a rule under the heads is all that a terminal needs. */
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((part) => [part, '']),
);

/** Blanks at both sides of a cell, and between cells. */
interface Gaps {
  readonly side: number;
  readonly between: number;
}

const WIDE: Gaps = { side: 1, between: 1 };
const NARROW: Gaps = { side: 0, between: 2 };

/**
 * A table for a terminal, a rule under its heads: the first `textColumns` to the left, numbers after them to the right. Where the terminal is too narrow
 * its gaps shrink, then it is stacked: the columns that do not fit follow below, behind the first one again. Into files and pipes it goes whole.
 */
class TextTable {
  readonly #head: readonly string[];
  readonly #textColumns: number;
  readonly #rows: (readonly TextCell[])[] = [];

  constructor(head: readonly string[], textColumns: number) {
    this.#head = head;
    this.#textColumns = textColumns;
  }

  get length(): number {
    return this.#rows.length;
  }

  push(...rows: (readonly TextCell[])[]): void {
    this.#rows.push(...rows);
  }

  /** @param width columns of the terminal; undefined where there is none */
  toString(width: number | undefined = process.stdout.columns): string {
    const all = this.#head.map((_, column) => column);
    if (width === undefined) return this.#draw(all, WIDE);
    const widths = this.#widths();
    if (widthOf(widths, WIDE) <= width) return this.#draw(all, WIDE);
    return blocksOf(widths, width)
      .map((block) => this.#draw(block, NARROW))
      .join('\n\n');
  }

  /** Columns on the screen that each column of cells takes. What spans several takes what they have. */
  #widths(): number[] {
    const widths = this.#head.map(visible);
    for (const row of this.#rows)
      for (const [column, cell] of row.entries())
        if (spanOf(cell) === 1)
          widths[column] = Math.max(widths[column]!, visible(String(typeof cell === 'object' ? cell.content : cell)));
    return widths;
  }

  #draw(columns: readonly number[], { side, between }: Gaps): string {
    const table = new Table({
      head: columns.map((column) => this.#head[column]!),
      colAligns: columns.map((column) => (column < this.#textColumns ? 'left' : 'right')),
      style: { head: [], border: [], compact: true, 'padding-left': side, 'padding-right': side },
      chars: { ...NO_LINES, mid: '─', 'mid-mid': '─'.repeat(between), middle: ' '.repeat(between) },
    });
    for (const row of this.#rows) table.push(cellsOf(row, columns));
    return table.toString();
  }
}

/** An empty one. Rows are pushed. */
export function textTable(head: readonly string[], textColumns = 1): TextTable {
  return new TextTable(head, textColumns);
}

/** Columns that stand beside each other: as many as fit, the first one at the head of each block. */
function blocksOf(widths: readonly number[], width: number): number[][] {
  const blocks = [[0]];
  for (let column = 1; column < widths.length; column++) {
    const block = blocks.at(-1)!;
    const wider = [...block, column].map((one) => widths[one]!);
    if (block.length === 1 || widthOf(wider, NARROW) <= width) block.push(column);
    else blocks.push([0, column]);
  }
  return blocks;
}

/** The cells of a row that stand in some of its columns. */
function cellsOf(row: readonly TextCell[], columns: readonly number[]): TextCell[] {
  const cells: TextCell[] = [];
  let start = 0;
  for (const cell of row) {
    const end = start + spanOf(cell);
    const covered = columns.filter((column) => column >= start && column < end).length;
    if (covered > 0) cells.push(typeof cell === 'object' ? { ...cell, colSpan: covered } : cell);
    start = end;
  }
  return cells;
}

const widthOf = (widths: readonly number[], { side, between }: Gaps): number =>
  widths.reduce((sum, one) => sum + one + 2 * side, between * (widths.length - 1));

const spanOf = (cell: TextCell): number => (typeof cell === 'object' ? (cell.colSpan ?? 1) : 1);

/** An import of `node:util` would load all that it has, which every backtest would wait for. */
const visible = (text: string): number =>
  [...process.getBuiltinModule('node:util').stripVTControlCharacters(text)].length;
