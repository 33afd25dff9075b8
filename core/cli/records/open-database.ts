import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../foundation/errors.ts';
import type { SqliteTradeReader } from '../../persistence/trade-store/trade-reader.ts';

/** Flags of commands that read what a bot has stored. */
export interface DatabaseFlags {
  readonly db?: string;
  readonly userdir: string;
}

/** What `tidegate trade` names its databases. */
const NAMES = ['trades.sqlite', 'testnet.sqlite', 'dry-run.sqlite'];

/**
 * Opens the database that is named, else the one in the user's folder that was written last.
 * @throws TidegateError STORE_MISSING when there is none, and those of the reader
 */
export async function openDatabase({ db, userdir }: DatabaseFlags): Promise<SqliteTradeReader> {
  const { SqliteTradeReader } = await import('../../persistence/trade-store/trade-reader.ts');
  if (db !== undefined) return new SqliteTradeReader(db);
  const written = (path: string) =>
    Math.max(
      ...[path, `${path}-wal`]
        .filter((file) => existsSync(file))
        .map((file) => statSync(file))
        // Looking into a database leaves an empty log behind.
        .map(({ size, mtimeMs }) => (size === 0 ? 0 : mtimeMs)),
    );
  const [latest] = NAMES.map((name) => join(userdir, name))
    .filter((path) => existsSync(path))
    .sort((a, b) => written(b) - written(a));
  if (latest !== undefined) return new SqliteTradeReader(latest);
  throw new TidegateError('STORE_MISSING', 'there is no trade database yet', {
    where: userdir,
    remedy: '"tidegate trade" makes one; --db FILE names another.',
  });
}
