import { algoOrderJson, futuresOrderJson, futuresTradeJson } from './futures-json.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import { lotsText } from './replay-symbol.ts';
import { spotOrderJson, spotTradeJson } from './spot-json.ts';
import { moneyText } from './units.ts';

/** Everything that really happened: orders with their origin, fills, money, positions, balances. What a client's books must equal. */
export function groundTruth(exchange: ReplayExchange): object {
  const { futures, spot, ledger } = exchange;
  return {
    marketTime: exchange.now,
    futures: {
      wallet: moneyText(futures.account.wallet),
      positions: futures.account.open().map((p) => ({
        symbol: p.symbol.id,
        positionSide: p.side,
        amount: lotsText(p.symbol, p.lots),
        entryCost: moneyText(p.entryCost),
        isolatedWallet: moneyText(p.isolatedWallet),
      })),
      orders: futures.orders.all().map((order) => ({ ...futuresOrderJson(order), origin: order.origin })),
      algoOrders: futures.algos.all().map((algo) => algoOrderJson(algo, undefined)),
      fills: futures.orders.fills.map(futuresTradeJson),
    },
    spot: {
      balances: [...spot.wallet.balances].map(([asset, b]) => ({
        asset,
        free: moneyText(b.free),
        locked: moneyText(b.locked),
      })),
      orders: spot.orders.all().map((order) => ({ ...spotOrderJson(order), origin: order.origin })),
      fills: spot.orders.fills.map(spotTradeJson),
    },
    money: ledger.rows.map((row) => ({ ...row, money: moneyText(row.money) })),
  };
}
