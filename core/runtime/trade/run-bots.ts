import { SharedLimits } from '../../exchange/limiter-pool.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { runTrade, type TradeRun } from './run-trade.ts';

/**
 * Runs several bots in one process, each on an account of its own, until all have ended. One that fails does not take the others with it: what ended
 * it is told at once, and again at the end.
 * @throws TidegateError TRADE_BOTS_FAILED once all have ended, when some failed
 */
export async function runBots(bots: readonly (TradeRun & { readonly bot: string })[]): Promise<void> {
  const failures: string[] = [];
  const limits = new SharedLimits();
  await Promise.all(
    bots.map(async (bot) => {
      try {
        await runTrade({ ...bot, limits });
      } catch (error) {
        const text = messageOf(error);
        failures.push(`${bot.bot}: ${text}`);
        bot.console?.(`the bot ended: ${text}`);
      }
    }),
  );
  limits.close();
  if (failures.length > 0)
    throw new TidegateError(
      'TRADE_BOTS_FAILED',
      `${failures.length} of ${bots.length} bots failed: ${failures.join('; ')}`,
      {
        remedy: 'The others ended as they were told to.',
      },
    );
}
