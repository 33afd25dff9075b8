import { counted, dateTime, signedMoney } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table, tone } from '../sections/table.ts';

/** A comparison of a live run with a backtest, as the section shows it. Money in stake currency, times ms UTC. */
export interface ComparisonData {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly timeframe: string;
  readonly stakeCurrency: string;
  readonly trades: readonly {
    readonly strategy: string;
    readonly pair: string;
    readonly side: string;
    readonly openTime: number;
    readonly live: number | null;
    readonly test: number | null;
    readonly liveProfit: number;
    readonly testProfit: number;
    readonly gap: number;
    readonly parts: readonly { readonly cause: string; readonly amount: number; readonly detail: string }[];
  }[];
  readonly open: number;
  readonly liveProfit: number;
  readonly testProfit: number;
  readonly gap: number;
  readonly byCause: Readonly<Record<string, number>>;
  readonly candles: { readonly seen: number; readonly differing: number };
  readonly notes: readonly string[];
}

/** What each cause means, in a line. */
export const CAUSES: Readonly<Record<string, string>> = {
  latency: 'the market moved between the fill of the backtest and the real one',
  data: 'the bot saw other candles, or decided otherwise',
  fill: 'price, amount, fees or funding of the fill itself',
  api: 'requests that failed or had to be put again, a bot that was down, commands',
};

/** The comparison as cards of a page: the sum by cause, then every trade with the parts of its gap. */
export function comparisonSection(data: ComparisonData): Html {
  const money = (value: number): Cell => ({ text: signedMoney(value), sort: value, tone: tone(value) });
  const text = (value: string): Cell => ({ text: value, isText: true });
  const missing: Cell = { text: 'missing', sort: Number.NaN };
  const causes = Object.entries(data.byCause).map(([cause, amount]) => [
    text(cause),
    money(amount),
    text(CAUSES[cause] ?? ''),
  ]);
  const rows = data.trades.map((trade) => [
    { ...text(dateTime(trade.openTime)), sort: trade.openTime },
    text(trade.strategy),
    text(trade.pair),
    text(trade.side),
    trade.live === null ? missing : money(trade.liveProfit),
    trade.test === null ? missing : money(trade.testProfit),
    money(trade.gap),
    {
      ...text(''),
      text: trade.parts.map((part) => html`<div>${part.cause} ${signedMoney(part.amount)}: ${part.detail}</div>`),
    },
  ]);
  const heads = ['opened, UTC', 'strategy', 'pair', 'side', 'live', 'backtest', 'gap', 'why'];
  return html`${card('Gap by cause', table(['cause', data.stakeCurrency, 'meaning'], causes, { isSortable: false }), {
    id: 'gap',
    isWide: true,
    note: `Live ${signedMoney(data.liveProfit)}, backtest ${signedMoney(data.testProfit)}: ${signedMoney(data.gap)} ${data.stakeCurrency}. ${data.candles.differing} of ${data.candles.seen} journalled candles differ from the stored ones.`,
  })}${card('Every trade', rows.length > 0 ? table(heads, rows) : 'No closed trades.', {
    id: 'compared',
    isWide: true,
    note: `Money in ${data.stakeCurrency}.${data.open > 0 ? ` ${counted(data.open, 'open trade')} ${data.open === 1 ? 'is' : 'are'} not compared.` : ''}`,
  })}${data.notes.length > 0 ? card('Notes', html`<ul>${data.notes.map((note) => html`<li>${note}</li>`)}</ul>`, { isWide: true }) : null}`;
}
