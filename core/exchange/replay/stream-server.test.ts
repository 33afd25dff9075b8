import { expect, it } from 'vitest';
import { streamAddress } from './stream-server.ts';

const KEY = 'a'.repeat(64);

it('reads the market, the streams and the listen key from an address', () => {
  expect(streamAddress('/market/ws/3')).toMatchObject({
    venue: 'futures',
    isCombined: false,
    streams: [],
    listenKey: null,
  });
  expect(streamAddress('/stream/ws/0')).toMatchObject({ venue: 'spot', isCombined: false });
  expect(streamAddress(`/private/ws?listenKey=${KEY}`)).toMatchObject({ venue: 'futures', listenKey: KEY });
  expect(streamAddress(`/ws/${KEY}`)).toMatchObject({ venue: 'futures', listenKey: KEY });
  expect(streamAddress('/ws/btcusdt@trade/btcusdt@kline_1m').streams).toEqual(['btcusdt@trade', 'btcusdt@kline_1m']);
  expect(streamAddress('/futures/stream?streams=btcusdt@depth@100ms/!miniTicker@arr')).toMatchObject({
    venue: 'futures',
    isCombined: true,
    streams: ['btcusdt@depth@100ms', '!miniTicker@arr'],
  });
  expect(streamAddress('/spot/ws/btcusdt@trade')).toMatchObject({ venue: 'spot', streams: ['btcusdt@trade'] });
  expect(streamAddress('/ws-api/v3')).toMatchObject({ venue: 'spot', isApi: true });
});
