import { type DataFlags, dataFolder } from './run-options.ts';

/** `tidegate ticks list` */
export async function listTicks(flags: DataFlags & { readonly json?: boolean }): Promise<void> {
  const { tickDayInfo, tickDays, tickKeys } = await import('../data/ticks/tick-store.ts');
  const folder = dataFolder(flags);
  const rows = [];
  for (const key of await tickKeys(folder))
    for (const day of await tickDays(folder, key)) rows.push({ ...key, day: day.day, ...(await tickDayInfo(day)) });
  if (flags.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) process.stdout.write(`No ticks in ${folder}: see "tidegate ticks import --help".\n`);
  else
    for (const r of rows)
      process.stdout.write(
        `${r.exchange} ${r.pair} ${r.day} ${r.rows} rows, tick ${r.grid.tickSize}, lot ${r.grid.lotSize}\n`,
      );
}
