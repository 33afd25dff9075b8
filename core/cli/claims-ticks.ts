import type { ClaimsData } from '../report/ticks/claims-data.ts';
import { type DataFlags, dataFolder } from './run-options.ts';
import { tickExchange } from './tick-exchange.ts';
import { writePage } from './write-page.ts';

export interface ClaimsFlags extends DataFlags {
  readonly pair: string;
  readonly exchange?: string;
  readonly timerange?: string;
  readonly page?: string;
  readonly json?: boolean;
}

/** `tidegate ticks claims` */
export async function claims(flags: ClaimsFlags): Promise<void> {
  const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
  const { parseTimerange } = await import('../config/timerange.ts');
  const { dataKindOf } = await import('../ports/market-data.ts');
  const { findTicks } = await import('../runtime/ticks/tick-source.ts');
  const { ClaimsMeter } = await import('../runtime/ticks/measure-claims.ts');
  const data = await openCatalogue(dataFolder(flags));
  const exchange = flags.exchange ?? (await tickExchange(data, flags.pair));
  const key = { exchange, pair: flags.pair };
  const { parts, grid } = await findTicks(data, key, flags.timerange ? parseTimerange(flags.timerange) : {});
  const meter = new ClaimsMeter(grid);
  const reader = parts[Symbol.iterator]();
  for (;;) {
    if (parts.ready && !parts.isReady) await parts.ready();
    const { done, value } = reader.next();
    if (done) break;
    meter.play(value);
  }
  const found = meter.claims(flags.pair);
  process.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : await textOf(found));
  if (!flags.page) return;
  const { renderClaimsPage } = await import('../report/ticks/render-claims-page.ts');
  writePage(flags.page, renderClaimsPage(found, dataKindOf(data, exchange)), flags);
}

async function textOf(found: ClaimsData): Promise<string> {
  const { claimRows } = await import('../report/ticks/claim-rows.ts');
  const { dateTime } = await import('../report/format.ts');
  return [
    `${found.pair}, ${dateTime(found.from)} to ${dateTime(found.to)} UTC, ${found.trades} trades, ${found.rows} rows`,
    ...claimRows(found).map((row) => `\nsaid   ${row.claim}\nfound  ${row.found}`),
    '',
    'One market, one stretch of time: an example and no proof.',
    '',
  ].join('\n');
}
