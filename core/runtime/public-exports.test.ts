import { describe, expect, it } from 'vitest';
import * as entry from '../../index.ts';
import { FEATURES } from '../indicators/library.ts';
import { exportOfFeature, namesIn, publicExport, publicNames } from './public-exports.ts';

describe('the public exports', () => {
  it('are all found in the text of the index files', () => {
    const found = publicNames();
    expect(Object.keys(entry).filter((name) => !found.includes(name))).toEqual([]);
    expect(found.filter((name) => !(name in entry))).toEqual([]);
  });

  it('say where a name comes from, and what it is called there', () => {
    expect(publicExport('ema')?.url).toMatch(/core\/indicators\/overlap\/ema\.ts$/);
    expect(publicExport('barrierLabels')?.name).toBe('tripleBarrier');
    expect(namesIn('a, type B, c as d,')).toEqual([
      { name: 'a', as: 'a' },
      { name: 'c', as: 'd' },
    ]);
  });

  it('name every built-in feature, so that a run knows it without loading the library', () => {
    for (const [name, { feature }] of FEATURES)
      expect((entry as Record<string, unknown>)[exportOfFeature(name)], name).toBe(feature);
  });
});
