import type { LotGrid } from '../book-events.ts';

/** How to turn a file into events. */
export interface CsvImportOptions {
  readonly grid: LotGrid;
  /** ms UTC of time 0; give the same one to all files of a run. Default: a second before the file's first row. */
  readonly originMs?: number;
  readonly where?: string;
  /** Read only the rows of this symbol, where the file names one in each row; without it, rows of a second symbol are refused. */
  readonly symbol?: string;
  /** Hears in words of what was left out or rounded. */
  readonly onNote?: (text: string) => void;
}

/** The archive has no receive times: they are made up from a constant feed latency. */
export interface ArchiveOptions extends CsvImportOptions {
  readonly feedLatencyNs?: number;
}

/** What dumps of venues give beyond the usual: sizes of OKX's swaps are contracts. */
export interface VenueOptions extends ArchiveOptions {
  /** Base units of one unit of size; 1 unless given. */
  readonly contractSize?: number;
}
