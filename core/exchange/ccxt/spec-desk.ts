import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { CcxtClient, CcxtTier } from './ccxt-client.ts';
import { marketSpec } from './market-spec.ts';
import type { RequestDesk } from './request-desk.ts';

export interface SpecDeskParts {
  readonly exchange: string;
  readonly kind: 'spot' | 'perpetual';
  readonly client: CcxtClient;
  readonly requests: RequestDesk;
  /** Some venues tell margin tiers only to whoever has a key. */
  readonly hasKey: boolean;
  /** The venue's clock, ms UTC. */
  readonly now: () => number;
}

/** The venue's markets as specifications, with their margin tiers as far as the venue tells them. */
export class SpecDesk {
  readonly #parts: SpecDeskParts;
  readonly #tiers = new Map<string, readonly CcxtTier[]>();
  #specs: ReadonlyMap<string, InstrumentSpec> = new Map();

  constructor(parts: SpecDeskParts) {
    this.#parts = parts;
  }

  get all(): readonly InstrumentSpec[] {
    return [...this.#specs.values()];
  }

  get(pair: string): InstrumentSpec | null {
    return this.#specs.get(pair) ?? null;
  }

  /** Asks the venue. Tiers that come pair by pair are asked for these pairs only. */
  async load(pairs: readonly string[] = []): Promise<void> {
    const { client, requests, exchange, kind, now } = this.#parts;
    await requests.read('reconcile', () => client.loadMarkets(true));
    await this.#loadTiers(pairs);
    const validFrom = Math.floor(now());
    const specs = new Map<string, InstrumentSpec>();
    for (const market of Object.values(client.markets ?? {})) {
      const tiers = this.#tiers.get(market.symbol);
      const spec = marketSpec(market, { exchange, kind, precisionMode: client.precisionMode, validFrom, tiers });
      if (spec) specs.set(spec.pair, spec);
    }
    this.#specs = specs;
  }

  async #loadTiers(pairs: readonly string[]): Promise<void> {
    const { client, requests, kind, hasKey } = this.#parts;
    if (kind !== 'perpetual') return;
    if (client.has.fetchLeverageTiers === true && client.id.startsWith('binance')) {
      if (this.#tiers.size > 0 || !hasKey) return;
      const all = await requests.read('reconcile', () => client.fetchLeverageTiers());
      for (const [pair, tiers] of Object.entries(all)) this.#tiers.set(pair, tiers);
      return;
    }
    if (client.has.fetchMarketLeverageTiers !== true) return;
    for (const pair of pairs)
      if (!this.#tiers.has(pair) && client.markets?.[pair])
        this.#tiers.set(pair, await requests.read('reconcile', () => client.fetchMarketLeverageTiers(pair)));
  }
}
