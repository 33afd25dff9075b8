import type { InstrumentSpec } from '../../core/domain/instrument.ts';
import { Instrument } from '../../core/domain/tradable.ts';
import { difference } from './compare.ts';
import type { VectorCase, VectorHandler, Verdict } from './types.ts';

interface Tier {
  readonly floor: number;
  readonly cap: number;
  readonly max_leverage: number;
  readonly mmr: number;
  readonly maint_amount: number;
}

/** A perpetual with the tiers of a case; the rest of its specification does not matter here. */
function instrumentOf(tiers: readonly Tier[]): Instrument {
  const spec: InstrumentSpec = {
    exchange: 'vectors',
    pair: 'X/USDT:USDT',
    kind: 'perpetual',
    base: 'X',
    quote: 'USDT',
    settle: 'USDT',
    validFrom: 0,
    status: 'trading',
    priceTick: 0.01,
    amountStep: 1e-8,
    minAmount: 0,
    minCost: 0,
    contractSize: 1,
    makerFee: 0,
    takerFee: 0,
    maxLeverage: 125,
    tiers: tiers.map((t) => ({
      minNotional: t.floor,
      maxNotional: t.cap,
      maintenanceMarginRate: t.mmr,
      maxLeverage: t.max_leverage,
      maintenanceAmount: t.maint_amount,
    })),
    fundingIntervalHours: 8,
  };
  return new Instrument(spec);
}

/** Liquidation prices of isolated positions, by the tier of the notional at that price. */
function liquidation(vector: VectorCase): Verdict {
  const columns = vector.columns as readonly string[];
  const rows = vector.rows as readonly (readonly (number | null)[])[];
  const at = (name: string) => columns.indexOf(name);
  const instrument = instrumentOf((vector.params as { tiers: readonly Tier[] }).tiers);
  const computed = rows.map((row) => {
    const price = instrument.liquidationPrice({
      sign: row[at('side')]!,
      amount: row[at('quantity')]!,
      openRate: row[at('entry_price')]!,
      margin: row[at('isolated_wallet')]!,
    });
    return price > 0 ? price : null;
  });
  const expected = rows.map((row) => row[at('liquidation_price')] ?? null);
  const why = difference(computed, expected, {
    rtol: vector.rtol ?? 0,
    atol: (vector.atol as number | undefined) ?? 0,
  });
  return { computed, passed: why === null, ...(why !== null && { why }) };
}

/** Handlers of exchange_math.json: what the engine has of it so far. */
export const handlers: Readonly<Record<string, VectorHandler>> = { LIQUIDATION: liquidation };
