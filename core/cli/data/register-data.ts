import type { Command } from 'commander';
import { registerExport } from './export.ts';
import { registerImport } from './import.ts';
import { registerList } from './list.ts';
import { registerResample } from './resample.ts';
import { registerSynth } from './synth.ts';
import { registerValidate } from './validate.ts';

/** Adds `tidegate data …`. The heavy parts are loaded when a command runs, never for `--help`. */
export function registerData(program: Command): void {
  const data = program
    .command('data')
    .description('stored market data: list, import, validate, resample, export, make synthetic')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data list\n  tidegate data import prices.csv --pair BTC/USDT --timeframe 1h\n  tidegate data validate\n  tidegate data synth --seed 42 --days 365\n',
    );
  registerList(data);
  registerImport(data);
  registerValidate(data);
  registerResample(data);
  registerExport(data);
  registerSynth(data);
}
