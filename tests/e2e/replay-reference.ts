import { CONTROL_CALLS } from '../../core/exchange/replay/control.ts';
import { FAULTS } from '../../core/exchange/replay/fault-catalogue.ts';
import { servedCalls } from '../../core/exchange/replay/rest.ts';

const code = (text: string) => `\`${text}\``;
const calls = (which: RegExp) =>
  servedCalls()
    .filter((call) => which.test(call))
    .map(code)
    .join(', ');

/** The page `docs/reference/replay.md`; `node tests/e2e/replay-reference.ts` writes it. */
export function referencePage(): string {
  const faults = FAULTS.map((f) => `| ${code(`${f.id}.${f.variant}`)} | ${f.stage} | ${f.doc} |`).join('\n');
  return `# Replay exchange: reference

## Market

- Prices walk through candles (open, far extreme, other extreme, close); a walk in four or more steps reproduces each candle.
- The book is synthetic: levels around the price, sizes drawn from seed, symbol, tick and step. What an order takes is gone until the next step.
- Takers fill level by level. A resting order fills as maker, at its own price, when the other side of the book reaches it: no fill by mere touch.
  The account's own orders stand in the public book but never meet each other.
- With \`--ticks\` the book is a recorded one, with every trade: orders stand in its queues by price, then time (\`--queue\`), behind what their level showed
  when they came; fills are those of docs/assumptions/book-fills.md. What an order takes stays gone until its level shrinks. Marks of the recording move the
  mark price. Depth events tell each step's changes (\`--step-ms 100\`: as \`@100ms\`), trades before them. Prices cannot be scripted.
- Mark price = last price times (1 + premium); index = last price. Funding at its hours (8 by default), from stored, set or drawn rates.
- Money is counted in whole units of 1e-8: balances equal the sum of the ledger exactly.
- Margin: cross and isolated, one-way and hedge, brackets of the symbol. Liquidation closes at the mark price, takes 1.25 % of the notional from what
  margin is left, and the insurance fund covers the rest: an isolated position never loses more than its margin.
- Spot order lists (OCO, by the new calls and the old): both orders hold the same money; a fill of one, in part too, or a stop that goes off expires the
  other; a cancel of one cancels both and answers with the list.
- Order ids begin above 2^53: clients that read them as doubles are found out.

## REST calls

Futures: ${calls(/ \/(fapi|futures)\//)}.

Spot: ${calls(/ \/api\//)}.

Wallet: ${calls(/ \/sapi\//)}.

## Streams

\`kline_*\`, \`trade\`, \`aggTrade\`, \`depth\` (\`@100ms\` and others), \`depth5\`, \`depth10\`, \`depth20\`, \`ticker\`, \`miniTicker\`, \`bookTicker\`, \`markPrice\`,
\`forceOrder\`, and their \`!...@arr\` forms. Futures user data by listen key at \`/private/ws?listenKey=\` or \`/ws/KEY\`; spot user data and orders at \`/ws-api/v3\`.

## Control calls

${Object.keys(CONTROL_CALLS).map(code).join(', ')}.

- \`/idle {until?: "event" or a timeframe, maxMs?}\`, \`/advance {ms}\` or \`{toMs}\`, \`/speed {speed}\`
- \`/path {symbol, venue?}\` with \`price\`, \`points: [[ms from now, price]]\` or \`points: null\`; \`/premium {symbol, premium}\`
- \`/fault {name, ...options}\`, \`/storm {seed, rate, faults, most?}\` (without a rate: ends it), \`/deposit {venue, asset, amount}\`

## Faults

\`before\` and \`after\` wait for a matching request (options: \`on\`, a pattern over \`METHOD /path\`; \`skip\`; \`times\`); \`now\` acts at once.

| name | acts | what happens |
| --- | --- | --- |
${faults}

## Not there

Order lists other than OCO (OTO, OTOCO), trailing deltas and pegged prices on spot, spot margin, coin-margined futures, options, portfolio margin, multi-asset mode, batch conditional orders, good-till-date
expiry, self-trade prevention, price match, Ed25519 and RSA keys, futures orders over WebSocket. One account behind all keys. Books recorded as L2
events are not played: the book around recorded candles is synthetic. Queue position is not modelled.
`;
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(new URL('../../docs/reference/replay.md', import.meta.url), referencePage());
}
