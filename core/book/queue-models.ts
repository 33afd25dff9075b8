import { TidegateError } from '../foundation/errors.ts';

/** The part of a resting order that a queue model keeps. Lots. */
export interface QueuePlace {
  /** Estimated size ahead of the order; below zero, so much has traded past it. */
  front: number;
  /** Traded at the order's price since the last change of its level. */
  traded: number;
}

/** Estimates how much stands ahead of a resting order from what the public feed shows of its level. */
export interface QueueModel {
  readonly name: string;
  /** The order's level changed from `before` to `after` lots. */
  onDepth(place: QueuePlace, before: number, after: number): void;
  /** `lots` traded at the order's price. */
  onTrade(place: QueuePlace, lots: number): void;
}

/** Only trades move the order forward; cancellations are all assumed behind it, unless the level is smaller than what was ahead. */
export function riskAverse(): QueueModel {
  return {
    name: 'riskAverse',
    onDepth(place, _before, after) {
      if (after < place.front) place.front = after;
    },
    onTrade(place, lots) {
      place.front -= lots;
    },
  };
}

/**
 * Cancellations come from behind the order with probability `behind(front, back)` of what left the level beyond trades (after Rigtorp,
 * 2013, and the models of hftbacktest): front' = min(front - (1 - p) d + min(back - p d, 0), after).
 */
export function probabilistic(name: string, behind: (front: number, back: number) => number): QueueModel {
  return {
    name,
    onDepth(place, before, after) {
      const left = before - after - place.traded;
      place.traded = 0;
      const front = place.front;
      if (left < 0) {
        if (after < front) place.front = after;
        return;
      }
      const back = before - front;
      const p = behind(front, back);
      // A root of a negative size, or nothing before and behind: the place is unknown, so the order is last in what is left, as in hftbacktest.
      if (Number.isNaN(p)) {
        place.front = after;
        return;
      }
      const chance = Number.isFinite(p) ? p : 1;
      const estimate = front - (1 - chance) * left + Math.min(back - chance * left, 0);
      place.front = Math.min(estimate, after);
    },
    onTrade(place, lots) {
      place.front -= lots;
      place.traded += lots;
    },
  };
}

/** f(back) / (f(back) + f(front)) with f(x) = ln(1 + x), x in base units: `lotSize` turns lots into them. */
export function logProb(lotSize: number): QueueModel {
  const f = (lots: number) => Math.log(1 + lots * lotSize);
  return probabilistic('logProb', (front, back) => f(back) / (f(back) + f(front)));
}

/** f(back) / f(back + front) with f(x) = ln(1 + x), x in base units. */
export function logProb2(lotSize: number): QueueModel {
  const f = (lots: number) => Math.log(1 + lots * lotSize);
  return probabilistic('logProb2', (front, back) => f(back) / f(back + front));
}

/** f(back) / (f(back) + f(front)) with f(x) = x^n. */
export function powerProb(n: number): QueueModel {
  return probabilistic(`powerProb(${n})`, (front, back) => back ** n / (back ** n + front ** n));
}

/** f(back) / f(back + front) with f(x) = x^n. */
export function powerProb2(n: number): QueueModel {
  return probabilistic(`powerProb2(${n})`, (front, back) => back ** n / (back + front) ** n);
}

/** 1 - f(front / (front + back)) with f(x) = x^n. */
export function powerProb3(n: number): QueueModel {
  return probabilistic(`powerProb3(${n})`, (front, back) => 1 - (front / (front + back)) ** n);
}

/**
 * A queue model by its name, such as `riskAverse`, `logProb2` or `powerProb3(3)`.
 * @throws TidegateError BOOK_QUEUE_UNKNOWN
 */
export function queueModel(name: string, lotSize: number): QueueModel {
  const match = /^(\w+?)(?:\((\d+(?:\.\d+)?)\))?$/.exec(name.trim());
  const power = match?.[2] === undefined ? Number.NaN : Number(match[2]);
  switch (match?.[1]) {
    case 'riskAverse':
      return riskAverse();
    case 'logProb':
      return logProb(lotSize);
    case 'logProb2':
      return logProb2(lotSize);
    case 'powerProb':
      if (power > 0) return powerProb(power);
      break;
    case 'powerProb2':
      if (power > 0) return powerProb2(power);
      break;
    case 'powerProb3':
      if (power > 0) return powerProb3(power);
      break;
  }
  throw new TidegateError('BOOK_QUEUE_UNKNOWN', `"${name}" is not a queue model`, {
    remedy: 'Use riskAverse, logProb, logProb2, powerProb(n), powerProb2(n) or powerProb3(n) with n above 0.',
  });
}
