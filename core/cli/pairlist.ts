import type { Command } from 'commander';
import { JSON_OPTION } from './option-values.ts';
import { addRunOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

interface TestFlags extends RunFlags {
  readonly time?: string;
  readonly json?: boolean;
}

/** `tidegate pairlist test` */
export function registerPairlist(program: Command): void {
  const pairlist = program
    .command('pairlist')
    .description('the chain of pair lists of a configuration')
    .addHelpText('after', '\nExample:\n  tidegate pairlist test --config user_data/config.yaml\n');
  addRunOptions(pairlist.command('test'))
    .description('ask the chain on stored data, and say what each step leaves and drops')
    .option('--time <moment>', 'as of when: 20240301, 20240301T12:00 or ms UTC; absent: the end of the stored data')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate pairlist test --config my.yaml\n  tidegate pairlist test --config my.yaml --time 20240301 --json\n',
    )
    .action(test);
}

async function test(flags: TestFlags): Promise<void> {
  const config = await configOf(flags);
  const [{ testChain }, { openData }, { loadRegistry }, { parseTimerange }] = await Promise.all([
    import('../runtime/universe/test-chain.ts'),
    import('../data/open-data.ts'),
    import('../runtime/load-registry.ts'),
    import('../config/timerange.ts'),
  ]);
  const data = await openData(dataFolder(flags, config));
  const registry = await loadRegistry({ userdir: flags.userdir, packages: config.plugins });
  const time = flags.time === undefined ? undefined : parseTimerange(`${flags.time}-`).from;
  const answer = await testChain(config, registry, data, time);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  const lines = answer.steps.map(({ name, pairs, dropped }) => {
    const gone = dropped.length === 0 ? '' : `  drops ${shortened(dropped)}`;
    return `${name.padEnd(16)} ${String(pairs.length).padStart(5)} pairs${gone}`;
  });
  const moment = new Date(answer.time).toISOString().slice(0, 16).replace('T', ' ');
  process.stdout.write(
    `As of ${moment} UTC on ${answer.exchange}, from ${answer.given.length} pairs:\n\n${lines.join('\n')}\n\n${answer.pairs.join(', ') || 'No pair is left.'}\n`,
  );
}

function shortened(pairs: readonly string[]): string {
  const most = 8;
  return pairs.length <= most ? pairs.join(', ') : `${pairs.slice(0, most).join(', ')} and ${pairs.length - most} more`;
}
