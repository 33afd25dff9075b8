import type { Decision } from '../../ports/stored-rows.ts';
import { wholeOf } from '../option-values.ts';
import { type DatabaseFlags, openDatabase } from './open-database.ts';

/** What `tidegate show` reads from a bot's database. */
export const RECORD_KINDS = ['trades', 'orders', 'decisions', 'locks', 'explain'] as const;

export interface RecordFlags extends DatabaseFlags {
  readonly pair?: string;
  readonly strategy?: string;
  readonly state?: 'open' | 'closed';
  readonly kind?: Decision['kind'];
  readonly limit: number;
  readonly json?: boolean;
}

/** Kinds of decisions. A record, so that none can be forgotten. */
export const DECISIONS = Object.keys({
  signal: true,
  veto: true,
  size: true,
  order: true,
  exit: true,
  stop: true,
  lock: true,
  command: true,
  alert: true,
  reconcile: true,
  learning: true,
  gate: true,
} satisfies Record<Decision['kind'], true>) as Decision['kind'][];

/** `tidegate show trades|orders|decisions [trade]`, `tidegate show explain <trade>` */
export async function showRecords(
  what: (typeof RECORD_KINDS)[number],
  id: string | undefined,
  flags: RecordFlags,
): Promise<void> {
  const trade = id === undefined ? undefined : wholeOf('the trade', 1)(id);
  const query = {
    ...(flags.pair !== undefined && { pair: flags.pair }),
    ...(flags.state !== undefined && { state: flags.state }),
    limit: flags.limit,
  };
  const ofTrade = trade === undefined ? {} : { trade };
  const [reader, tables] = await Promise.all([openDatabase(flags), import('./records-table.ts')]);
  try {
    const print = (rows: unknown, text: () => string) =>
      process.stdout.write(flags.json ? `${JSON.stringify(rows)}\n` : `${text()}\n`);
    if (what === 'explain') {
      const { explainTrade } = await import('../../persistence/trade-store/explain.ts');
      const life = explainTrade(reader, await tradeToExplain(trade));
      return void print(life, () => tables.explanation(life.trade, life.moments));
    }
    if (what === 'trades') {
      const all = { ...query, ...(flags.strategy !== undefined && { strategy: flags.strategy }) };
      const found = trade === undefined ? null : reader.trade(trade);
      const rows = trade === undefined ? reader.trades(all) : found === null ? [] : [found];
      return void print(rows, () => tables.tradeTable(rows));
    }
    if (what === 'locks') {
      const rows = reader.locks().slice(-query.limit);
      return void print(rows, () => tables.lockLines(rows));
    }
    if (what === 'orders') {
      const rows = reader.orders({ ...query, ...ofTrade });
      return void print(rows, () => tables.orderTable(rows));
    }
    const { state: _, ...rest } = query;
    const kind = flags.kind === undefined ? {} : { kind: flags.kind };
    const rows = reader.decisions({ ...rest, ...ofTrade, ...kind });
    print(rows, () => tables.decisionLines(rows));
  } finally {
    reader.close();
  }
}

async function tradeToExplain(trade: number | undefined): Promise<number> {
  if (trade !== undefined) return trade;
  const { UsageError } = await import('../../foundation/errors.ts');
  throw new UsageError('USAGE_ARGUMENT', 'which trade is to be explained was not said', {
    remedy: 'Give its number: "tidegate show explain 12"; "tidegate show trades" lists them.',
  });
}
