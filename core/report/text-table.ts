/** A cell: text or a number, perhaps coloured, perhaps of several lines; a note begins at the left of its column and runs on over those after it. */
type TextCell = string | number | { readonly note: string };

/** A table for a terminal, to which rows are pushed. */
export interface TextTable {
  /** How many rows it has, its heads not counted. */
  readonly length: number;
  /** Adds rows; one may end early. */
  push(...rows: readonly (readonly TextCell[])[]): void;
  /** Its lines, without one at the end. */
  toString(): string;
}

/** A table for a terminal, a rule under its heads: the first `textColumns` to the left, numbers after them to the right. */
export function textTable(head: readonly string[], textColumns = 1): TextTable {
  const rows: (readonly TextCell[])[] = [];
  return {
    get length() {
      return rows.length;
    },
    push: (...more) => void rows.push(...more),
    toString: () => draw([head, ...rows], textColumns),
  };
}

function draw(rows: readonly (readonly TextCell[])[], textColumns: number): string {
  const widths = widthsOf(rows);
  const out: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (index === 1) out.push('─'.repeat(span(widths, 0) + 2));
    const cells = row.map(linesOf);
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    for (let line = 0; line < height; line++) {
      const texts: string[] = [];
      for (let k = 0; k < widths.length; k++) {
        const isNote = typeof row[k] === 'object';
        const text = cells[k]?.[line] ?? '';
        const room = ' '.repeat((isNote ? span(widths, k) : widths[k]!) - textWidth(text));
        texts.push(isNote || k < textColumns ? ` ${text}${room} ` : ` ${room}${text} `);
        if (isNote) break;
      }
      out.push(texts.join(' '));
    }
  }
  return out.join('\n');
}

function linesOf(cell: TextCell): string[] {
  return (typeof cell === 'object' ? cell.note : String(cell)).split('\n');
}

/** Width of each column; the last one grows for notes. */
function widthsOf(rows: readonly (readonly TextCell[])[]): number[] {
  const widths = new Array<number>(Math.max(...rows.map((row) => row.length))).fill(0);
  const notes: (readonly [column: number, width: number])[] = [];
  for (const row of rows)
    for (const [k, cell] of row.entries()) {
      const width = Math.max(...linesOf(cell).map(textWidth));
      if (typeof cell === 'object') notes.push([k, width]);
      else if (width > widths[k]!) widths[k] = width;
    }
  for (const [k, width] of notes) widths[widths.length - 1]! += Math.max(0, width - span(widths, k));
  return widths;
}

/** Room of a column and those after it, with the three blanks between each two. */
function span(widths: readonly number[], from: number): number {
  return widths.slice(from).reduce((sum, width) => sum + width + 3, -3);
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** Columns that a terminal gives a text: none for colours and marks on letters, two for East Asian letters and pictures. */
function textWidth(text: string): number {
  const seen = text.replace(COLOURS, '');
  if (/^[ -~]*$/.test(seen)) return seen.length;
  let width = 0;
  for (const letter of seen.replace(/[\p{Cc}\p{Cf}\p{M}]/gu, '')) width += WIDE.test(letter) ? 2 : 1;
  return width;
}

/** Blocks of Unicode's `EastAsianWidth.txt` whose characters are wide, and pictures that are shown as such. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
