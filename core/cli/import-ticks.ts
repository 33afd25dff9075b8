import type { TickFile } from '../data/ticks/file-symbol.ts';
import type { ImportedTicks, TickImportOptions } from '../data/ticks/import-ticks.ts';
import { counted } from '../report/format.ts';
import { type DataFlags, dataFolder } from './run-options.ts';

export interface ImportFlags extends DataFlags {
  readonly exchange: string;
  readonly pair: string;
  readonly tick?: number;
  readonly lot?: number;
  readonly contract?: number;
  readonly symbol?: string;
  readonly overwrite?: boolean;
}

/** `tidegate ticks import` */
export async function importTicks(files: readonly string[], flags: ImportFlags): Promise<void> {
  const { readFileSync } = await import('node:fs');
  const { mergeTickFiles, storeTicks } = await import('../data/ticks/import-ticks.ts');
  const { TidegateError, UsageError } = await import('../foundation/errors.ts');
  const folder = dataFolder(flags);
  const { exchange, pair } = flags;
  if (!/^[^/:]+\/[^/:]+(:[^/:]+)?$/.test(pair))
    throw new UsageError('USAGE_PAIR', `--pair cannot be "${pair}"`, {
      remedy: 'Write BTC/USDT for spot, BTC/USDT:USDT for a perpetual.',
    });
  const read = files.map((name) => {
    try {
      return { name, bytes: readFileSync(name) };
    } catch (cause) {
      throw new TidegateError('DATA_FILE_MISSING', `cannot read ${name}`, { remedy: 'Check the path.', cause });
    }
  });
  const { checkSymbols } = await import('../data/ticks/file-symbol.ts');
  checkSymbols(read, pair, flags.symbol);
  const events = await storeSummaries(read, folder, { exchange, pair, symbol: flags.symbol });
  if (events.length === 0) return;
  const grid = await gridOf(folder, flags);
  const contract = flags.contract !== undefined && { contractSize: flags.contract };
  const symbol = flags.symbol !== undefined && { symbol: flags.symbol };
  const options = { exchange, pair, grid, overwrite: flags.overwrite ?? false, ...contract, ...symbol };
  const ticks = mergeTickFiles(events, options);
  process.stdout.write(importText(ticks));
  for (const { day, rows, outcome } of await storeTicks(folder, ticks, options))
    process.stdout.write(`${day}: ${rows} rows, ${outcome}\n`);
}

/** Tick and lot: those that were given, else those of the stored specification. @throws TidegateError TICKS_NO_GRID */
async function gridOf(folder: string, { exchange, pair, tick, lot }: ImportFlags): Promise<TickImportOptions['grid']> {
  if (tick !== undefined && lot !== undefined) return { tickSize: tick, lotSize: lot };
  const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
  const { spec, assumed } = await (await openCatalogue(folder)).specAt(exchange, pair, Date.now());
  if (assumed) {
    const { TidegateError } = await import('../foundation/errors.ts');
    throw new TidegateError(
      'TICKS_NO_GRID',
      `no specification of ${pair} is stored, so its tick and lot are not known`,
      {
        where: folder,
        remedy: 'Give both: --tick 0.1 --lot 0.001.',
      },
    );
  }
  return { tickSize: tick ?? spec.priceTick, lotSize: lot ?? spec.amountStep };
}

/** What was read, and how sound it is. */
function importText({ names, formats, notes, rowsBack, clockShiftNs, health }: ImportedTicks): string {
  return [
    ...names.map((name, i) => `${formats[i]}: ${name}`),
    ...notes,
    ...(rowsBack > 0 ? [`times go back at ${counted(rowsBack, 'row')}: put in order by time`] : []),
    ...(clockShiftNs !== 0
      ? [`receive clock moved by ${(clockShiftNs / 1e6).toFixed(1)} ms: it ran before the exchange's`]
      : []),
    `${counted(health.rows, 'row')}, ${counted(health.trades, 'trade')}, ${counted(health.snapshots, 'snapshot')}, crossed ${(100 * health.crossedShare).toFixed(2)} % of the time, ${counted(health.gaps, 'silence')} over 10 s (longest ${(health.longestGapMs / 1000).toFixed(1)} s)`,
    ...(health.openGaps > 0
      ? [
          `after ${counted(health.openGaps, 'silence')} the book goes on without a snapshot: what changed meanwhile is not known, so levels may be wrong from there`,
        ]
      : []),
    '',
  ].join('\n');
}

/** Stores files of periodic summaries as series of the catalogue; the others are returned. */
async function storeSummaries(
  files: readonly TickFile[],
  folder: string,
  { exchange, pair, symbol }: { readonly exchange: string; readonly pair: string; readonly symbol: string | undefined },
): Promise<readonly TickFile[]> {
  const { readSummary } = await import('../data/ticks/import-summaries.ts');
  const others: TickFile[] = [];
  for (const file of files) {
    const summary = readSummary(file, symbol);
    if (summary === null) {
      others.push(file);
      continue;
    }
    const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
    const catalogue = await openCatalogue(folder);
    const { added } = await catalogue.writeEvents(exchange, pair, summary.type, summary.table);
    const what = summary.type === 'oi' ? 'open interest and ratios' : 'depth within percents of mid';
    process.stdout.write(`${what}: ${file.name}, ${summary.table.length} rows, ${added} new\n`);
  }
  return others;
}
