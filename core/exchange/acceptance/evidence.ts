import type { ExchangeCapabilities, ExchangePort } from '../../ports/exchange.ts';

/** Cases that recorded answers of exchanges are held against; they show reading, not trading. Numbers are never reused. */
export const RECORDED_CASES: Readonly<Record<string, string>> = {
  R01: 'markets as the exchange tells them',
  R02: 'open orders, those that wait for a trigger among them',
  R03: 'positions, balances, what the key may do',
  R04: 'private stream: orders, fills, positions, balances',
  R05: 'orders and fills by which the exchange closed a position; signs of fees',
  R06: 'a refusal inside of an answer that says that all is well',
  R07: 'closed flags of streamed candles',
  R08: 'trades, book and tickers of the stream',
  R09: 'nothing is signed that nobody asked for',
};

/** What the project's own tests prove, by account. The tests fail when this list says more or less than they show. */
export const PROVEN: Readonly<Record<string, { readonly on: string; readonly cases: readonly string[] }>> = {
  'binance:spot': {
    on: 'the replay exchange',
    cases: 'M01 M02 M03 M04 M05 M06 M07 M10 A01 A02 A03 O01 O02 O03 O04 O05 O07 O08 O09 O10 O11 O12 O13 O14'.split(' '),
  },
  'binanceusdm:perpetual': {
    on: 'the replay exchange',
    cases:
      'M01 M02 M03 M04 M05 M06 M07 M08 M09 M10 M11 M12 M13 A01 A02 A03 A04 A05 A06 O01 O02 O03 O04 O05 O06 O07 O08 O09 O10 O11 O12 O13'.split(
        ' ',
      ),
  },
  'okx:perpetual': { on: 'recorded answers', cases: 'R01 R02 R03 R04 R05 R06 R07'.split(' ') },
  'bybit:perpetual': { on: 'recorded answers', cases: 'R01 R02 R03 R04 R05 R07 R08'.split(' ') },
  'hyperliquid:perpetual': { on: 'recorded answers', cases: 'R01 R08 R09'.split(' ') },
};

/** A row of the capability table. */
export interface CapabilityRow {
  readonly what: string;
  /** What the adapter offers; `no` where it does not. */
  readonly offers: string;
  /** Numbers of the cases that prove it for this account; empty: as ccxt declares it. */
  readonly proven: readonly string[];
}

type Says = (can: ExchangeCapabilities, kind: 'spot' | 'perpetual') => string;
const yes = (isSo: boolean) => (isSo ? 'yes' : 'no');

const ROWS: readonly (readonly [what: string, says: Says, cases: string])[] = [
  ['markets', () => 'tick, step, minima, fees', 'M02 R01'],
  ['clock', () => 'asked every 5 minutes', 'M01'],
  ['candles', (can) => (can.streams.candles ? 'stream, REST' : 'REST only: polled'), 'M03 M04 R07'],
  ['trades', (can) => (can.streams.trades ? 'stream' : 'no'), 'M05 R08'],
  ['book', (can) => (can.streams.book ? 'stream, REST' : 'REST only: polled'), 'M06 R08'],
  ['tickers', (can) => (can.streams.tickers ? 'stream, REST' : 'REST only: polled'), 'M07 M10 R08'],
  ['funding rate', (can, kind) => (kind === 'spot' ? 'no' : can.streams.funding ? 'stream, REST' : 'REST'), 'M08 M11'],
  ['open interest', (can) => yes(can.openInterest), 'M09 M13'],
  ['mark prices', (_, kind) => (kind === 'spot' ? 'no' : 'stream, candles'), 'M08 M12'],
  ['liquidations', (can) => (can.streams.liquidations ? 'stream' : 'no'), ''],
  ['limit orders', (can) => can.timeInForce.join(', '), 'O01 O03 O04'],
  ['market orders', () => 'yes', 'O05'],
  ['post-only', (can) => yes(can.postOnly), 'O02'],
  ['reduce-only', (can) => yes(can.reduceOnly), 'O06'],
  ['stops at the exchange', (can) => (can.stops ? `by ${can.stopTrigger.join(' or ')} price` : 'no'), 'O07 R02 R04'],
  ['a stop is moved by', (can) => (can.stops ? can.stopReplace : 'no'), 'O08'],
  ['stop and profit paired', (can) => yes(can.pairedExits), 'O14'],
  ['amending', (can) => yes(can.amend), 'O09'],
  ['look-up by own id', (can) => yes(can.lookUpByClientId), 'O01 O10 O13'],
  ['refusals are understood', () => 'yes', 'O11 O12 R06'],
  ['own fills with fees', () => 'yes', 'O05 R04 R05'],
  ['private stream', (can) => yes(can.streams.account), 'O05 R04 R05'],
  ['balances, positions', () => 'yes', 'A02 A03 R03'],
  ['leverage, margin mode', (can) => (can.leverage ? `yes, ${can.marginModes.join(' and ')}` : 'no'), 'A04'],
  ['funding payments', (can) => yes(can.fundingPayments), 'A05'],
  ['key permissions', (can) => yes(can.keyPermissions), 'A01 R03'],
  ["dead-man's switch", (can) => yes(can.deadMansSwitch), 'A06'],
];

/** The capability table of an account: what is offered, and which numbered cases prove it. */
export function capabilityTable(
  exchange: Pick<ExchangePort, 'account' | 'kind' | 'capabilities'>,
): readonly CapabilityRow[] {
  const proven = PROVEN[exchange.account]?.cases ?? [];
  return ROWS.map(([what, says, cases]) => {
    const offers = says(exchange.capabilities, exchange.kind);
    return { what, offers, proven: offers === 'no' ? [] : cases.split(' ').filter((id) => proven.includes(id)) };
  });
}
