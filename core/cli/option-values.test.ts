import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../foundation/errors.ts';
import {
  choiceOf,
  lengthOf,
  listOf,
  moduleOf,
  modulesOf,
  numberOf,
  repeated,
  URL_OPTION,
  userFolderOf,
  wholeOf,
} from './option-values.ts';

describe('values of options', () => {
  it('are numbers within their range, its ends included or not', () => {
    const share = numberOf('--hold-out', { from: 0, below: 1 });
    expect([share('0'), share('0.25')]).toEqual([0, 0.25]);
    const speed = numberOf('--speed', { above: 0, to: 10_000 });
    expect([speed('0.5'), speed('10000')]).toEqual([0.5, 10_000]);
    expect(numberOf('--shift')('-3')).toBe(-3);
    expect([wholeOf('--lag', 0)('0'), wholeOf('--folds', 2, 50)('50')]).toEqual([0, 50]);
  });

  it.each([
    [numberOf('--hold-out', { from: 0, below: 1 }), '1', '--hold-out cannot be "1". Give a number from 0 and below 1.'],
    [numberOf('--hold-out', { from: 0, below: 1 }), '-0.1', '--hold-out cannot be "-0.1".'],
    [numberOf('--speed', { above: 0, to: 10 }), '0', '--speed cannot be "0". Give a number above 0 to 10.'],
    [numberOf('--speed', { above: 0, to: 10 }), '11', '--speed cannot be "11".'],
    [wholeOf('--epochs', 1), '1.5', '--epochs cannot be "1.5". Give a whole number from 1.'],
    [wholeOf('--epochs', 1), '0', '--epochs cannot be "0".'],
    [wholeOf('--folds', 2, 50), '51', '--folds cannot be "51". Give a whole number from 2 to 50.'],
    [numberOf('--fee'), '', '--fee cannot be "". Give a number.'],
    [numberOf('--fee'), ' ', '--fee cannot be " ".'],
    [numberOf('--fee'), 'Infinity', '--fee cannot be "Infinity".'],
    [numberOf('--fee'), '1%', '--fee cannot be "1%".'],
  ])('are refused outside of it (%#)', (read, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(`USAGE_NUMBER: ${message}`);
  });

  it('are lengths of time in ms', () => {
    const read = lengthOf('--train');
    expect(['90m', '36h', '1.5d', ' 2w '].map(read)).toEqual([5_400_000, 129_600_000, 129_600_000, 1_209_600_000]);
    for (const text of ['90', 'd', '-1d', '3M', '1 d']) expect(() => read(text)).toThrow('USAGE_LENGTH: --train');
  });

  it('are one of a few words, the nearest suggested', () => {
    const read = choiceOf('--state', ['open', 'closed']);
    expect(read('closed')).toBe('closed');
    expect(() => read('close')).toThrow('USAGE_CHOICE: --state cannot be "close". Did you mean "closed"?');
    expect(() => read('x')).toThrow('It is one of open, closed.');
  });

  it('are modules by name, with options as JSON or without', () => {
    expect(modulesOf('ema:{"period":50}', modulesOf(' rsi '))).toEqual(['rsi', { name: 'ema', period: 50 }]);
    expect(moduleOf('ema:{"name":"x"}')).toEqual({ name: 'ema' });
    for (const text of ['ema:{period:50}', 'ema:[50]', 'ema:null', 'ema:'])
      expect(() => moduleOf(text)).toThrow(`USAGE_MODULE: the options in "${text}" are no JSON object.`);
  });

  it('are lists with commas, or given again', () => {
    expect(listOf(' A/B, C/D,, ')).toEqual(['A/B', 'C/D']);
    expect(repeated('b', repeated('a'))).toEqual(['a', 'b']);
  });

  it('are addresses of servers, refused before a server is asked for a minute', () => {
    const url = URL_OPTION[2];
    for (const text of ['http://127.0.0.1:8470', 'https://exchange.example/path']) expect(url(text)).toBe(text);
    for (const text of ['', 'x', 'http://', 'ftp://a', '127.0.0.1:8470', 'http://['])
      expect(() => url(text)).toThrow(`USAGE_URL: --url cannot be "${text}". Write it with http://`);
  });

  it('are user folders that are there: a mistyped one is told, with the one that was meant', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-option-'));
    try {
      mkdirSync(join(folder, 'user_data', 'strategies'), { recursive: true });
      mkdirSync(join(folder, 'usr_dat'));
      expect(userFolderOf(join(folder, 'user_data'))).toBe(join(folder, 'user_data'));
      const wrong = () => userFolderOf(join(folder, 'usr_data'));
      expect(wrong).toThrow(UsageError);
      expect(wrong).toThrow(/USAGE_USERDIR: .*Did you mean "user_data"\? "tidegate new userdir .*usr_data" makes it/);
      expect(() => userFolderOf(join(folder, 'none', 'at', 'all'))).toThrow(/USAGE_USERDIR/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
