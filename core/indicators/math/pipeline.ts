import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';

/** Rows that one pass handles: few enough that the scratch columns stay in the first-level cache. */
const BLOCK = 512;
/** Rows that are moved faster at once than one by one. */
const LONG_TAIL = 64;

/** A column between two stages of a pipeline, with the rows before the current block that its readers look back to. */
export interface Scratch extends Column {
  readonly lookback: number;
}

/** A scratch column whose readers look back `lookback` rows. */
export function scratch(lookback: number): Scratch {
  return { values: new Float64Array(lookback + BLOCK).fill(Number.NaN), base: 0, lookback };
}

/**
 * Runs kernels one after another over blocks of rows, each reading what the ones before wrote into scratch columns: an indicator of
 * indicators. Its state is the stages' states and the tails of the scratch columns, so it saves and loads like any other kernel.
 * Nothing is allocated per call.
 */
export function pipeline(stages: readonly Kernel[], columns: readonly Scratch[]): Kernel {
  const parts = [...stages.map((stage) => stage.state), ...columns.map((c) => c.values.subarray(0, c.lookback))];
  const state = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  save();
  return {
    state,
    advance(from, to) {
      load();
      for (let a = from; a < to; a += BLOCK) {
        const b = Math.min(to, a + BLOCK);
        for (let k = 0; k < columns.length; k++) columns[k]!.base = a - columns[k]!.lookback;
        for (let k = 0; k < stages.length; k++) stages[k]!.advance(a, b);
        for (let k = 0; k < columns.length; k++) {
          keepTail(columns[k]!, b - a);
        }
      }
      save();
    },
  };

  function load(): void {
    let at = 0;
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      for (let j = 0; j < part.length; j++) part[j] = state[at++]!;
    }
  }

  function save(): void {
    let at = 0;
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      for (let j = 0; j < part.length; j++) state[at++] = part[j]!;
    }
  }
}

/** Moves the last rows that readers look back to, `by` rows to the left. A live row has few to move: a call of copyWithin costs more. */
function keepTail({ values, lookback }: Scratch, by: number): void {
  if (lookback > LONG_TAIL) values.copyWithin(0, by, by + lookback);
  else for (let j = 0; j < lookback; j++) values[j] = values[j + by]!;
}

/** Copies its input but writes NaN for the first `rows` values after each restart: what comes next starts that much later. */
export function delayStart(rows: number, input: Column, output: Column): Kernel {
  const state = new Float64Array(1);
  return {
    state,
    advance(from, to) {
      let count = state[0]!;
      for (let i = from; i < to; i++) {
        const x = input.values[i - input.base]!;
        count = Number.isNaN(x) ? 0 : count + 1;
        output.values[i - output.base] = count > rows ? x : Number.NaN;
      }
      state[0] = count;
    },
  };
}
