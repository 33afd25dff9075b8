import type { TickFlags } from './backtest-ticks.ts';
import { configOf, dataFolder } from './run-options.ts';
import { signalled } from './signalled.ts';

export interface PaperFlags extends TickFlags {
  readonly minutes?: number;
  readonly levels: number;
  readonly url?: string;
}

/** How often the clock goes on while nothing is received, ms. */
const TICK_MS = 20;

/** `tidegate ticks paper` */
export async function paperTicks(flags: PaperFlags): Promise<void> {
  const [{ assemblePaper }, { PaperTicks }, { openExchange }, { TidegateError, didYouMean }, { reportTicks }] =
    await Promise.all([
      import('../runtime/ticks/assemble-ticks.ts'),
      import('../runtime/ticks/paper-ticks.ts'),
      import('../exchange/ccxt/open-exchange.ts'),
      import('../foundation/errors.ts'),
      import('./backtest-ticks.ts'),
    ]);
  const config = await configOf(flags);
  const pairs = config.pairs ?? [];
  if (pairs.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'no pair was given', { remedy: 'Use --pairs, such as BTC/USDT:USDT.' });
  const exchange = await openExchange({
    name: config.exchange ?? 'binanceusdm',
    kind: pairs[0]!.includes(':') ? 'perpetual' : 'spot',
    ...(flags.url !== undefined && { url: flags.url }),
  });
  try {
    await exchange.open();
    const specs = await exchange.loadMarkets(pairs);
    const markets = pairs.map((pair) => {
      const spec = exchange.market(pair);
      if (spec) return { pair, spec, grid: { tickSize: spec.priceTick, lotSize: spec.amountStep } };
      throw new TidegateError('EXCHANGE_NO_PAIR', `${exchange.name} has no pair "${pair}"`, {
        remedy: didYouMean(
          pair,
          specs.map((s) => s.pair),
        ),
      });
    });
    const settings = await assemblePaper(config, { userdir: flags.userdir, dataFolder: dataFolder(flags, config) });
    const startMs = Date.now();
    const paper = await PaperTicks.make({ ...settings, exchange: exchange.name, markets, startMs });
    paper.follow(exchange, flags.levels);
    if (!flags.json)
      process.stderr.write(`${markets.map((m) => m.pair).join(', ')} on ${exchange.name}: Ctrl-C ends it\n`);
    await ended((flags.minutes ?? Number.POSITIVE_INFINITY) * 60_000, () => paper.advanceTo(Date.now()));
    if (paper.events === 0)
      throw new TidegateError('TICKS_EMPTY', 'nothing was received', {
        remedy: 'Check pair, exchange and connection.',
      });
    await reportTicks({ result: paper.finish(), session: paper.session }, flags, undefined);
  } finally {
    await exchange.close();
  }
}

/** Calls every few ms until the time is over or the user ends it. */
async function ended(lengthMs: number, tick: () => void): Promise<void> {
  const end = Date.now() + lengthMs;
  let isStopped = false;
  void signalled().then(() => {
    isStopped = true;
  });
  while (!isStopped && Date.now() < end) {
    await new Promise((done) => setTimeout(done, TICK_MS));
    tick();
  }
}
