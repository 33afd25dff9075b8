import type { ColumnSet } from './store/column-set.ts';

const ROWS_PER_PIECE = 10_000;

/**
 * Rows as CSV text, piece by piece: a header (`timestamp_ms`, then the columns; `tick_volume` where volume counts quotes), then one line per row. Numbers are the shortest text
 * that reads back as the same double; NaN is an empty cell. `data import` reads it back.
 * @param onProgress hears which share of the rows has been handed on, 0 to 1
 */
export function* csvPieces(set: ColumnSet, onProgress: (done: number) => void = () => {}): Generator<string> {
  const names = Object.keys(set.columns);
  const columns = names.map((name) => set.columns[name]!);
  const titles: Readonly<Record<string, string>> = {
    time: 'timestamp_ms',
    ...(set.volumeKind === 'tick' && { volume: 'tick_volume' }),
  };
  yield `${names.map((name) => titles[name] ?? snake(name)).join(',')}\n`;
  for (let from = 0; from < set.length; from += ROWS_PER_PIECE) {
    let text = '';
    for (let i = from; i < Math.min(set.length, from + ROWS_PER_PIECE); i++) {
      for (let c = 0; c < columns.length; c++) {
        const value = columns[c]![i]!;
        text += `${c === 0 ? '' : ','}${Number.isNaN(value) ? '' : value}`;
      }
      text += '\n';
    }
    yield text;
    onProgress(Math.min(1, (from + ROWS_PER_PIECE) / set.length));
  }
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
