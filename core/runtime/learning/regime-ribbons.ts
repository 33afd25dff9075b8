import type { Series } from '../../indicators/series.ts';
import type { RegimeRibbon } from '../../report/sections/regime-ribbon.ts';
import type { Prepared } from '../prepare.ts';
import type { LearnedNode } from './learned-run.ts';

/** The state of each regime of a run over its traded candles: as the strategy shows it (hysteresis and all) where it does, else as learned. */
export function regimeRibbons({ learned, pairs, strategies, plan }: Prepared): RegimeRibbon[] {
  if (!learned) return [];
  return [...learned.nodes.values()].flatMap((node): RegimeRibbon[] => {
    const { ref, market } = node;
    if (typeof ref === 'string' || ref.kind !== 'regime') return [];
    const pair = pairs.find((p) => p.pair === market.symbol)!;
    const shown = strategies
      .flatMap(({ features }) => [...(features.get(market.symbol)?.series ?? [])])
      .find(([name, series]) => /(^|\.)state$/.test(name) && comesFrom(series, node));
    const column = plan.add(shown?.[1] ?? node.outputs[0]!).values;
    return [
      {
        block: ref.name,
        pair: market.symbol,
        states: learned.states(ref),
        time: pair.grid.available.values.slice(pair.startRow),
        state: column.slice(pair.startRow, pair.candles.length),
      },
    ];
  });
}

function comesFrom({ node }: Series, { outputs }: LearnedNode): boolean {
  if (node === outputs[0]!.node) return true;
  return node.kind === 'feature' && node.inputs.some((input) => comesFrom(input, { outputs } as LearnedNode));
}
