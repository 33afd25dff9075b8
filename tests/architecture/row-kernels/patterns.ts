import { CANDLE_SETTINGS, type CandleSetting } from '../../../core/indicators/patterns/candle-view.ts';
import { asF64, asI32 } from './conversions.ts';
import { LOOP_PARAMETERS, type Row } from './features.ts';
import type { Program } from './program.ts';
import { type Code, fail, type Node, Scope } from './scope.ts';

/** Bytes that the columns' addresses lie before the row: loads take only forward distances. */
const BEFORE = 128;
/** Slots of sums at the beginning of a pattern's state, as `definePattern` has them. */
const SUMS = 12;

/** One number of a candle. */
export function candleAt(column: string, place: Code): string {
  const shifted = /^\((\w+) - (\d+)\)$/.exec(asI32(place));
  const [row, back] = shifted ? [shifted[1]!, Number(shifted[2])] : [asI32(place), 0];
  return `load<f64>(${column} + (<usize>(${row}) << 3), ${BEFORE - 8 * back})`;
}

/** The methods of a candle view, written out so that their places stay constants; no branches. */
export function candleMethod(name: string, values: readonly Code[], scope: Scope): Code {
  for (const column of ['vo', 'vh', 'vl', 'vc']) scope.find(column);
  const [o, h, l, c] = ['vo', 'vh', 'vl', 'vc'].map((column) => (k: number) => candleAt(column, values[k]!)) as [
    (k: number) => string,
    (k: number) => string,
    (k: number) => string,
    (k: number) => string,
  ];
  const isWhite = (k: number) => `(${c(k)} >= ${o(k)})`;
  const top = (k: number) => `higher(${c(k)}, ${o(k)})`;
  const bottom = (k: number) => `lower(${c(k)}, ${o(k)})`;
  const number = (text: string): Code => ({ text, kind: 'f64' });
  const test = (text: string): Code => ({ text, kind: 'bool' });
  switch (name) {
    case 'body':
      return number(`abs<f64>(${c(0)} - ${o(0)})`);
    case 'range':
      return number(`(${h(0)} - ${l(0)})`);
    case 'isWhite':
      return test(isWhite(0));
    case 'isBlack':
      return test(`(${c(0)} < ${o(0)})`);
    case 'color':
      return { text: `(2 * <i32>${isWhite(0)} - 1)`, kind: 'i32' };
    case 'top':
      return number(top(0));
    case 'bottom':
      return number(bottom(0));
    case 'upperShadow':
      return number(`(${h(0)} - ${top(0)})`);
    case 'lowerShadow':
      return number(`(${bottom(0)} - ${l(0)})`);
    case 'isBodyGapUp':
      return test(`(${bottom(0)} > ${top(1)})`);
    case 'isBodyGapDown':
      return test(`(${top(0)} < ${bottom(1)})`);
    case 'isGapUp':
      return test(`(${l(0)} > ${h(1)})`);
    case 'isGapDown':
      return test(`(${h(0)} < ${l(1)})`);
    default:
      return fail(`candle view's ${name}`);
  }
}

/** A threshold that the pattern asks for: the name of its variable. */
export function threshold(values: readonly Code[], program: Program): Code {
  const found = program.pattern ?? fail('a threshold outside a pattern');
  const [setting, shift] = values;
  const name = `t${found.thresholds.length}`;
  found.thresholds.push({ setting: setting!.text as CandleSetting, shift: Number(shift!.text) });
  found.scope.add(name, { text: name, kind: 'f64' });
  program.note(name, 'f64');
  return { text: name, kind: { object: 'Threshold' } };
}

function measure(kind: number, back: number): string {
  const [o, h, l, c] = ['vo', 'vh', 'vl', 'vc'].map((column) =>
    candleAt(column, { text: back === 0 ? 'i' : `(i - ${back})`, kind: 'i32' }),
  );
  if (kind === CANDLE_SETTINGS.near[0]) return `(${h} - ${l})`;
  if (kind === CANDLE_SETTINGS.bodyLong[0]) return `abs<f64>(${c} - ${o})`;
  return `((${h} - higher(${c}, ${o})) + (lower(${c}, ${o}) - ${l}))`;
}

const isHalved = (setting: CandleSetting) => CANDLE_SETTINGS[setting][0] === CANDLE_SETTINGS.shadowShort[0];

/** Translates one pattern into the loop of that number; returns the option that it reads. */
export function pattern(spec: Node, program: Program, index: number): Row {
  const value = (name: string): Node | undefined => spec.properties.find((p: Node) => p.key?.value === name)?.value;
  const whole = (name: string) => value(name)?.value ?? 0;
  const make = spec.properties.find((p: Node) => p.key?.value === 'make');
  const maker: Node = make.type === 'MethodProperty' ? make : make.value;
  const scope = new Scope();
  for (const name of ['vo', 'vh', 'vl', 'vc']) {
    scope.add(name, { text: name, kind: 'numbers' });
    program.note(name, 'numbers');
  }
  scope.add('penetration', { text: 'penetration', kind: 'f64' });
  program.note('penetration', 'f64');
  program.pattern = { scope, thresholds: [] };
  const lines: string[] = [
    `top = arena; state = states + ${8 * (1 + SUMS)};`,
    'const penetration = load<f64>(options);',
  ];
  program.preamble = lines;
  program.owned = [];
  const step = program.inline(maker, [{ type: 'Identifier', value: 'parts' }], scope);
  program.preamble = undefined;
  if (typeof step.kind !== 'object' || !('lifted' in step.kind)) return fail('no step');
  const { name, captured, returns } = step.kind.lifted;
  const { thresholds } = program.pattern;
  program.pattern = undefined;
  const rows = (setting: CandleSetting) => CANDLE_SETTINGS[setting][1] as number;
  const warmup = Math.max(whole('candles'), ...thresholds.map((t) => t.shift + rows(t.setting))) + whole('extra');
  const first = warmup - whole('prelude');
  const sums = thresholds.flatMap((t, j) => (rows(t.setting) > 0 ? [j] : []));
  const each = (write: (j: number) => string, js = sums) => js.map(write).join('\n');
  const called = asF64({ text: `${name}(${['i', ...captured].join(', ')})`, kind: returns });
  program.emit(`export function row${index}(${LOOP_PARAMETERS}): void {
${lines.join('\n')}
${['vo', 'vh', 'vl', 'vc'].map((column, k) => `const ${column}: usize = load<usize>(columns, ${4 * k}) - ${BEFORE};`).join('\n')}
const w = load<usize>(columns, 16);
let k = <i32>load<f64>(states);
${each((j) => `let s${j} = load<f64>(states, ${8 * (1 + j)});`)}
for (let i = 0; i < count; i++) {
  const sum = ${['vo', 'vh', 'vl', 'vc'].map((column) => candleAt(column, { text: 'i', kind: 'i32' })).join(' + ')};
  if (sum != sum) {
    if (k != 0) { memory.fill(states, 0, <usize>size << 3); k = 0; ${each((j) => `s${j} = 0;`)} }
    store<f64>(w + (<usize>i << 3), NaN);
    continue;
  }
  if (k < ${first}) {
    store<f64>(w + (<usize>i << 3), NaN);
  } else {
    if (k == ${first}) {
${each((j) => {
  const { setting, shift } = thresholds[j]!;
  const backs = Array.from({ length: rows(setting) }, (_, q) => shift + rows(setting) - q);
  return `s${j} = 0; ${backs.map((b) => `s${j} += ${measure(CANDLE_SETTINGS[setting][0], b)};`).join(' ')}`;
})}
    }
${each(
  (j) => {
    const { setting, shift } = thresholds[j]!;
    const [kind, count, factor] = CANDLE_SETTINGS[setting];
    const sum = count === 0 ? measure(kind, shift) : `(s${j} / ${count})`;
    return `const t${j}: f64 = <f64>${factor} * ${sum}${isHalved(setting) ? ' / 2' : ''};`;
  },
  thresholds.map((_, j) => j),
)}
    const value = ${called};
    store<f64>(w + (<usize>i << 3), k < ${warmup} ? NaN : value);
${each((j) => {
  const { setting, shift } = thresholds[j]!;
  const [kind, count] = CANDLE_SETTINGS[setting];
  return `s${j} = s${j} + (${measure(kind, shift)} - ${measure(kind, shift + count)});`;
})}
  }
  k++;
}
${each((j) => `store<f64>(states, s${j}, ${8 * (1 + j)});`)}
store<f64>(states, <f64>k);
}`);
  return { name: value('name')!.value, options: ['penetration'] };
}
