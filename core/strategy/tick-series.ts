import type { TickFeatureOutputs } from './tick-feature-outputs.ts';

/** What a strategy sees of a streaming feature: its numbers as of now. */
export type TickView<N extends string> = N extends keyof TickFeatureOutputs
  ? Readonly<Record<TickFeatureOutputs[N], number>>
  : Readonly<Record<string, number>>;

/** A declared feature of trades and books, by the name of its module: it has no values, only says which they are. */
export class TickSeries<N extends string = string> {
  /** Type only: what `this.f` and `bar.f` hold in its place. */
  declare readonly view: TickView<N>;
  readonly name: N;
  readonly options: Readonly<Record<string, unknown>>;

  constructor(name: N, options: Readonly<Record<string, unknown>>) {
    this.name = name;
    this.options = options;
  }
}
