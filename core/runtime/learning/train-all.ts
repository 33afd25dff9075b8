import { modelAnswer } from '../../ml/walk/model-answer.ts';
import type { LearnedNode, LearnedRun } from './learned-run.ts';
import { trainOnCandles } from './train-candles.ts';
import { type TrainingGround, trainModels } from './train-models.ts';
import type { Training } from './training-log.ts';

/**
 * Trains nodes that learn from nothing that is still to be trained. The plan must have computed the inputs; what is learned then stands on the timelines.
 * @returns what was trained, block by block
 */
export async function trainAll(ground: TrainingGround, all: readonly LearnedNode[]): Promise<Training[]> {
  const groups = Map.groupBy(all, groupKey);
  const log: Training[] = [];
  for (const nodes of groups.values()) {
    const { ref } = nodes[0]!;
    try {
      if (typeof ref === 'string') answerFromStore(ground.run, nodes, ref);
      else if (ref.kind === 'model') log.push(...(await trainModels(ground, nodes)));
      else log.push(...(await trainOnCandles(ground, nodes[0]!)));
    } catch (error) {
      if (!ground.failed) throw error;
      ground.failed(typeof ref === 'string' ? ref : ref.name, error);
    }
  }
  return log;
}

/** Nodes that share what is learned: all pairs of a stored model or of a block for all; others stand for themselves. */
function groupKey(node: LearnedNode): unknown {
  const { ref } = node;
  const isShared = typeof ref === 'string' || (ref.kind === 'model' && ref.settings.per === 'all');
  return isShared ? ref : node;
}

/** Puts the stored models of a run on their timelines. */
export function answerStored(run: LearnedRun): void {
  const stored = [...run.nodes.values()].filter(({ ref }) => typeof ref === 'string');
  for (const [ref, nodes] of Map.groupBy(stored, (node) => node.ref as string)) answerFromStore(run, nodes, ref);
}

/** A stored model answers only for what came after its training: before, it has seen the answers. */
function answerFromStore(run: LearnedRun, nodes: readonly LearnedNode[], reference: string): void {
  const found = run.stored.get(reference);
  // It cannot be used: it has no opinion.
  if (!found) return;
  const { module, steps } = found.ready;
  const { trainedUntil } = found.document.lineage;
  for (const { timeline, hash } of nodes)
    timeline.learned.push({
      trainedAt: trainedUntil,
      from: trainedUntil,
      hash,
      answer: modelAnswer(module, { steps, calibration: null }),
    });
}
