/** Words, in lower case, by which a file says who began a trade. */
export interface TakerWords {
  readonly buyers: readonly string[];
  readonly sellers: readonly string[];
}

const SIDES: TakerWords = { buyers: ['1', 'b', 'bid', 'buy'], sellers: ['-1', 'a', 'ask', 's', 'sell'] };
/** Whether the maker bought: then the taker sold. */
const MAKER_BOUGHT: TakerWords = { buyers: ['0', 'f', 'false', 'n', 'no'], sellers: ['1', 't', 'true', 'y', 'yes'] };

/** The words of a column of that name. */
export function takerWords(column: string): TakerWords {
  return column.toLowerCase() === 'is_buyer_maker' ? MAKER_BOUGHT : SIDES;
}

/** Who began a trade: 1 a buyer, -1 a seller, 0 not known. */
export function sideOf(word: string, { buyers, sellers }: TakerWords): number {
  const lower = word.toLowerCase();
  return buyers.includes(lower) ? 1 : sellers.includes(lower) ? -1 : 0;
}

/** The same of a number or flag: of sides 1 and -1, of a maker's flag 0 and 1. */
export function sideOfNumber(words: TakerWords): (x: number) => number {
  if (words === MAKER_BOUGHT) return (x) => (x === 1 ? -1 : x === 0 ? 1 : 0);
  return (x) => (x === 1 || x === -1 ? x : 0);
}
