import type { OrderRecord } from '../data/ticks/live-orders.ts';
import type { Calibration } from '../runtime/ticks/calibrate-ticks.ts';
import { type DataFlags, dataFolder } from './run-options.ts';
import { tickExchange } from './tick-exchange.ts';

export interface CalibrateFlags extends DataFlags {
  readonly pair: string;
  readonly exchange?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly db?: string;
  readonly shift: number;
}

interface Orders {
  readonly records: readonly OrderRecord[];
  readonly where: string;
  readonly leftOut?: Readonly<Record<string, number>>;
}

/** `tidegate ticks calibrate` */
export async function calibrate(file: string | undefined, flags: CalibrateFlags): Promise<void> {
  const { writeFileSync } = await import('node:fs');
  const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
  const { calibrateTicks } = await import('../runtime/ticks/calibrate-ticks.ts');
  const { records, where, leftOut = {} } = file === undefined ? await ofStore(flags) : await ofFile(file);
  const data = await openCatalogue(dataFolder(flags));
  const exchange = flags.exchange ?? (await tickExchange(data, flags.pair));
  const found = await calibrateTicks(data, { exchange, pair: flags.pair }, records, where, flags.shift);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...found, leftOut })}\n`);
  else {
    const { calibrationText } = await import('./calibration-text.ts');
    process.stdout.write(calibrationText(found));
    for (const [reason, count] of Object.entries(leftOut)) process.stdout.write(`left out: ${count} (${reason})\n`);
  }
  if (!flags.out) return;
  writeFileSync(flags.out, settingsOf(found));
  if (!flags.json) process.stdout.write(`settings ${flags.out}: give it to a run with --config\n`);
}

async function ofFile(file: string): Promise<Orders> {
  const { readFileSync } = await import('node:fs');
  const { TidegateError } = await import('../foundation/errors.ts');
  const { readOrderRecords } = await import('../data/ticks/live-orders.ts');
  try {
    return { records: readOrderRecords(readFileSync(file), file), where: file };
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    throw new TidegateError('DATA_FILE_MISSING', `cannot read ${file}`, { remedy: 'Check the path.', cause });
  }
}

/** Orders of a bot, out of its trade store. @throws TidegateError BOOK_CALIBRATION_TOO_FEW, STORE_MISSING */
async function ofStore(flags: CalibrateFlags): Promise<Orders> {
  const { openDatabase } = await import('./records/open-database.ts');
  const { storedOrders } = await import('../runtime/ticks/stored-orders.ts');
  const { TidegateError } = await import('../foundation/errors.ts');
  const reader = await openDatabase(flags);
  try {
    const { records, leftOut } = storedOrders(reader, flags.pair);
    if (records.length > 1) return { records, leftOut, where: reader.path };
    const why = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
    throw new TidegateError(
      'BOOK_CALIBRATION_TOO_FEW',
      `${records.length} orders on ${flags.pair} rested live and ended${why.length > 0 ? `; left out: ${why.join(', ')}` : ''}`,
      { where: reader.path, remedy: 'Trade limit orders live for longer, or give a file of orders.' },
    );
  } finally {
    reader.close();
  }
}

/** The part of a configuration that runs like these orders. */
function settingsOf({ latency, fits }: Calibration): string {
  const list = (quantiles: readonly number[]) => `[${quantiles.join(', ')}]`;
  return [
    'ticks:',
    '  latency:',
    '    model: distribution',
    `    entry: ${list(latency.entry)}`,
    `    response: ${list(latency.response)}`,
    `  queue: ${fits[0]!.queue}`,
    '',
  ].join('\n');
}
