import type { DepthEvent } from './depth-view.ts';
import type { FaultOptions } from './inject.ts';
import type { DepthTamper } from './market-streams.ts';
import type { UserTamper } from './stream-hub.ts';

/** Fault F22: what happens to depth events. Ends itself through `end`. */
export function tamperDepth(variant: string, o: FaultOptions, end: () => void): DepthTamper {
  let left = o.times ?? 1;
  let held: DepthEvent | null = null;
  return (event) => {
    if (o.symbol !== undefined && event.s !== o.symbol) return [event];
    if (held) {
      const first = held;
      end();
      return [event, first];
    }
    if (--left <= 0 && variant !== 'late') end();
    if (variant === 'gap') return [];
    if (variant === 'repeat') return [event, event];
    if (variant === 'late') {
      held = event;
      return [];
    }
    const ask = event.a.find((row) => Number(row[1]) > 0)?.[0] ?? event.b[0]?.[0] ?? '1';
    const over = (Number(ask) * 1.01).toFixed(ask.split('.')[1]?.length ?? 0);
    return [{ ...event, b: [...event.b, [over, '1']] }];
  };
}

/** Fault F23: what happens to private events. Ends itself through `end`. */
export function tamperUser(variant: string, times: number, end: () => void): UserTamper {
  let left = times;
  let held: object | null = null;
  return (_venue, event) => {
    if (variant === 'duplicate') {
      if (--left <= 0) end();
      return [event, event];
    }
    if (variant === 'merge') {
      const { x, o } = event as { readonly x?: string; readonly o?: { readonly x?: string } };
      if ((x ?? o?.x) !== 'NEW') return [event];
      if (--left <= 0) end();
      return [];
    }
    if (held) {
      const first = held;
      held = null;
      if (--left <= 0) end();
      return [event, first];
    }
    held = event;
    return [];
  };
}
