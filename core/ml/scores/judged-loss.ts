import type { Dataset, Predictions } from '../../ports/learning-modules.ts';
import { icAcross } from './ic-across.ts';
import { predictionScores } from './prediction-scores.ts';

/** What a search of options lessens, and what it is called. */
export interface JudgedLoss {
  readonly name: string;
  /** Less is better; NaN where it is not defined. */
  readonly of: (said: Predictions, rows: Pick<Dataset, 'target' | 'availableAt'>) => number;
}

/**
 * By what predictions are judged: log loss for directions, 1 less the rank correlation for real-valued labels. Of a model that `ranks` that
 * correlation is taken among the rows of one time, the mean over times: it was never asked what the whole market does.
 * @param classes of the label: 0 real-valued, 2 or 3
 */
export function judgedLoss(classes: number, ranks: boolean): JudgedLoss {
  if (ranks)
    return {
      name: '1 - information coefficient across pairs',
      of: ({ direction }, { target, availableAt }) => 1 - icAcross(direction, target, availableAt),
    };
  if (classes === 0)
    return {
      name: '1 - information coefficient',
      of: (said, { target }) => 1 - predictionScores(said, target, classes).ic,
    };
  return { name: 'log loss', of: (said, { target }) => predictionScores(said, target, classes).logLoss };
}
