import { expect, it } from 'vitest';
import type { PredictionScores } from '../../ml/scores/prediction-scores.ts';
import { broughtFrom } from '../../ml/store/model-document.ts';
import { type BlockReport, learningNotes } from './learning-report.ts';
import type { Training } from './training-log.ts';

const training = (more: Partial<Training>): Training => ({ block: 'brain', pairs: ['A/B'], at: 0, from: 1, ...more });
const noteOf = (
  trainings: readonly Training[],
  scores: Partial<PredictionScores> = {},
  more: Partial<BlockReport> = {},
): string =>
  learningNotes([
    {
      ...more,
      block: 'brain',
      pair: 'A/B',
      trainings,
      scores: { auc: 0.5, accuracy: 0.5, upShare: 0.5, moved: 10, ...scores } as PredictionScores,
    } as BlockReport,
  ])[0]!;

it('tells trainings on drift, shadow runs that were lost and models put back apart', () => {
  const note = noteOf([
    training({ hash: 'a' }),
    training({ hash: 'b', cause: 'adwin found a change in its errors' }),
    training({ hash: 'c', verdict: 'worse', failure: 'it did worse' }),
    training({ hash: 'a', cause: 'the model before is put back', verdict: 'put-back' }),
    training({ failure: 'one class only' }),
  ]);
  expect(note).toBe(
    'brain on A/B: 3 trainings (1 after drift), 1 of them worse in shadow runs and not taken, the model before put back once, ' +
      'out of sample AUC 0.500, hits 50.0 % of 10 moves (50.0 % went up); ' +
      '1 window taught nothing, the model before went on (one class only)',
  );
});

it('adds the rank correlation across pairs where one model serves several', () => {
  expect(noteOf([training({ hash: 'a' })], { icAcross: 0.0312 })).toMatch(
    /went up\), rank correlation across pairs 0.031$/,
  );
});

it('says that a model from a file may have seen the rows that it is judged on', () => {
  expect(noteOf([training({ hash: 'a' })], {}, { file: 'x.json' })).toMatch(
    /; learned elsewhere \(x.json\): whether it has seen these rows is not known$/,
  );
  expect(broughtFrom({ file: 'x.json', classes: [0, 1] })).toBe('x.json');
  expect(broughtFrom({ trees: 3 })).toBeNull();
});
