import { TidegateError } from '../foundation/errors.ts';

/** A word of an expression, and where it begins. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const WORDS = /\s*(?:([A-Za-z_]\w*)|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|"([^"]*)"|'([^']*)'|([().,{}:]))/y;

/** Cuts an expression into words, the last of which is its end. @throws TidegateError FEATURE_SYNTAX at a character that begins none */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const length = text.trimEnd().length;
  WORDS.lastIndex = 0;
  while (WORDS.lastIndex < length) {
    const from = WORDS.lastIndex;
    const found = WORDS.exec(text);
    if (!found) {
      const at = from + text.slice(from).search(/\S/);
      throw new TidegateError('FEATURE_SYNTAX', `cannot read "${text[at]}" at character ${at + 1} of "${text}"`, {
        remedy: 'Write operations by name, as in a strategy: close.sub(open).div(atr).gt(0.5).',
      });
    }
    const [whole, name, number, double, single, symbol] = found;
    const at = from + whole.search(/\S/);
    if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at });
    else tokens.push({ kind: 'text', text: double ?? single ?? '', at });
  }
  return [...tokens, { kind: 'end', text: '', at: length }];
}
