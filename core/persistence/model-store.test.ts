import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelStore, type Versioned } from './model-store.ts';

interface Tiny extends Versioned {
  readonly weight: number;
}

let folder: string;
let store: ModelStore<Tiny>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-store-'));
  store = new ModelStore<Tiny>(join(folder, 'models'), {
    encode: (model) => Buffer.from(JSON.stringify(model)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Tiny,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));
const keep = (name: string, weight: number) => store.keep({ name, version: 0, weight });
const kept = () => store.list().map(({ name, version, isPromoted }) => `${name}@${version}${isPromoted ? '*' : ''}`);

describe('the model store', () => {
  it('is empty before anything is kept', () => {
    expect(store.list()).toEqual([]);
    expect(() => store.get('btc')).toThrow(/MODEL_UNKNOWN.*tidegate train/);
  });

  it('counts versions up and finds them', () => {
    expect(keep('btc', 1).version).toBe(1);
    expect(keep('btc', 2).version).toBe(2);
    for (let k = 3; k <= 10; k++) keep('btc', k);
    expect(store.get('btc').model).toEqual({ name: 'btc', version: 10, weight: 10 });
    expect(store.get('btc@2').model.weight).toBe(2);
    expect(store.get('btc@latest').model.weight).toBe(10);
    expect(() => store.get('btc@11')).toThrow(/MODEL_UNKNOWN.*It has version 1, 2, 3/);
    expect(() => store.get('btx')).toThrow(/Did you mean "btc"/);
    expect(() => store.get('btc@promoted')).toThrow(/MODEL_UNKNOWN/);
  });

  it('uses the promoted version where none is named, and keeps it from being removed', () => {
    keep('btc', 1);
    keep('btc', 2);
    store.promote('btc@1');
    expect(store.get('btc').model.weight).toBe(1);
    expect(kept()).toEqual(['btc@1*', 'btc@2']);
    expect(() => store.remove('btc')).toThrow(/MODEL_PROMOTED/);
    store.promote('btc@2');
    store.remove('btc@1');
    store.remove('btc@2', true);
    expect(kept()).toEqual([]);
  });

  it('does not use the number of a removed version for another while later ones are there', () => {
    keep('btc', 1);
    keep('btc', 2);
    store.remove('btc@1');
    expect(keep('btc', 3).version).toBe(3);
  });

  it('moves models as files', () => {
    keep('btc', 7);
    const bytes = store.export('btc');
    expect(store.import(bytes, 'file')).toEqual({ name: 'btc', version: 2, weight: 7 });
    expect(store.import(bytes, 'file', 'eth')).toEqual({ name: 'eth', version: 1, weight: 7 });
  });

  it('leaves nothing behind when a model cannot be written, and passes over what is no model', () => {
    const failing = new ModelStore<Tiny>(join(folder, 'models'), {
      encode: () => {
        throw new Error('no bytes');
      },
      decode: () => ({ name: 'x', version: 1, weight: 1 }),
    });
    expect(() => failing.keep({ name: 'btc', version: 0, weight: 1 })).toThrow('no bytes');
    expect(readdirSync(join(folder, 'models', 'btc'))).toEqual([]);
    writeFileSync(join(folder, 'models', 'btc', 'notes.txt'), 'hello');
    expect(store.list()).toEqual([]);
  });

  it.each(['', '../x', '.hidden', 'a b', 'a@b', 'a/b'])('refuses the name %j', (name) => {
    expect(() => keep(name, 1)).toThrow(/MODEL_NAME/);
    expect(() => store.get(name)).toThrow(/MODEL_UNKNOWN/);
  });
});
