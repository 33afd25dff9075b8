import type { PositionSide } from './replay-order.ts';
import { bracketOf, costOf, type ReplaySymbol } from './replay-symbol.ts';
import { fromMoney, toMoney } from './units.ts';

/** A position: signed lots, entry cost and isolated margin in money units of 1e-8. */
export interface FuturesPosition {
  readonly symbol: ReplaySymbol;
  readonly side: PositionSide;
  lots: number;
  /** What the open lots cost when they were opened, >= 0. */
  entryCost: number;
  isolatedWallet: number;
  realised: number;
  updateTime: number;
}

/** Settings of one symbol. */
export interface SymbolSettings {
  leverage: number;
  isIsolated: boolean;
}

/** Resting demand for margin: notional of open orders by side, quote. */
export interface OpenDemand {
  readonly buys: number;
  readonly sells: number;
}

/** Prices and open orders that margins depend on. */
export interface MarginView {
  mark(symbolId: string): number;
  demand(symbolId: string, side: PositionSide): OpenDemand;
}

/**
 * A USDⓈ-M account in one margin asset. `wallet` changes only by deposits, realised profit, fees, funding and insurance, all in whole
 * units of 1e-8: wallet = deposits + the sum of income rows, exactly, at any time.
 */
export class FuturesAccount {
  readonly asset: string;
  readonly positions = new Map<string, FuturesPosition>();
  readonly #settings = new Map<string, SymbolSettings>();
  readonly #view: MarginView;
  wallet: number;
  isDual = false;

  constructor(asset: string, deposit: number, view: MarginView) {
    this.asset = asset;
    this.wallet = toMoney(deposit);
    this.#view = view;
  }

  settings(symbolId: string): SymbolSettings {
    let found = this.#settings.get(symbolId);
    if (!found) {
      found = { leverage: 20, isIsolated: false };
      this.#settings.set(symbolId, found);
    }
    return found;
  }

  position(symbol: ReplaySymbol, side: PositionSide): FuturesPosition {
    const key = `${symbol.id} ${side}`;
    let found = this.positions.get(key);
    if (!found) {
      found = { symbol, side, lots: 0, entryCost: 0, isolatedWallet: 0, realised: 0, updateTime: 0 };
      this.positions.set(key, found);
    }
    return found;
  }

  open(symbolId?: string): FuturesPosition[] {
    return [...this.positions.values()].filter(
      (p) => p.lots !== 0 && (symbolId === undefined || p.symbol.id === symbolId),
    );
  }

  /**
   * Books a fill: closing lots realise profit by their share of the entry cost, opening lots add to it.
   * @returns realised profit, money units; the caller books the fee
   */
  book(position: FuturesPosition, side: 1 | -1, lots: number, tick: number, time: number): number {
    const { symbol } = position;
    let realised = 0;
    const closing = Math.sign(position.lots) === -side ? Math.min(lots, Math.abs(position.lots)) : 0;
    if (closing > 0) {
      const all = Math.abs(position.lots);
      const entry = closing === all ? position.entryCost : Math.round((position.entryCost * closing) / all);
      const margin = closing === all ? position.isolatedWallet : Math.round((position.isolatedWallet * closing) / all);
      realised = (costOf(symbol, tick, closing) - entry) * Math.sign(position.lots);
      position.entryCost -= entry;
      position.isolatedWallet -= margin;
      position.lots += side * closing;
      this.wallet += realised;
      position.realised += realised;
    }
    const opening = lots - closing;
    if (opening > 0) {
      const cost = costOf(symbol, tick, opening);
      position.lots += side * opening;
      position.entryCost += cost;
      const { isIsolated, leverage } = this.settings(symbol.id);
      if (isIsolated) position.isolatedWallet += Math.round(cost / leverage);
    }
    position.updateTime = time;
    return realised;
  }

  /** Unrealised profit at the mark price, quote. */
  unrealised(p: FuturesPosition): number {
    const value = Math.abs(p.lots) * p.symbol.stepSize * this.#view.mark(p.symbol.id);
    return p.lots === 0 ? 0 : Math.sign(p.lots) * (value - fromMoney(p.entryCost));
  }

  /** Signed notional at the mark price, quote. */
  notional(p: FuturesPosition): number {
    return p.lots * p.symbol.stepSize * this.#view.mark(p.symbol.id);
  }

  maintenance(p: FuturesPosition): number {
    const notional = Math.abs(this.notional(p));
    const bracket = bracketOf(p.symbol, notional);
    return p.lots === 0 ? 0 : notional * bracket.maintMarginRatio - bracket.cum;
  }

  /** Initial margin of a position and of its open orders, quote. */
  initialMargin(p: FuturesPosition, extra: OpenDemand = { buys: 0, sells: 0 }): { position: number; orders: number } {
    const { leverage } = this.settings(p.symbol.id);
    const present = this.notional(p);
    const demand = this.#view.demand(p.symbol.id, p.side);
    const buys = demand.buys + extra.buys;
    const sells = demand.sells + extra.sells;
    const worst = Math.max(Math.abs(present + buys), Math.abs(present - sells), Math.abs(present));
    return { position: Math.abs(present) / leverage, orders: (worst - Math.abs(present)) / leverage };
  }

  /** Wallet less what isolated positions hold, money units. */
  get crossWallet(): number {
    let isolated = 0;
    for (const p of this.positions.values()) isolated += p.isolatedWallet;
    return this.wallet - isolated;
  }

  /** Totals in quote. `available` is what a new order may bind. */
  totals(candidate?: { readonly position: FuturesPosition; readonly demand: OpenDemand }): AccountTotals {
    let crossUnrealised = 0;
    let unrealised = 0;
    let positionMargin = 0;
    let orderMargin = 0;
    let bound = 0;
    let maintenance = 0;
    let crossMaintenance = 0;
    for (const p of this.positions.values()) {
      const profit = this.unrealised(p);
      const margin = this.initialMargin(p, candidate?.position === p ? candidate.demand : undefined);
      const { isIsolated } = this.settings(p.symbol.id);
      unrealised += profit;
      positionMargin += margin.position;
      orderMargin += margin.orders;
      maintenance += this.maintenance(p);
      bound += margin.orders + (isIsolated ? 0 : margin.position);
      if (isIsolated) continue;
      crossUnrealised += profit;
      crossMaintenance += this.maintenance(p);
    }
    const free = fromMoney(this.crossWallet) + crossUnrealised - bound;
    return { crossUnrealised, unrealised, positionMargin, orderMargin, maintenance, crossMaintenance, free };
  }

  /** Price at which the position is liquidated, quote; 0 when there is none above zero. Binance's published formula. */
  liquidationPrice(p: FuturesPosition): number {
    if (p.lots === 0) return 0;
    const totals = this.totals();
    const { isIsolated } = this.settings(p.symbol.id);
    const wallet = isIsolated
      ? fromMoney(p.isolatedWallet)
      : fromMoney(this.crossWallet) +
        (totals.crossUnrealised - this.unrealised(p)) -
        (totals.crossMaintenance - this.maintenance(p));
    const bracket = bracketOf(p.symbol, Math.abs(this.notional(p)));
    const side = Math.sign(p.lots);
    const qty = Math.abs(p.lots) * p.symbol.stepSize;
    const price = (wallet + bracket.cum - side * fromMoney(p.entryCost)) / (qty * (bracket.maintMarginRatio - side));
    return price > 0 ? price : 0;
  }
}

/** Sums over an account, in quote. */
export interface AccountTotals {
  readonly crossUnrealised: number;
  readonly unrealised: number;
  readonly positionMargin: number;
  readonly orderMargin: number;
  readonly maintenance: number;
  readonly crossMaintenance: number;
  /** May be negative. */
  readonly free: number;
}
