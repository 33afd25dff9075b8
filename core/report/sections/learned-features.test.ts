import { expect, it } from 'vitest';
import { learnedFeatures } from './learned-features.ts';

const cellsOf = (markup: string) =>
  [...markup.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text!.replace(/<[^>]*>/g, ''));

it('lists features by their mean importance, with a bar for each training', () => {
  const { markup } = learnedFeatures([
    {
      block: 'brain',
      trainings: 2,
      features: [
        { name: 'idle', importance: [0.1, 0.2], weight: [] },
        { name: '<rsi>', importance: [0.9, 0.8], weight: [] },
      ],
    },
  ]);
  expect(cellsOf(markup)).toEqual(['&lt;rsi&gt;', '85.0 %', '', 'idle', '15.0 %', '']);
  expect(markup).toContain('What brain learned from');
  expect([...markup.matchAll(/height="([\d.]+)"\/>/g)].map(([, h]) => h)).toEqual(['18.0', '16.0', '2.0', '4.0']);
  expect(markup).not.toContain('Weight');
});

it('lists features by their weight where they were weighed, the last one beside the mean', () => {
  const { markup } = learnedFeatures([
    {
      block: 'brain',
      trainings: 2,
      features: [
        { name: 'a', importance: [0.7, 0.7], weight: [0.1, 0.3] },
        { name: 'b', importance: [0.3, 0.3], weight: [1, Number.NaN] },
      ],
    },
  ]);
  expect(cellsOf(markup)).toEqual(['b', '30.0 %', '1.00', '1.00', '', 'a', '70.0 %', '0.20', '0.30', '']);
});

it('shows the first twenty features and says so; a block that tells nothing has no card', () => {
  const features = Array.from({ length: 25 }, (_, k) => ({ name: `f${k}`, importance: [k / 300], weight: [] }));
  const { markup } = learnedFeatures([
    { block: 'brain', trainings: 1, features },
    { block: 'mute', trainings: 3, features: [] },
  ]);
  expect(markup.match(/<tr>/g)).toHaveLength(21);
  expect(markup).toContain('The first 20 of 25 features.');
  expect(markup).not.toContain('mute');
});
