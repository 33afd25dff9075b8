import type { TradeStore } from '../../ports/trade-store.ts';
import type { TradeLoop } from './trade-loop.ts';

type Loop = Pick<TradeLoop, 'turn' | 'keep'>;
type Recovered = { readonly recovered: Pick<TradeStore['recovered'], 'values'> };

/**
 * The share of its equity that a bot may lose before it leaves everything: of the most that it had at any start since the limit was set, for a crash or
 * a reload must not forgive what was lost before it. It begins anew with another limit, and when an operator resumes.
 */
export class LossLimit {
  readonly #ratio: number | undefined;
  readonly #loop: Loop;
  #stored: number;
  /** NaN before the first look. */
  #base = Number.NaN;

  constructor(ratio: number | undefined, store: Recovered, loop: Loop) {
    const kept = keptValue(store, 'loss-limit') as { readonly ratio: number; readonly base: number } | null;
    this.#ratio = ratio;
    this.#loop = loop;
    this.#stored = kept?.ratio === ratio ? (kept?.base ?? Number.NaN) : Number.NaN;
  }

  /** Looks at the equity: null, or words for what was lost when that is more than may be. */
  breach(equity: number): string | null {
    if (this.#ratio === undefined) return null;
    if (Number.isNaN(this.#base)) this.#begin(this.#stored > equity ? this.#stored : equity);
    const isWithin = !(equity < this.#base * (1 - this.#ratio));
    return isWithin ? null : `equity fell from ${this.#base.toFixed(2)} to ${equity.toFixed(2)}`;
  }

  /** What was lost until now is accepted. */
  renew(equity: number): void {
    if (this.#ratio !== undefined) this.#begin(equity);
  }

  #begin(base: number): void {
    this.#base = base;
    keepValue(this.#loop, 'loss-limit', { ratio: this.#ratio!, base });
  }
}

/** Why everything was to be left when the bot ended before that was done; null when nothing was. */
export function unfinishedHalt(store: Recovered): string | null {
  return keptValue(store, 'halt') as string | null;
}

/** Notes that everything is to be left (null: no more), so that a start after a crash goes on with it. */
export function noteHalt(loop: Loop, reason: string | null): void {
  keepValue(loop, 'halt', reason);
}

function keptValue({ recovered }: Recovered, name: string) {
  return recovered.values.find(({ scope, key }) => scope === 'engine' && key === name)?.value ?? null;
}

function keepValue(loop: Loop, key: string, value: string | null | { readonly [key: string]: number }): void {
  loop.turn(() => loop.keep({ values: [{ scope: 'engine', key, value }] }));
}
