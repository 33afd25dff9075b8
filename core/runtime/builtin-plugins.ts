// Made by plugins/generate-manifest.ts: run "node plugins/generate-manifest.ts" after adding or renaming a module.
import type { LazyPlugin } from '../registry/registry.ts';

/** Every built-in module: known at once, loaded on first use. */
export const BUILTIN_PLUGINS: readonly LazyPlugin[] = [
  {
    kind: 'execution',
    name: 'iceberg',
    doc: 'a limit order of which a part is shown at a time, the parts varied in size',
    load: async () => (await import('../../plugins/execution/iceberg/index.ts')).default,
  },
  {
    kind: 'execution',
    name: 'limit',
    doc: 'a limit order that waits, then gives up or goes to market',
    load: async () => (await import('../../plugins/execution/limit/index.ts')).default,
  },
  {
    kind: 'execution',
    name: 'limit-chase',
    doc: 'a limit order that follows the price, a number of times and to a distance at most',
    load: async () => (await import('../../plugins/execution/limit-chase/index.ts')).default,
  },
  {
    kind: 'execution',
    name: 'market',
    doc: 'one market order for all of it',
    load: async () => (await import('../../plugins/execution/market/index.ts')).default,
  },
  {
    kind: 'execution',
    name: 'twap',
    doc: 'equal slices at equal times, each a market order',
    load: async () => (await import('../../plugins/execution/twap/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'consecutive-losses',
    doc: 'after several losing trades in a row, no new entries for a while',
    load: async () => (await import('../../plugins/risk/consecutive-losses/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'cooldown',
    doc: 'no new entry on a pair for a while after a trade on it has closed',
    load: async () => (await import('../../plugins/risk/cooldown/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'daily-loss-limit',
    doc: 'no new entries for the rest of a day that has lost too much',
    load: async () => (await import('../../plugins/risk/daily-loss-limit/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'limits',
    doc: 'limits on open positions, per pair and side, on notional, leverage and gross exposure',
    load: async () => (await import('../../plugins/risk/limits/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'low-profit-pairs',
    doc: 'no new entries for a while on a pair whose latest trades earned too little',
    load: async () => (await import('../../plugins/risk/low-profit-pairs/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'max-drawdown',
    doc: 'no new entries when equity has fallen too far below its peak',
    load: async () => (await import('../../plugins/risk/max-drawdown/index.ts')).default,
  },
  {
    kind: 'risk',
    name: 'stoploss-guard',
    doc: 'after several stop-outs within a window, no new entries for a while',
    load: async () => (await import('../../plugins/risk/stoploss-guard/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'fixed-fraction',
    doc: 'a constant fraction of equity (or of free cash) for every entry',
    load: async () => (await import('../../plugins/sizing/fixed-fraction/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'fixed-stake',
    doc: 'the same stake for every entry',
    load: async () => (await import('../../plugins/sizing/fixed-stake/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'kelly',
    doc: "a part of Kelly's fraction of equity, from the latest closed trades, capped",
    load: async () => (await import('../../plugins/sizing/kelly/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'leverage-adjusted',
    doc: 'a fraction of equity divided by leverage, so that the notional stays the same',
    load: async () => (await import('../../plugins/sizing/leverage-adjusted/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'risk-based',
    doc: 'a stake that loses a stated fraction of equity when the stop is hit, fees included',
    load: async () => (await import('../../plugins/sizing/risk-based/index.ts')).default,
  },
  {
    kind: 'sizing',
    name: 'volatility-target',
    doc: 'a notional whose yearly volatility is the target: less of what moves more',
    load: async () => (await import('../../plugins/sizing/volatility-target/index.ts')).default,
  },
];
