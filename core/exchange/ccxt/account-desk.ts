import { TidegateError } from '../../foundation/errors.ts';
import type {
  ExchangeBalance,
  ExchangeCapabilities,
  ExchangeFill,
  ExchangeOrder,
  ExchangePosition,
  FundingPayment,
  KeyPermissions,
  SettingOutcome,
} from '../../ports/exchange.ts';
import type { CcxtClient, CcxtFundingPayment, CcxtTrade } from './ccxt-client.ts';
import { fillOf, orderOf, type ParseContext, paymentOf, positionOf } from './parse.ts';
import { CallFailed, type RequestDesk } from './request-desk.ts';

/** Rows of a page of own fills or payments, where a venue says nothing else. */
const PAGE = 500;
const MOST_PAGES = 200;
/** Codes that say "it is so already". */
const NO_CHANGE = /-4046|-4059|110025|110026|110043|already set|not modified|no need to change/i;

type Params = Readonly<Record<string, unknown>>;

export interface AccountDeskParts extends ParseContext {
  readonly client: CcxtClient;
  readonly requests: RequestDesk;
  readonly capabilities: ExchangeCapabilities;
  readonly kind: 'spot' | 'perpetual';
  /** Market time, ms UTC. */
  readonly now: () => number;
}

/** Reads the account for reconciliation, and changes its settings. Reads throw CallFailed. */
export class AccountDesk {
  readonly #parts: AccountDeskParts;
  readonly #marginModes = new Map<string, 'isolated' | 'cross'>();

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
  }

  /** What was set last; isolated when nothing was: a loss stays within its position. */
  marginModeOf(pair: string): 'isolated' | 'cross' {
    return this.#marginModes.get(pair) ?? 'isolated';
  }

  async openOrders(pairs?: readonly string[]): Promise<readonly ExchangeOrder[]> {
    const { client, requests, profile } = this.#parts;
    const lists: Params[] = [{}];
    if (profile.triggerListParams) lists.push(...profile.triggerListParams);
    else if (profile.hasSeparateTriggers) lists.push({ trigger: true });
    const orders = new Map<string, ExchangeOrder>();
    for (const pair of pairs ?? [undefined])
      for (const params of lists) {
        const asked = 'trigger' in params ? { isTrigger: true } : {};
        const rows = await requests.read('reconcile', () => client.fetchOpenOrders(pair, undefined, undefined, params));
        for (const row of rows) {
          const order = orderOf(row, this.#parts, asked);
          if (order && this.#parts.market(order.pair)) orders.set(`${order.pair}/${order.exchangeId}`, order);
        }
      }
    return [...orders.values()];
  }

  async fills(pairs: readonly string[], sinceMs: number): Promise<readonly ExchangeFill[]> {
    const { client, profile } = this.#parts;
    const found = new Map<string, ExchangeFill>();
    const wanted = new Set(pairs);
    const asks = profile.fillsPerPair ? pairs : [undefined];
    for (const pair of asks)
      for (const row of await this.#history('own fills', sinceMs, profile.fillsWindowMs, (since, rows, params) =>
        client.fetchMyTrades(pair, since, rows, { ...profile.fillParams, ...params }),
      )) {
        const fill = fillOf(row, this.#parts);
        if (fill && wanted.has(fill.pair) && fill.at >= sinceMs) found.set(`${fill.pair}/${fill.exchangeId}`, fill);
      }
    return [...found.values()].sort((a, b) => a.at - b.at);
  }

  async fundingPayments(sinceMs: number): Promise<readonly FundingPayment[]> {
    const { client, capabilities, profile } = this.#parts;
    if (!capabilities.fundingPayments) return [];
    const rows = await this.#history('payments', sinceMs, profile.paymentsWindowMs, (since, limit, params) =>
      client.fetchFundingHistory(undefined, since, limit, { ...profile.paymentParams, ...params }),
    );
    const payments = rows.flatMap((row) => paymentOf(row, profile) ?? []).filter(({ at }) => at >= sinceMs);
    return payments.sort((a, b) => a.at - b.at);
  }

  async balances(): Promise<readonly ExchangeBalance[]> {
    const { client, requests, profile } = this.#parts;
    const told = await requests.read('reconcile', () => client.fetchBalance());
    const { total = {}, free = {}, used = {} } = told;
    const wallets = profile.walletsOf?.(told) ?? {};
    return Object.keys(total).flatMap((asset) => {
      const locked = used[asset] ?? 0;
      const all = wallets[asset] ?? total[asset] ?? (free[asset] ?? 0) + locked;
      return all === 0 && locked === 0 ? [] : { asset, free: free[asset] ?? all - locked, locked, total: all };
    });
  }

  async positions(): Promise<readonly ExchangePosition[]> {
    const { client, requests, kind, profile } = this.#parts;
    if (kind === 'spot') return [];
    const positions = new Map<string, ExchangePosition>();
    for (const params of profile.positionListParams ?? [{}])
      for (const row of await requests.read('reconcile', () => client.fetchPositions(undefined, params))) {
        const position = positionOf(row, this.#parts);
        if (position) positions.set(`${position.pair}/${position.side}`, position);
      }
    return [...positions.values()];
  }

  async settings(pair: string): Promise<{
    readonly leverage: number | null;
    readonly marginMode: 'isolated' | 'cross' | null;
    readonly positionMode: 'one-way' | 'hedge' | null;
  }> {
    const { client, requests, profile, kind } = this.#parts;
    if (kind === 'spot') return { leverage: 1, marginMode: null, positionMode: null };
    const params = profile.marginModePerRequest ? { marginMode: this.marginModeOf(pair) } : {};
    const told = client.has.fetchLeverage
      ? await requests.read('reconcile', () => client.fetchLeverage(pair, params))
      : {};
    const mode = client.has.fetchPositionMode
      ? await requests.read('reconcile', () => client.fetchPositionMode(pair))
      : {};
    const margin = told.marginMode;
    return {
      leverage: told.longLeverage ?? told.shortLeverage ?? null,
      marginMode: margin === 'isolated' || margin === 'cross' ? margin : null,
      positionMode: mode.hedged === true ? 'hedge' : mode.hedged === false ? 'one-way' : null,
    };
  }

  setLeverage(pair: string, leverage: number): Promise<SettingOutcome> {
    const { client, profile } = this.#parts;
    const params = profile.marginModePerRequest ? { marginMode: this.marginModeOf(pair) } : {};
    return this.#set('setLeverage', () => client.setLeverage(leverage, pair, params));
  }

  setMarginMode(pair: string, mode: 'isolated' | 'cross'): Promise<SettingOutcome> {
    if (!this.#parts.profile.marginModePerRequest)
      return this.#set('setMarginMode', () => this.#parts.client.setMarginMode(mode, pair));
    this.#marginModes.set(pair, mode);
    return Promise.resolve({ outcome: 'changed' });
  }

  setPositionMode(mode: 'one-way' | 'hedge'): Promise<SettingOutcome> {
    return this.#set('setPositionMode', () => this.#parts.client.setPositionMode(mode === 'hedge'));
  }

  async keyPermissions(): Promise<KeyPermissions> {
    const { client, requests, profile } = this.#parts;
    const unknown = { read: null, trade: null, withdraw: null };
    const ask = profile.keyPermissions;
    if (!ask) return unknown;
    try {
      return await requests.read('reconcile', () => ask(client));
    } catch (error) {
      // A wrong key is an answer; a test network without the call is none.
      if (error instanceof CallFailed && error.failure.code !== 'key' && !error.failure.isTemporary) return unknown;
      throw error;
    }
  }

  async deadMansSwitch(ms: number, pairs: readonly string[]): Promise<boolean> {
    const { client, requests, profile } = this.#parts;
    const arm = profile.deadMansSwitch;
    if (!arm) return false;
    await requests.read('exit', () => arm(client, ms, pairs));
    return true;
  }

  /**
   * Rows since a time, all pages. Venues give the oldest of them first, or the newest: then those before an answer are asked for in turn.
   * @param windowMs rows are given for no more than so long after the time that is asked for
   */
  async #history<T extends CcxtTrade | CcxtFundingPayment>(
    what: string,
    sinceMs: number,
    windowMs: number | undefined,
    ask: (since: number, rows: number, params: Params) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const { client, requests, profile, now } = this.#parts;
    const { rowsPerAnswer = PAGE, olderParams } = profile;
    const all: T[] = [];
    let since = sinceMs;
    let older: Params | null = null;
    let read = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
      const from = since;
      const params: Params = older ?? {};
      const rows: readonly T[] = await requests.read('reconcile', () => ask(from, rowsPerAnswer, params));
      all.push(...rows);
      read += rows.length;
      const isFull = rows.length >= rowsPerAnswer;
      older = isFull && olderParams ? olderParams(rows, read) : null;
      if (older !== null) continue;
      read = 0;
      const latest = Math.max(...rows.map((row) => row.timestamp ?? 0));
      // A page full of one ms must not be asked for again and again.
      if (isFull && !olderParams) since = latest > since ? latest : since + 1;
      else since += windowMs ?? Number.POSITIVE_INFINITY;
      if (since > now()) return all;
    }
    throw new TidegateError(
      'EXCHANGE_REFUSED',
      `${what} since ${new Date(sinceMs).toISOString()} are more than can be asked for`,
      { where: client.id, remedy: 'Ask for less: later, or fewer pairs.' },
    );
  }

  async #set(call: string, change: () => Promise<unknown>): Promise<SettingOutcome> {
    const { client, requests } = this.#parts;
    if (!client.has[call]) return { outcome: 'refused', code: 'unsupported', reason: `${client.id} has no ${call}` };
    // Setting the same value twice is harmless, so this may be tried again.
    try {
      await requests.read('entry', change);
      return { outcome: 'changed' };
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      const { code, reason, kind } = error.failure;
      if (kind === 'refused' && NO_CHANGE.test(reason)) return { outcome: 'changed' };
      return { outcome: 'refused', code, reason };
    }
  }
}
