import { noteHalt } from './loss-limit.ts';
import type { OperatedSession } from './operated-session.ts';
import type { OperatorCommand } from './operator.ts';

/** What the runner does after a command, beside answering. */
export type AfterCommand = 'go-on' | 'reload' | 'end';

/**
 * Carries out an operator's command on a running session; it is journalled like any event.
 * @returns words for the operator, and what the runner is to do
 * @throws TidegateError TRADE_COMMAND for pairs that are not traded, TRADE_NOT_FLAT
 */
export async function carryOut(
  session: OperatedSession,
  command: OperatorCommand,
): Promise<{ readonly text: string; readonly after: AfterCommand }> {
  const { loop } = session;
  const note = (reason: string) => loop.turn(() => loop.decide({ kind: 'command', reason, data: { ...command } }));
  switch (command.command) {
    case 'pause':
      note('pause: no new entries or additions');
      loop.command({ name: 'stop-entries' });
      return { text: 'no new entries or additions; positions are looked after', after: 'go-on' };
    case 'resume':
      note('resume');
      loop.command({ name: 'resume' });
      session.lossLimit.renew(loop.engine.ledger.equity);
      noteHalt(loop, null);
      return { text: 'entries are on', after: 'go-on' };
    case 'stop':
      note('stop');
      return { text: 'stopping; stops stay at the exchange', after: 'end' };
    case 'reload':
      note('reload');
      return { text: 'reloading configuration and strategies', after: 'reload' };
    case 'reconcile':
      await session.live?.reconciler.run();
      return {
        text: `books and exchange were compared, ${session.live?.reconciler.corrections ?? 0} corrections so far`,
        after: 'go-on',
      };
    case 'status':
      return { text: JSON.stringify(statusOf(session), null, 2), after: 'go-on' };
    case 'force-enter': {
      const slot = session.slotOf(command.pair, command.strategy);
      const before = { ...loop.engine.refused };
      note(`force-enter ${command.side} ${command.pair}`);
      loop.command({ name: 'force-enter', slot, side: command.side });
      const refused = Object.entries(loop.engine.refused).find(([reason, count]) => count > (before[reason] ?? 0));
      return { text: refused ? `refused: ${refused[0]}` : `entering ${command.side} ${command.pair}`, after: 'go-on' };
    }
    case 'force-exit': {
      const slot = session.slotOf(command.pair, command.strategy);
      if (slot.position === null && slot.entry === null)
        return { text: `nothing is open on ${command.pair}`, after: 'go-on' };
      note(`force-exit ${command.pair}`);
      loop.command({ name: 'force-exit', slot, reason: 'force_exit' });
      return { text: `leaving ${command.pair} at the market`, after: 'go-on' };
    }
    case 'halt':
      await session.halt(command.flatten, 'operator');
      return {
        text: command.flatten
          ? 'halted: the exchange confirms that no orders and no positions of ours are left'
          : 'halted: no entries rest; positions keep their stops',
        after: command.flatten ? 'end' : 'go-on',
      };
  }
}

/** What a session is doing, in plain data. */
export function statusOf(session: OperatedSession) {
  const { engine } = session.loop;
  return {
    equity: engine.ledger.equity,
    free: engine.ledger.free,
    isHalted: session.isHalted,
    blocked: session.wiring.states.flatMap(({ pair, blocked }) => (blocked === null ? [] : [{ pair, blocked }])),
    positions: engine.ledger.open.map((p) => ({
      pair: p.pair,
      side: p.side,
      amount: p.amount,
      openRate: p.openRate,
      last: p.slot.pair.last,
      profit: p.profitRatio(p.slot.pair.last),
      stop: p.stopRate,
    })),
    orders: session.openOrders,
    refused: engine.refused,
    ...(session.learning && { models: session.learning.inCharge }),
  };
}
