import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';

/** Fewer modules than this means that the check saw nothing, not that all is well. */
const LEAST_MODULES = 150;

/** Checks the arrows of the house; exits 1 on a violation, or when it did not see the modules. */
const options = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: unknown[];
  options: object;
};
const { output } = await cruise(['core', 'plugins', 'strategies', 'index.ts'], {
  ruleSet: { forbidden: options.forbidden as never },
  validate: true,
  ...options.options,
});
const { modules, summary } = output as Exclude<typeof output, string>;
for (const violation of summary.violations) console.log(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
const seen = modules.filter((m) => /^(core|plugins|strategies)\//.test(m.source)).length;
console.log(`${seen} modules, ${summary.violations.length} violations`);
if (seen < LEAST_MODULES) console.log(`only ${seen} modules were seen: the check is blind`);
process.exitCode = summary.violations.length > 0 || seen < LEAST_MODULES ? 1 : 0;
