import type { Command } from 'commander';
import { addRunOptions, configOf, type RunFlags } from './run-options.ts';

/** `tidegate config` */
export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .description('show the merged configuration, or its schema')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate config show -c user_data/config.yaml\n  tidegate config schema > tidegate.schema.json\n',
    );
  addRunOptions(
    config
      .command('show')
      .description('what files, environment (TIDEGATE__A__B) and flags add up to, defaults included'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  TIDEGATE__COSTS__SPREAD_BPS=2 tidegate config show -c base.yaml -c mine.yaml\n',
    )
    .action(async (flags: RunFlags) => {
      const { stringify } = await import('yaml');
      process.stdout.write(stringify(await configOf(flags)));
    });
  config
    .command('schema')
    .description('JSON schema of the configuration, for editors')
    .addHelpText('after', '\nExample:\n  tidegate config schema > tidegate.schema.json\n')
    .action(async () => {
      const { configJsonSchema } = await import('../config/load.ts');
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
}
