"""Trades on a replay exchange with the unmodified ccxt for Python. Arguments: exchange address. Prints one JSON line."""
import asyncio
import json
import sys

import ccxt
import ccxt.pro as ccxtpro

address = sys.argv[1]
sockets = address.replace('http', 'ws')
SWAP, SPOT = 'BTC/USDT:USDT', 'BTC/USDT'


def rebased(urls):
    if isinstance(urls, dict):
        return {name: rebased(url) for name, url in urls.items()}
    return address + '/' + urls.split('://')[1].partition('/')[2]


def settings(described, table, **extra):
    api = {name: rebased(url) for name, url in described.urls['api'].items() if name != 'ws'}
    ws = {'spot': sockets + '/stream/ws', 'margin': sockets + '/stream/ws', 'future': sockets + '/ws', 'ws-api': {'spot': sockets + '/ws-api/v3'}}
    return {'apiKey': 'replay-key', 'secret': 'replay-secret', 'enableRateLimit': False, 'urls': {'api': {**api, 'ws': ws}},
            'exceptions': {'exact': described.exceptions[table]['exact']}, **extra}


def refusal(call):
    try:
        call()
    except ccxt.BaseError as error:
        return type(error).__name__
    return 'answered'


def rest():
    described = ccxtpro.binanceusdm()
    futures = ccxt.binanceusdm(settings(described, 'linear'))
    futures.load_markets()
    last = futures.fetch_ticker(SWAP)['last']
    at = lambda price: float(futures.price_to_precision(SWAP, price))
    bought = futures.create_order(SWAP, 'market', 'buy', 0.05)
    resting = futures.create_order(SWAP, 'limit', 'buy', 0.05, at(last * 0.98))
    edited = futures.edit_order(resting['id'], SWAP, 'limit', 'buy', 0.06, at(last * 0.981))
    stop = futures.create_order(SWAP, 'market', 'sell', 0.05, None, {'stopLossPrice': at(last * 0.97), 'reduceOnly': True})
    out = {
        'version': ccxt.__version__,
        'markets': list(futures.markets),
        'order': [bought['id'], bought['status'], bought['filled']],
        'edited': [edited['id'] == resting['id'], edited['amount']],
        'cancelled': futures.cancel_order(resting['id'], SWAP)['status'],
        'stop': futures.fetch_order(stop['id'], SWAP, {'trigger': True})['status'],
        'position': futures.fetch_positions()[0]['contracts'],
        'candles': len(futures.fetch_ohlcv(SWAP, '5m', limit=10)),
        'refusals': [
            refusal(lambda: futures.create_order(SWAP, 'market', 'buy', 50)),
            refusal(lambda: futures.create_order(SWAP, 'limit', 'buy', 0.05, at(last * 1.02), {'postOnly': True})),
            refusal(lambda: futures.fetch_order('12345', SWAP)),
        ],
    }
    spot = ccxt.binance(settings(described, 'spot', options={'fetchMarkets': {'types': ['spot']}}))
    spot.load_markets()
    out['spotFee'] = spot.create_order(SPOT, 'market', 'buy', 0.01)['fee']
    return out


async def streams():
    client = ccxtpro.binanceusdm(settings(ccxtpro.binanceusdm(), 'linear'))
    try:
        await client.load_markets()
        candles = await asyncio.wait_for(client.watch_ohlcv(SWAP, '1m'), 20)
        for _ in range(3):
            book = await asyncio.wait_for(client.watch_order_book(SWAP), 20)
        orders = asyncio.ensure_future(client.watch_orders(SWAP))
        await asyncio.sleep(1)
        placed = await client.create_order(SWAP, 'market', 'sell', 0.02)
        seen = await asyncio.wait_for(orders, 20)
        return {'candles': len(candles) > 0, 'book': book['bids'][0][0] < book['asks'][0][0], 'order': seen[-1]['id'] == placed['id']}
    finally:
        await client.close()


print(json.dumps({'rest': rest(), 'streams': asyncio.run(streams())}))
