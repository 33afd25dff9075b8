import { type DataFlags, dataFolder } from './run-options.ts';

/** `tidegate ticks list` */
export async function listTicks(flags: DataFlags & { readonly json?: boolean }): Promise<void> {
  const { tickDayInfo, tickDays, tickKeys } = await import('../data/ticks/tick-store.ts');
  const folder = dataFolder(flags);
  const rows = [];
  for (const key of await tickKeys(folder))
    for (const day of await tickDays(folder, key)) rows.push({ ...key, day: day.day, ...(await tickDayInfo(day)) });
  if (flags.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) process.stdout.write(`No tick days in ${folder}${await streamsOf(folder)}\n`);
  else
    for (const r of rows)
      process.stdout.write(
        `${r.exchange} ${r.pair} ${r.day} ${r.rows} rows, tick ${r.grid.tickSize}, lot ${r.grid.lotSize}\n`,
      );
}

/** Trades and books of the catalogue, on which runs on ticks fall back, in words. */
async function streamsOf(folder: string): Promise<string> {
  const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
  const stored = await (await openCatalogue(folder)).list();
  const streams = stored.filter(({ type }) => type === 'trades' || type === 'book');
  return streams.length === 0
    ? ': see "tidegate ticks import --help".'
    : `; runs on ticks take what the catalogue has: ${streams.map((s) => `${s.exchange} ${s.pair} ${s.type}`).join(', ')}.`;
}
