import { expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { checkReads } from './check-reads.ts';
import { declareMarket } from './market.ts';
import { choice, int, oneOf, real } from './parameters.ts';
import { Strategy } from './strategy.ts';

const { candles } = declareMarket('BTC/USDT', '1h');
const declared = { fast: candles.close, bb: { upper: candles.high } };
const reading = (onCandle: unknown) => () => {
  class Mine extends Strategy {}
  checkReads(Object.assign(new Mine(), { onCandle }) as Strategy, 'Mine', declared);
};

it('takes reads of what there is, however they are written', () => {
  class Mine extends Strategy {
    p = this.tune({
      n: int(1, 9, 3),
      exit: { rsi: real(0, 100, 70) },
      stop: oneOf({ atr: { factor: real(1, 5, 3) }, none: {} }, 'none'),
    });
    override onCandle(bar: Bar<this>): void {
      const { f, candle: last, position } = bar as unknown as Bar;
      const views = f as unknown as Record<string, { now: number; at(n: number): number }>;
      // f.nothing, 'f.nothing.now' and `f.nothing`: words only.
      if (views.fast!.now > last.close && bar.candle.volume > 0 && (bar.time > 0 || 'f.nothing' > ''))
        this.enter.long();
      if (position?.profitRatio(last.low) === this.p.n + this.p.exit.rsi) this.exit.long();
      const { stop } = this.p;
      if (stop.kind === 'atr' && stop.factor > bar.account.free) this.exit.long();
      for (const candle of [{ colour: 1 }]) if (candle.colour > 1) this.exit.long();
    }
  }
  expect(() => checkReads(new Mine(), 'Mine', declared)).not.toThrow();
});

it('refuses reads of this.f that nothing answers, unless the field is an own one', () => {
  class Reads extends Strategy {
    override features() {
      return { fast: candles.close };
    }
    override customStop() {
      const { now } = this.f.fast;
      return -now / this.f.fast.prev;
    }
  }
  expect(() => checkReads(new Reads(), 'Reads', declared)).not.toThrow();
  const Wrong = new Function('Strategy', 'return class extends Strategy { customStop() { return this.f.fsat.now; } }');
  const Own = new Function('Strategy', 'return class extends Strategy { f = 3; onStop() { return this.f.fsat; } }');
  expect(() => checkReads(new (Wrong(Strategy))(), 'Wrong', declared)).toThrow(
    /Wrong reads this\.f\.fsat, and there is no such feature\. Did you mean "fast"\?/,
  );
  expect(() => checkReads(new (Own(Strategy))(), 'Own', declared)).not.toThrow();
});

it.each([
  [
    '({ f }) { return f.fsat.now > 3; }',
    /Mine\.onCandle reads f\.fsat, and there is no such feature\. Did you mean "fast"\? There is: fast, bb\./,
  ],
  [
    '({ f: g }) { return g.fast.value > 3; }',
    /reads g\.fast\.value, and there is no such value of a feature.*now, prev, at, last/,
  ],
  ['({ f }) { return (f ).rsy > 3; }', /reads f\.rsy/],
  ['({ f }) { return 3 > f.bb.uper; }', /reads f\.bb\.uper, and there is no such feature\. Did you mean "upper"\?/],
  ['({ candle }) { return candle.timestamp; }', /reads candle\.timestamp.*There is: time, closeTime/],
  ['({ position }) { return position?.profit > 0.1; }', /reads position\.profit.*Did you mean "profitRatio"\?/],
  [
    '(bar) { return bar.candel.close; }',
    /reads bar\.candel, and there is no such part of a bar\. Did you mean "candle"\?/,
  ],
  ['(bar) { const { f } = bar; return f.bb.upper.now > f.slwo.now; }', /reads f\.slwo/],
  ['(bar) { return bar.f.rsy.now > bar.account.balance; }', /reads bar\.f\.rsy/],
])('refuses reads that nothing answers: %s', (text, message) => {
  expect(reading(new Function(`return { onCandle${text} }.onCandle`)())).toThrow(message);
});

it.each([
  ['({ f }) { return f.bb.upper.now > 0 && [1].map((f) => f.size); }'],
  ['({ candle }) { return read(candle).colour; }'],
  ['({ candle }) { let candle2 = 1; candle = { colour: 1 }; return candle.colour; }'],
  ['(bar) { return other.bar.candel; }'],
  ['({ f }) { return f.extra?.now > 1; }'],
  ['({ f }) { return f.extra !== undefined && f.extra.now > 1; }'],
  ['({ f }) { if (f.extra) return f.extra.now > 1; }'],
  ['({ f }) { return f.extra ? f.extra.now : 0; }'],
  ['({ candle }) { const tool = { grow(candle) { return candle.colour; } }; return tool; }'],
  [`({ candle }) { return \`\${candle ? \`candle.colour\` : 1}\`; }`],
  [': bar => limit(prices) > prices.best && bar.candle.close'],
  ['({ f }) { return "f.nothing".length + `f.nothing` /* f.nothing */; }'],
])('leaves alone what may be something else: %s', (text) => {
  expect(reading(new Function(`return { onCandle${text} }.onCandle`)())).not.toThrow();
});

it('lets a choice be of any kind of value', () => {
  class Lists extends Strategy {
    p = this.tune({ levels: choice([[1, 2], [3]]), speeds: choice([{ fast: 3 }, { slow: 9 }]) });
    override leverage(): number {
      const { p } = this;
      return this.p.levels.length + (this.p.speeds as { slow?: number }).slow! + p.levels.length;
    }
  }
  expect(() => checkReads(new Lists(), 'Lists', {})).not.toThrow();
});

it('refuses a parameter that is not declared, wherever it is read', () => {
  class Typo extends Strategy {
    p = this.tune({ fast: int(5, 50, 12), exit: { rsi: int(50, 90, 70) } });
    override leverage(): number {
      return (this.p as unknown as Record<string, number>).fats!;
    }
  }
  class Nested extends Typo {
    override leverage(): number {
      return (
        (this.p.exit as unknown as { ris: number }).ris + (this.p as unknown as { exit: { ris: number } }).exit.ris
      );
    }
  }
  expect(() => checkReads(new Typo(), 'Typo', {})).toThrow(
    'STRATEGY_NAME: Typo reads this.p.fats, and there is no such parameter. Did you mean "fast"? There is: fast, exit.',
  );
  expect(() => checkReads(new Nested(), 'Nested', {})).toThrow(/Nested reads this\.p\.exit\.ris.*Did you mean "rsi"/);
});

it('follows the bar and its parts into methods of the strategy', () => {
  const refused = (helper: string, call: string) => {
    const made = new Function(
      'Strategy',
      `return class Helped extends Strategy { onCandle(bar) { const { f, candle } = bar; ${call} } ${helper} }`,
    )(Strategy) as new () => Strategy;
    return () => checkReads(new made(), 'Helped', declared);
  };
  expect(refused('isUp(f) { return f.fsat.now > 0 }', 'if (this.isUp(f)) this.enter.long()')).toThrow(
    /STRATEGY_NAME: Helped\.isUp reads f\.fsat, and there is no such feature\. Did you mean "fast"/,
  );
  expect(refused('isUp(n = [1, 2], { f: g }) { return g.slwo.now > n }', 'this.isUp(5, bar)')).toThrow(/reads g\.slwo/);
  expect(refused('isUp(bar) { return this.isOn(1, bar.f) } isOn(n, f) { return f.slwo }', 'this.isUp(bar)')).toThrow(
    /Helped\.isOn reads f\.slwo/,
  );
  expect(refused('last(c) { return c.colour }', 'this.last(candle)')).toThrow(
    /Helped\.last reads c\.colour.*There is: time/,
  );
  // What is handed something else, or hands itself on, is left alone.
  expect(refused('isUp(f) { return f.anything.now > 0 }', 'this.isUp({ anything: 1 })')).not.toThrow();
  expect(
    refused('isUp(f, n) { return n > 0 && f.fast.now > 0 && this.isUp(f, n - 1) }', 'this.isUp(f, 3)'),
  ).not.toThrow();
  expect(refused('isUp(x) { return x.map((f) => f.size) }', 'this.isUp(bar.store, f)')).not.toThrow();
});

it('refuses signals that are not called, and crossings of numbers', () => {
  expect(
    reading(new Function('return { onCandle({ f }) { if (f.fast.now > 3) this.enter.long; } }.onCandle')()),
  ).toThrow(
    /STRATEGY_SIGNAL: Mine\.onCandle names this\.enter\.long without calling it\. Write this\.enter\.long\(\)\./,
  );
  expect(
    reading(new Function('return { onCandle({ f }) { if (f.fast.now) {} else this.exit.short\n } }.onCandle')()),
  ).toThrow(/this\.exit\.short without/);
  expect(
    reading(new Function('return { onCandle({ f }) { return crossedAbove(f.fast.now, 3); } }.onCandle')()),
  ).toThrow(/STRATEGY_NAME: Mine\.onCandle asks crossedAbove of f\.fast\.now, a number\..*crossedAbove\(f\.fast, …\)/);
  const fine = `return { onCandle({ f }) {
    const go = f.fast.now > 0 ? this.enter.long : this.enter.short;
    go({ tag: 'x' });
    if (crossedBelow(f.fast, f.fast.now) || crossedAbove(f.bb.upper, 3)) this.exit.long();
  } }.onCandle`;
  expect(reading(new Function(fine)())).not.toThrow();
});

it('says where series are declared that they have no values there', () => {
  expect(() => (candles.close as unknown as { now: number }).now > 3).toThrow(/STRATEGY_FEATURES: \.now of a series/);
});

it('follows methods that are private, and only where they are handed the bar or a part of it', () => {
  const views = { rise: 1 };
  class Mine extends Strategy {
    override onCandle({ f }: Bar<this>): void {
      if (this.#isUp(f as never, { deep: true }) && this.#other(views)) this.enter.long();
    }
    #isUp(g: { fsat: { now: number } }, { deep }: { deep: boolean }): boolean {
      if (deep) return g.fsat.now > 3;
      return false;
    }
    #other(f: { rise: number }): boolean {
      return f.rise > 0;
    }
  }
  expect(() => checkReads(new Mine(), 'Mine', declared)).toThrow(
    /Mine\.#isUp reads g\.fsat, and there is no such feature\. Did you mean "fast"\?/,
  );
  class Fine extends Strategy {
    override onCandle({ f }: Bar<this>): void {
      if (this.#isUp(f as never)) this.enter.long();
    }
    #isUp(g: { fast: { now: number } }): boolean {
      return g.fast.now > 3;
    }
  }
  expect(() => checkReads(new Fine(), 'Fine', declared)).not.toThrow();
});
