import { TidegateError } from '../../foundation/errors.ts';
import { checkSettlement } from '../check-tradable.ts';
import { tellStrategies } from '../prepare.ts';
import type { TickRunOptions } from './tick-options.ts';
import { type TickResult, tickResult } from './tick-result.ts';
import { TickSession } from './tick-session.ts';
import { wireTicks } from './tick-wiring.ts';

/** Steps between looks at the clock of progress and the parts. */
const STEPS = 4096;

/** A result with what its page is drawn from. */
export interface TickRun {
  readonly result: TickResult;
  readonly session: TickSession;
}

/**
 * Runs strategies over recorded trades and books, through the same engine and ledger as over candles.
 * @throws TidegateError TICKS_EMPTY, those of reading, of latency and queue settings, and of strategies that throw
 */
export async function runTicks(options: TickRunOptions): Promise<TickRun> {
  const { onProgress, markets } = options;
  checkOptions(options);
  for (const { parts } of markets) await parts.ready?.();
  const wiring = await wireTicks(options, options.firstMs ?? options.originMs);
  const session = new TickSession(options, wiring, (await options.modules?.(wiring.named)) ?? null);
  tellStrategies(wiring.named, 'onStart');
  const loading = markets.map(({ parts }) => parts).filter((parts) => parts.ready);
  for (let steps = 1; ; steps++) {
    for (let k = 0; k < loading.length; k++) if (!loading[k]!.isReady) await loading[k]!.ready!();
    if (!session.step()) break;
    if (steps % STEPS === 0 && onProgress?.(session.engine.clock.toMs(session.now)) === false)
      throw new TidegateError('RUN_STOPPED', 'the backtest was stopped', { remedy: 'Nothing was kept; run it again.' });
  }
  if (session.steps === 0)
    throw new TidegateError(
      'TICKS_EMPTY',
      `there are no ticks of ${markets.map((m) => m.pair).join(', ')} in the range`,
      {
        remedy: 'See "tidegate ticks list".',
      },
    );
  session.finish();
  return { result: tickResult(options, wiring, session), session };
}

/** @throws TidegateError CONFIG_VALUE */
function checkOptions({ startingBalance, markets, stakeCurrency, strategies }: TickRunOptions): void {
  const refuse = (what: string, remedy: string) => {
    throw new TidegateError('CONFIG_VALUE', what, { remedy });
  };
  if (!(startingBalance > 0))
    refuse(`startingBalance is ${startingBalance}`, 'Give a positive amount of stake currency.');
  if (strategies.length === 0) refuse('no strategy was given', 'Use --strategy NAME.');
  for (const [k, { pair, spec }] of markets.entries()) {
    checkSettlement(spec, stakeCurrency);
    if (markets.findIndex((other) => other.pair === pair) !== k)
      refuse(`${pair} was given twice`, 'Name each pair once.');
  }
}
