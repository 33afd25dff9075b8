import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const made = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(made, { recursive: true }));

/** Runs `npm run test:vectors` over a folder. */
function run(folder: string, ...only: string[]) {
  const out = join(made, 'out.jsonl');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../vectors/run.ts', import.meta.url)), ...only],
    { encoding: 'utf8', env: { ...process.env, TIDEGATE_VECTORS: folder, TIDEGATE_VECTORS_OUT: out } },
  );
  return { status, stderr, lines: stdout.trim().split('\n'), out };
}

const pnl = { fn: 'TRADE_METRICS', params: {}, input: { pnl: [2, -1, 3] }, rtol: 1e-9, atol: 1e-10 };
const metrics = (cases: unknown, more: object = {}) => ({ meta: { group: 'metrics' }, cases, ...more });

it('names every file and case that it cannot judge, and runs the others all the same', () => {
  const folder = join(made, 'odd');
  mkdirSync(folder);
  const files: Readonly<Record<string, unknown>> = {
    'case-null': metrics([null, { ...pnl, id: 'good', expected: { trades: 3 } }]),
    'expects-nothing': metrics([{ ...pnl, id: 'a', expected: {} }]),
    'count-as-text': metrics([{ ...pnl, id: 'a', expected: { trades: 3 } }], { count: '2' }),
    'no-cases': metrics([]),
    'no-id': metrics([{ ...pnl, expected: { trades: 3 } }]),
    'no-object': [],
    'no-scenarios': { scenarios: [] },
    'other-count': metrics([{ ...pnl, id: 'a', expected: { trades: 3 } }], { count: 2 }),
    'train-nothing': { meta: { task: 'binary' }, train: {}, test: {}, expected: {} },
    'unknown-function': metrics([{ ...pnl, id: 'a', fn: 'constructor', expected: { trades: 3 } }]),
    'unknown-function-of-exchange-math': {
      meta: { group: 'exchange_math' },
      cases: [
        { ...pnl, id: 'a', expected: { trades: 3 } },
        { id: 'b', fn: 'PNL', expected: { a: 1 } },
      ],
    },
    'unknown-group': { meta: { group: 'toString' }, cases: [{ ...pnl, id: 'a', expected: { trades: 3 } }] },
    'unknown-output': metrics([{ ...pnl, id: 'a', expected: { trades: 3, novel: null } }]),
    'wrong-number': metrics([{ ...pnl, id: 'a', expected: { trades: 4 } }]),
  };
  for (const [name, file] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(file));
  writeFileSync(join(folder, 'no-text.json'), '');
  const { status, stderr, lines, out } = run(folder);
  expect(stderr).toBe('');
  expect(lines).toEqual([
    'case-null.json: 1 passed, 1 failed',
    '  cases[0]: a case is an object',
    'count-as-text.json: 1 passed, 1 failed',
    '  count-as-text.json: the file states 2 cases, 1 were run',
    'expects-nothing.json: 0 passed, 1 failed',
    '  a: the case has no expected value',
    'no-cases.json: 0 passed, 1 failed',
    '  no-cases.json: no cases in a file of group metrics',
    'no-id.json: 1 passed, 0 failed',
    'no-object.json: 0 passed, 1 failed',
    '  no-object.json: not a vector file: its JSON is no object',
    'no-scenarios.json: 0 passed, 1 failed',
    '  no-scenarios.json: no scenarios in it',
    'no-text.json: 0 passed, 1 failed',
    '  no-text.json: not JSON: Unexpected end of JSON input',
    'other-count.json: 1 passed, 1 failed',
    '  other-count.json: the file states 2 cases, 1 were run',
    'train-nothing.json: 0 passed, 1 failed',
    "  train-nothing: threw: Cannot read properties of undefined (reading '0')",
    'unknown-function-of-exchange-math.json: 0 passed, 1 failed, 1 pending (risk and sizing)',
    '  a: no handler for exchange_math TRADE_METRICS',
    'unknown-function.json: 0 passed, 1 failed',
    '  a: no handler for metrics constructor',
    'unknown-group.json: 0 passed, 1 failed',
    '  unknown-group.json: no handler for this file: its meta.group is not known',
    'unknown-output.json: 0 passed, 1 failed',
    '  a: novel: not computed',
    'wrong-number.json: 0 passed, 1 failed',
    '  a: trades: 3 instead of 4',
    '4 passed, 14 failed, 1 skipped',
  ]);
  expect(status).toBe(1);
  const computed = readFileSync(out, 'utf8').trim().split('\n');
  expect(JSON.parse(computed.find((line) => line.includes('no-id.json'))!)).toMatchObject({
    id: 'cases[0]',
    computed: { trades: 3, net_profit: 4 },
  });
});

it('does not take a folder that is not there, or a name that no file has, for success', () => {
  expect(run(join(made, 'absent'))).toMatchObject({ status: 1 });
  const folder = join(made, 'one');
  mkdirSync(folder);
  expect(run(folder)).toMatchObject({ status: 1 });
  writeFileSync(join(folder, 'a.json'), JSON.stringify(metrics([{ ...pnl, id: 'a', expected: { trades: 3 } }])));
  expect(run(folder)).toMatchObject({ status: 0 });
  expect(run(folder, 'metrix')).toMatchObject({
    status: 1,
    lines: [`no vector file whose name holds metrix in ${folder}`, '0 passed, 1 failed, 0 skipped'],
  });
});
