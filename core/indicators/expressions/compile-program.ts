import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { OPERATIONS, type Program } from './program.ts';

type Binder = (
  state: Float64Array,
  inputs: readonly Column[],
  output: Column,
  numbers: readonly number[],
) => Kernel['advance'];

interface Compiled {
  readonly bind: Binder;
  readonly numbers: readonly number[];
  readonly size: number;
}

/** Loops by their text: expressions that differ only in their constants share one, so that a search over thresholds compiles once. */
const loops = new Map<string, Binder>();
const MOST_LOOPS = 1000;

/**
 * One loop for a whole expression: no column is written but the last, and each step is a local. The text is made of the operations' own
 * texts and counters only; constants come in an array.
 */
export function compileProgram(program: Program): Compiled {
  const lines: string[] = [];
  const numbers: number[] = [];
  const inputs = new Set<number>();
  let size = 0;
  program.forEach(([name, ...rest], k) => {
    const operation = OPERATIONS[name]!;
    const operands = rest.slice(0, operation.operands).map((at) => `t${at}`);
    const literals = rest.slice(operation.operands);
    if (name === 'x') {
      inputs.add(literals[0]!);
      lines.push(`const t${k} = v${literals[0]}[i - b${literals[0]}];`);
    } else if (name === 'const') {
      lines.push(`const t${k} = n${numbers.length};`);
      numbers.push(literals[0]!);
    } else if (operation.text) {
      const [a = '', b = '', c = ''] = operands;
      lines.push(`const t${k} = ${operation.text(a, b, c)};`);
    } else {
      const text = operation.stateful!(
        `t${k}`,
        operands,
        size,
        literals.map((n) => String(n)),
      );
      lines.push(`let t${k}; ${text}`);
      size += operation.size!(literals);
    }
  });
  const hoisted = [...inputs].map((k) => `const v${k} = inputs[${k}].values, b${k} = inputs[${k}].base;`);
  const text = `
    const fin = (x) => x === Infinity || x === -Infinity ? NaN : x;
    ${numbers.map((_, k) => `const n${k} = numbers[${k}];`).join(' ')}
    return function advance(from, to) {
      const s = state, w = output.values, wb = output.base;
      ${hoisted.join(' ')}
      for (let i = from; i < to; i++) {
        ${lines.join('\n')}
        w[i - wb] = t${program.length - 1};
      }
    };`;
  let bind = loops.get(text);
  if (!bind) {
    if (loops.size >= MOST_LOOPS) loops.clear();
    bind = new Function('state', 'inputs', 'output', 'numbers', text) as Binder;
    loops.set(text, bind);
  }
  return { bind, numbers, size };
}
