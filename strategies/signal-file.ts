import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Bar, parseSignals, type SignalRow, Strategy, TidegateError, text } from 'tidegate';

/**
 * Trades signals that were made elsewhere, by a notebook in any language: `--param file=signals.csv` (or .json) with the columns time, pair,
 * enterLong, exitLong, enterShort, exitShort, tag (or entryTag and exitTag). A row belongs to the candle that its time falls into, is known at that candle's close, and
 * so acts on the next one. Without stop and ROI of its own: set them with `override` in the configuration.
 */
export default class SignalFile extends Strategy {
  override canShort = true;
  override stoploss = -1;

  p = this.tune({ file: text('') });
  #rows: ReadonlyMap<string, readonly SignalRow[]> = new Map();

  /** The signals; a subclass may make them otherwise than from a file. */
  signalRows(): readonly SignalRow[] {
    const { file } = this.p;
    if (file === '')
      throw new TidegateError('SIGNALS_FILE', 'SignalFile was given no file', {
        remedy: 'Use --param file=signals.csv, or parameters: { file: signals.csv } in the configuration.',
      });
    let content: string;
    try {
      content = readFileSync(file, 'utf8');
    } catch (cause) {
      throw new TidegateError('SIGNALS_FILE', `cannot read the signals ${file}`, { remedy: 'Check the path.', cause });
    }
    return parseSignals(content, file);
  }

  override contentHash() {
    return createHash('sha256')
      .update(JSON.stringify([...this.#rows]))
      .digest('hex');
  }

  override onStart() {
    this.#rows = Map.groupBy(this.signalRows(), (row) => row.pair ?? '*');
    this.store.used = 0;
  }

  override onCandle({ pair, candle }: Bar<this>) {
    for (const key of [pair, '*']) {
      const rows = this.#rows.get(key) ?? [];
      for (let k = firstFrom(rows, candle.time); k < rows.length && rows[k]!.time < candle.closeTime; k++) {
        const { enterLong, exitLong, enterShort, exitShort, entryTag, exitTag } = rows[k]!;
        const entry = entryTag === undefined ? {} : { tag: entryTag };
        const exit = exitTag === undefined ? {} : { tag: exitTag };
        if (enterLong) this.enter.long(entry);
        if (enterShort) this.enter.short(entry);
        if (exitLong) this.exit.long(exit);
        if (exitShort) this.exit.short(exit);
        this.store.used = (this.store.used as number) + 1;
      }
    }
  }

  override onStop() {
    if (this.store.used === 0 && this.#rows.size > 0)
      throw new TidegateError('SIGNALS_UNUSED', 'no row of the signals fell on a candle of the run', {
        where: this.p.file,
        remedy: `Compare their times and pairs (${[...this.#rows.keys()].slice(0, 4).join(', ')}) with --timerange and --pairs.`,
      });
  }
}

/** Index of the first row at or after a time. */
function firstFrom(rows: readonly SignalRow[], time: number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rows[middle]!.time < time) from = middle + 1;
    else to = middle;
  }
  return from;
}
