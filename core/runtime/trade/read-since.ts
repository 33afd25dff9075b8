import type { StoredCursor } from '../../ports/stored-rows.ts';

/** What a store knows of how far an account was read. */
export interface ReadSoFar {
  readonly cursors: readonly StoredCursor[];
  /** Starts of the bot, machine time, ms UTC. */
  readonly starts: readonly number[];
  /** The market's time at the first start, ms UTC; null when nothing was saved. */
  readonly origin: number | null;
}

/**
 * The venue's time from which fills of each pair (and payments, under `funding`) are to be asked for at a start, ms UTC: from the last one booked, else
 * from the bot's first start. On a replay the market's time is not the machine's: the earlier one counts.
 */
export function readSince(
  { cursors, starts, origin }: ReadSoFar,
  pairs: readonly string[],
  account: string,
  now: number,
): Map<string, number> {
  const first = Math.min(now, ...starts, origin ?? now);
  const since = (stream: string) => {
    const cursor = cursors.find((c) => c.account === account && c.stream === stream);
    return cursor === undefined ? first : Number(cursor.position);
  };
  return new Map([...pairs.map((pair) => [pair, since(`fills:${pair}`)] as const), ['funding', since('funding')]]);
}
