/** Elements of a list that make one piece. */
const ELEMENTS = 64;

/**
 * The JSON of an object in pieces, long lists of its own cut up: together they are what `JSON.stringify` gives, whose one text of a large result
 * takes as much memory again as the result.
 */
export function* jsonPieces(object: object): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    const isList = Array.isArray(value);
    const text = isList ? '' : JSON.stringify(value);
    if (text === undefined) continue;
    yield `${before}${JSON.stringify(key)}:${text}`;
    if (isList) yield* listPieces(value);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  yield '[';
  for (let from = 0; from < list.length; from += ELEMENTS)
    yield (from > 0 ? ',' : '') + JSON.stringify(list.slice(from, from + ELEMENTS)).slice(1, -1);
  yield ']';
}
