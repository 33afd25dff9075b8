import { Refusal } from '../refusal.ts';
import type { VenueName } from '../replay-symbol.ts';
import type { Route, Routes } from '../rest.ts';

/** Making, keeping and ending the account's listen key: with the key's header alone, unsigned. */
export function listenKeyRoutes(venue: VenueName, path: string): Routes {
  const keyed = (handle: Route['handle']): Route => ({ venue, security: 'key', weight: 1, handle });
  return {
    [`POST ${path}`]: keyed((x) => ({ listenKey: x.listenKeys.create() })),
    [`PUT ${path}`]: keyed((x) => {
      if (!x.listenKeys.keep()) throw new Refusal(-1125, 'This listenKey does not exist.');
      return { listenKey: x.listenKeys.create() };
    }),
    [`DELETE ${path}`]: keyed((x) => {
      x.listenKeys.end();
      return {};
    }),
  };
}
