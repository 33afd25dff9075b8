/** When a fault acts: on a request before or after it is carried out, or at once on the state of the exchange or its streams. */
export type FaultStage = 'before' | 'after' | 'now';

/** One entry of the catalogue: `F2.placed`. */
export interface FaultKind {
  readonly id: string;
  readonly variant: string;
  readonly stage: FaultStage;
  /** Requests it waits for, as a pattern over `METHOD /path`. */
  readonly on?: string;
  readonly doc: string;
}

const ORDER = '^POST /(fapi/v1|api/v3)/(order|algoOrder|order/cancelReplace)$';
const QUERY_ANY = '.';
const row = (name: string, stage: FaultStage, doc: string, on?: string): FaultKind => {
  const [id, variant] = name.split('.');
  return { id: id!, variant: variant!, stage, doc, ...(on !== undefined && { on }) };
};

/**
 * Every fault that the replay exchange can inject, by the numbers of the acceptance cases. Those that a correct exchange shows by itself
 * (F6, F11, F12, F13, F16, F25, F31) can also be forced on one request.
 */
export const FAULTS: readonly FaultKind[] = [
  row('F1.limit', 'before', '429 with Retry-After (retryAfterS, default 5)', QUERY_ANY),
  row('F1.ban', 'before', '418: banned for banMs (default 30000) of session time', QUERY_ANY),
  row('F2.placed', 'after', '408 -1007 although the request was carried out', ORDER),
  row('F2.lost', 'before', '408 -1007 and nothing was done', ORDER),
  row('F3.reset', 'after', 'connection reset after the request was carried out', ORDER),
  row('F3.reset-before', 'before', 'connection reset, nothing was done', ORDER),
  row('F3.502', 'after', '502 with an HTML body after the request was carried out', ORDER),
  row('F3.503', 'after', '503 with an HTML body after the request was carried out', ORDER),
  row('F3.504', 'after', '504 with an HTML body after the request was carried out', ORDER),
  row('F3.504-before', 'before', '504 with an HTML body, nothing was done', ORDER),
  row('F3.hang', 'after', 'no answer at all after the request was carried out', ORDER),
  row('F4.overload', 'before', '503 -1008 server overloaded, nothing was done', ORDER),
  row('F4.disconnected', 'after', '-1001 internal error after the request was carried out', ORDER),
  row('F5.cut', 'after', '200 with half of the JSON', ORDER),
  row('F5.empty', 'after', '200 with an empty body', ORDER),
  row('F5.object', 'after', '200 with {}', ORDER),
  row('F6.duplicate', 'after', 'the order is placed, the answer says that its client id is a duplicate', ORDER),
  row('F7.before', 'before', 'no answer and nothing done: kill the client now', ORDER),
  row('F7.after', 'after', 'carried out without an answer: kill the client now', ORDER),
  row(
    'F8.unseen',
    'now',
    'orders placed from now on are unknown to queries for ms (default 2000) of session time; times orders (default 1)',
  ),
  row('F8.stale', 'now', 'queries show the state before a cancel for ms (default 2000); times cancels (default 1)'),
  row('F9.race', 'now', 'the next cancel finds its order filled (times, default 1)'),
  row('F10.thin', 'now', 'the book holds only factor (default 0.02) of its size for ms (default 60000) of market time'),
  row('F11.base-fee', 'now', 'spot buyers pay their fee from the base asset: always so here'),
  row('F12.margin', 'before', '-2019 margin (spot -2010 balance) is insufficient', ORDER),
  row('F12.notional', 'before', '-4164 (spot -1013 NOTIONAL)', ORDER),
  row('F12.precision', 'before', '-1111', ORDER),
  row('F12.lot', 'before', '-4023 (spot -1013 LOT_SIZE)', ORDER),
  row('F12.price', 'before', '-4014 (spot -1013 PRICE_FILTER)', ORDER),
  row('F12.percent', 'before', '-4131 (spot -1013 PERCENT_PRICE_BY_SIDE)', ORDER),
  row('F13.immediate', 'before', '-2021 order would immediately trigger', '^POST /fapi/v1/algoOrder$'),
  row('F14.canceled', 'now', 'waiting conditional orders are cancelled (symbol)'),
  row('F14.expired', 'now', 'waiting conditional orders expire (symbol)'),
  row('F14.rejected', 'now', 'waiting conditional orders are rejected with a reason (symbol)'),
  row('F15.cancel', 'now', 'the next triggered child order is cancelled unfilled'),
  row('F15.unfilled', 'now', 'the next triggered child order rests far from the market'),
  row('F16.closed', 'now', 'the position of symbol is closed by hand, so that reduce-only orders are refused'),
  row('F17.liquidation', 'now', 'the position of symbol is liquidated'),
  row('F17.adl', 'now', 'share (default 0.5) of the position of symbol is auto-deleveraged'),
  row('F17.delivery', 'now', 'symbol is delivered: orders expire, its position is settled at the mark price'),
  row('F18.manual', 'now', 'a market order of somebody else: venue, symbol, side, quantity'),
  row('F19.close', 'now', 'sockets close with code (1006 default, 1000), all or of venue'),
  row('F20.freeze', 'now', 'open sockets go silent without closing'),
  row('F20.thaw', 'now', 'silent sockets speak again'),
  row('F21.event', 'now', 'the listen key ends, with a listenKeyExpired event'),
  row('F21.silent', 'now', 'the listen key ends without a word'),
  row('F22.gap', 'now', 'the next depth events (times, default 1) are lost'),
  row('F22.repeat', 'now', 'the next depth events are sent twice'),
  row('F22.late', 'now', 'the next depth event comes after the one that follows it'),
  row('F22.crossed', 'now', 'the next depth event has a bid above the asks'),
  row('F23.duplicate', 'now', 'the next private events (times, default 4) are sent twice'),
  row('F23.reorder', 'now', 'the next private event comes after the one that follows it (times pairs, default 1)'),
  row('F23.merge', 'now', 'the NEW event of the next orders (times, default 1) is left out'),
  row('F24.skew', 'now', 'the session clock jumps by ms (20000 default; negative: back)'),
  row('F25.mode', 'now', 'the position mode is switched by hand'),
  row('F25.mismatch', 'before', '-4061', ORDER),
  row('F26.refused', 'before', '-2027 on a change of leverage', '^POST /fapi/v1/leverage$'),
  row('F27.halt', 'now', 'symbol takes status (SETTLING default, TRADING ends it)'),
  row('F27.zero', 'now', 'the price of symbol is 0 for this step'),
  row('F27.empty', 'now', 'the book of symbol is empty for ms (default 60000) of market time'),
  row('F28.down', 'now', 'every call answers 503 (spot -1016, futures -1000 maintenance), system status is 1'),
  row('F28.up', 'now', 'the end of maintenance'),
  row('F28.message', 'before', '-1000 maintenance message', QUERY_ANY),
  row('F29.revoked', 'now', 'keys are refused with -2015'),
  row('F29.restored', 'now', 'keys are accepted again'),
  row('F30.late', 'now', 'the next closed candle of symbol appears ms (default 5000) of market time late'),
  row('F30.missing', 'now', 'the next candle of symbol never appears'),
  row('F30.revised', 'now', 'the next candle of symbol shows another close for ms (default 60000) after it closed'),
  row('F31.taker', 'before', '-5022 post-only order would take (spot -2010)', ORDER),
  row('F32.interval', 'now', 'funding of symbol is paid every hours (default 4)'),
  row('F32.rate', 'now', 'the funding rate of symbol is rate (default 0.001)'),
];
