import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { expect, it } from 'vitest';

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: never;
  options: object;
};

it('catches a planted import that goes up', async () => {
  const baseDir = fileURLToPath(new URL('../fixtures/arrows', import.meta.url));
  const { output } = await cruise(['core'], { ruleSet: { forbidden }, validate: true, ...options, baseDir });
  if (typeof output === 'string') throw new Error(output);
  expect(output.summary.violations.map((v) => `${v.rule.name}: ${v.from}`)).toContain(
    'core-foundation: core/foundation/upward.ts',
  );
});
