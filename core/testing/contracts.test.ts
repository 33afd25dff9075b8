import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ExecutionModule, RiskModule, SizingModule } from '../ports/trading-modules.ts';
import { definePlugin } from '../registry/define-plugin.ts';
import { checkExecution } from './execution-contract.ts';
import { checkRisk } from './risk-contract.ts';
import { checkSizing } from './sizing-contract.ts';

const laws = (found: readonly { readonly law: string }[]) => found.map((v) => v.law).sort();
const common = { name: 'test', version: '1.0.0', doc: 'a planted fault', options: z.object({}) } as const;
const sizing = (stake: SizingModule['stake']) =>
  definePlugin({ ...common, kind: 'sizing', create: () => ({ name: 'test', stake }) });
const risk = (create: () => RiskModule) => definePlugin({ ...common, kind: 'risk', create });
const execution = (create: () => ExecutionModule) => definePlugin({ ...common, kind: 'execution', create });

describe('the contract suites find planted faults', () => {
  it('in a declaration', () => {
    const plugin = definePlugin({
      ...common,
      kind: 'sizing',
      doc: 'two\nlines',
      options: z.object({ x: z.number().default(1) }),
      create: () => ({ name: 'other', stake: () => 0 }),
    });
    expect(laws(checkSizing(plugin))).toEqual(['doc line', 'name', 'options described']);
    const strict = { ...plugin, doc: 'fine', options: z.object({ x: z.number().describe('x') }) };
    expect(laws(checkSizing(strict))).toEqual(['options parse']);
  });

  it('in sizing', () => {
    expect(laws(checkSizing(sizing(() => Number.NaN)))).toContain('stake is a number, 0 or more');
    expect(laws(checkSizing(sizing(() => -1)))).toEqual(['stake is a number, 0 or more']);
    expect(laws(checkSizing(sizing((_i, { account }) => account.equity)))).toEqual(['stake within free cash']);
    let calls = 0;
    expect(laws(checkSizing(sizing((_i, { account }) => (account.free > 1 ? (calls++ % 7) / 7 : 0))))).toContain(
      'determinism',
    );
  });

  it('in risk', () => {
    expect(laws(checkRisk(risk(() => ({ name: 'test', review: () => ({ verdict: 'deny', reason: '' }) }))))).toEqual([
      'a reason with every refusal',
    ]);
    const grows = () => ({
      name: 'test',
      review: (_i: unknown, stake: number) => ({ verdict: 'shrink', stake: stake * 2, reason: 'more' }) as const,
    });
    expect(laws(checkRisk(risk(grows)))).toEqual(['shrinks to a smaller positive stake']);
    const remembers = (): RiskModule => {
      let closes = 0;
      return {
        name: 'test',
        review: () => (closes > 3 ? { verdict: 'deny', reason: 'enough' } : { verdict: 'allow' }),
        onTradeClosed: () => {
          closes++;
        },
      };
    };
    expect(laws(checkRisk(risk(remembers)))).toEqual(['survives a restart']);
  });

  it('in execution', () => {
    const place = (amount: number) => ({ action: 'place', key: 'a', type: 'market', amount }) as const;
    const step: ExecutionModule['step'] = (state, event) => ({
      state,
      actions: event.event === 'closed' ? [{ action: 'done' }] : [],
    });
    const starts = (factor: number, state: unknown) =>
      execution(() => ({
        name: 'test',
        start: ({ amount }) => ({ state, actions: [place(amount * factor)] }),
        step,
      }));
    expect(laws(checkExecution(starts(1, null)))).toEqual([]);
    expect(laws(checkExecution(starts(1.1, null)))).toEqual(['never more than the order']);
    expect(laws(checkExecution(starts(1, { at: new Date(0) })))).toContain('plain state');
    expect(laws(checkExecution(starts(-1, null)))).toContain('amounts are a lot or more');
    const idle = execution(() => ({
      name: 'test',
      start: () => ({ state: null, actions: [] }),
      step: (state) => ({ state, actions: [] }),
    }));
    expect(laws(checkExecution(idle))).toEqual(['ends']);
    const hidden = execution(() => {
      let candles = 0;
      return {
        name: 'test',
        start: () => ({ state: null, actions: [] }),
        step: (state, event) => {
          if (event.event === 'candle') candles++;
          return { state, actions: candles > 3 && event.event === 'candle' ? [{ action: 'done' }] : [] };
        },
      };
    });
    expect(laws(checkExecution(hidden))).toEqual(['the state is all there is']);
  });
});
