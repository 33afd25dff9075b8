import type { ExecutionModule } from '../ports/trading-modules.ts';

type Step = ReturnType<ExecutionModule<BarrierState>['step']>;

/** What a barrier exit keeps with its order. */
interface BarrierState {
  readonly side: 'buy' | 'sell';
  readonly rate: number;
  readonly lot: number;
  /** Lots not filled yet. */
  readonly rest: number;
  readonly stage: 'watching' | 'withdrawing' | 'leaving';
  /** ms UTC. */
  readonly until: number;
}

/**
 * Works an order between three barriers: a limit order rests `takeBps` in favour of the decision price, and gives way to a market order once the price
 * has gone `stopBps` against it or `patienceMs` have passed, whichever comes first.
 */
export function barrierExit(
  name: string,
  takeBps: number,
  stopBps: number,
  patienceMs: number,
): ExecutionModule<BarrierState> {
  const watch = (state: BarrierState, last: number, time: number): Step => {
    const against = (state.side === 'sell' ? state.rate - last : last - state.rate) / state.rate;
    const isOver = against >= stopBps / 10_000 || time >= state.until;
    if (state.stage !== 'watching' || !isOver) return { state, actions: [] };
    return { state: { ...state, stage: 'withdrawing' }, actions: [{ action: 'cancel', key: 'take' }] };
  };
  return {
    name,
    start({ side, amount, rate, time, instrument }) {
      const rest = instrument.lots(amount);
      const price = rate * (1 + ((side === 'sell' ? 1 : -1) * takeBps) / 10_000);
      const state: BarrierState = {
        side,
        rate,
        lot: instrument.lot,
        rest,
        stage: 'watching',
        until: time + patienceMs,
      };
      if (rest < 1) return { state, actions: [{ action: 'done' }] };
      return {
        state,
        actions: [{ action: 'place', key: 'take', type: 'limit', price, amount: rest * instrument.lot }],
      };
    },
    step(state, event) {
      if (event.event === 'fill') {
        const rest = Math.max(0, state.rest - Math.round(event.amount / state.lot));
        return { state: { ...state, rest }, actions: [] };
      }
      if (event.event === 'candle') return watch(state, event.last, event.time);
      // The limit has to be gone first: both could fill otherwise.
      if (state.stage !== 'withdrawing' || state.rest < 1) return { state, actions: [{ action: 'done' }] };
      return {
        state: { ...state, stage: 'leaving' },
        actions: [{ action: 'place', key: 'stop', type: 'market', amount: state.rest * state.lot }],
      };
    },
    // A stop waits for no candle.
    price: (state, { last, time }) => watch(state, last, time),
  };
}
