import type { RefusalCode } from '../../ports/exchange.ts';

/**
 * How loud a refusal is. A post-only order that would have taken says nothing but that the market moved: a maker meets several a minute, which would
 * bury what matters on the console. The store has each of them, with its reason.
 */
export function refusalLevel(code: RefusalCode): 'debug' | 'warn' {
  return code === 'would-take' ? 'debug' : 'warn';
}
