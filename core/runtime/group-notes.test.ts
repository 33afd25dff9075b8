import { expect, it } from 'vitest';
import { groupNotes } from './group-notes.ts';

it('says once what is true of several pairs, where it was said first', () => {
  const notes = ['A/B: no marks', 'a market', 'A/B:B: no marks', 'A/B:B: no funding', 'C/B: no marks', 'x: no marks'];
  expect(groupNotes(notes, ['A/B', 'A/B:B', 'C/B'])).toEqual([
    'A/B, A/B:B, C/B: no marks',
    'a market',
    'A/B:B: no funding',
    'x: no marks',
  ]);
});
