import type { Config } from '../../config/schema.ts';
import { closedTradesView } from '../../engine/closed-trades.ts';
import { openExchange } from '../../exchange/ccxt/open-exchange.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AlertDesk } from '../alerts/alert-desk.ts';
import { LiveUniverse } from '../universe/live-universe.ts';
import type { OperatedSession } from './operated-session.ts';
import type { TradeRun } from './run-trade.ts';

/** The pair lists of the configuration at work, on a connection of their own without keys; null where there are none. */
export async function openUniverse(config: Config, registry: Registry, run: TradeRun): Promise<LiveUniverse | null> {
  if (!config.pairlists || config.pairlists.length === 0) return null;
  const [first] = config.pairs ?? [];
  const exchange = await openExchange({
    name: config.exchange ?? 'binance',
    ...(first !== undefined && { kind: first.includes(':') ? 'perpetual' : 'spot' }),
    ...(run.url !== undefined && { url: run.url }),
    ...(run.limits && { limits: run.limits }),
    ...(run.mode === 'testnet' && run.url === undefined && { testnet: true }),
  });
  try {
    await exchange.open();
    return await LiveUniverse.start(config, registry, exchange, null);
  } catch (error) {
    await exchange.close();
    throw error;
  }
}

/** The configuration with the pairs that its lists named. */
export function withPairs({ pairlists: _, ...config }: Config, pairs: readonly string[]): Config {
  return { ...config, pairs: [...pairs] };
}

/** What a running session does about its pair lists, now and then. Returns the pairs that a reload is to take over where some joined, else null. */
export function universeCare(
  universe: LiveUniverse | null,
  session: OperatedSession,
  alerts: AlertDesk,
  wall: () => number,
): () => readonly string[] | null {
  if (universe === null) return () => null;
  const { engine } = session.loop;
  const view = {
    pairs: session.terms.pairs,
    block: (pair: string, source: string, reason: string | null) => session.block(pair, source, reason),
    trades: closedTradesView(engine.logs.trades, engine.names, session.slots, engine.clock),
    get now() {
      return engine.clock.toMs(session.loop.time);
    },
  };
  return () => {
    const { needsReload, problem } = universe.care(view);
    if (problem !== null) {
      const text = messageOf(problem);
      alerts.raise({ kind: 'alert', title: 'The pair lists could not be asked', text, time: wall() });
    }
    return needsReload ? universe.pairs : null;
  };
}
