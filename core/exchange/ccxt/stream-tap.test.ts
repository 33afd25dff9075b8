import { expect, it } from 'vitest';
import type { CcxtClient, CcxtSocket } from './ccxt-client.ts';
import { StreamTap, type TapHandlers } from './stream-tap.ts';

it('a promise that fails while nobody waits ends nothing; whoever waits is told', async () => {
  const fails = () => Promise.reject(new Error('closed before it was open'));
  const socket = { futures: { connected: fails() }, future: fails, resolve: () => {} } as unknown as CcxtSocket;
  const client = { client: () => socket } as unknown as CcxtClient;
  new StreamTap(client, {} as TapHandlers);
  const tapped = client.client('wss://venue');
  // One more would be reported by the runner as unhandled.
  tapped.future('trades');
  await new Promise((done) => setImmediate(done));
  await expect(tapped.future('book')).rejects.toThrow('closed before it was open');
});
