"""Runs cases through Freqtrade's backtester, without an exchange. usage: run-freqtrade.py FOLDER

FOLDER/cases.json: {pairs: {name: {spec, candles: {timeframe: [[ms, o, h, l, c, v]]}, mark: [...], funding: [[ms, rate]]}}, cases: [...]}.
Prints one JSON line a case: trades in order of closing, final balance, leverage tiers of its pairs.
"""
import json, logging, os, sys

work = sys.argv[1]
given = json.load(open(os.path.join(work, "cases.json")))
for name in ("strategies", "backtest_results", "hyperopt_results", "hyperopts", "logs", "plot", "notebooks", "freqaimodels", "data/binance/futures"):
    os.makedirs(os.path.join(work, name), exist_ok=True)

STRATEGY = '''
from freqtrade.strategy import IStrategy

M = 0xFFFFFFFF

def draw(time, c):
    h = ((int(time.timestamp()) // 60) ^ ((c * 0x9E3779B1) & M)) & M
    h = (h * 0x85EBCA6B) & M
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & M
    h ^= h >> 16
    return h / 2**32

class Drawn(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 10
    minimal_roi = {"0": 100}
    stoploss = -0.1
    order_types = {"entry": "limit", "exit": "limit", "stoploss": "market", "stoploss_on_exchange": False}
    asks = ()
    LEVERAGE = 1.0
    PAIRS = ()

    def flags(self, df, pair, c):
        k = self.PAIRS.index(pair)
        return [int(draw(t, c + k) < 0.03) for t in df["date"]]

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        df["enter_long"] = self.flags(df, metadata["pair"], 20)
        df["enter_short"] = self.flags(df, metadata["pair"], 40)
        return df

    def populate_exit_trend(self, df, metadata):
        df["exit_long"] = self.flags(df, metadata["pair"], 30)
        df["exit_short"] = self.flags(df, metadata["pair"], 50)
        return df

    def leverage(self, pair, current_time, current_rate, proposed_leverage, max_leverage, entry_tag, side, **k):
        return self.LEVERAGE

    def custom_entry_price(self, pair, trade, current_time, proposed_rate, entry_tag, side, **k):
        t = current_time
        return proposed_rate * (1 + (draw(t, 2) - 0.5) * 0.01) if "entryPrice" in self.asks and draw(t, 1) < 0.5 else proposed_rate

    def custom_exit_price(self, pair, trade, current_time, proposed_rate, current_profit, exit_tag, **k):
        t = current_time
        return proposed_rate * (1 + (draw(t, 4) - 0.5) * 0.01) if "exitPrice" in self.asks and draw(t, 3) < 0.5 else proposed_rate

    def adjust_entry_price(self, trade, order, pair, current_time, proposed_rate, current_order_rate, entry_tag, side, **k):
        h = draw(current_time, 5)
        if "adjustOrder" not in self.asks or h < 0.4:
            return current_order_rate
        return None if h < 0.6 else proposed_rate * (1 + (draw(current_time, 6) - 0.5) * 0.01)

    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **k):
        return None if draw(current_time, 7) < 0.5 else -(0.01 + 0.05 * draw(current_time, 8))

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, current_entry_rate, current_exit_rate, current_entry_profit, current_exit_profit, **k):
        h = draw(current_time, 9)
        return 0.3 * trade.stake_amount if h < 0.05 else -0.4 * trade.stake_amount if h < 0.1 else None

    def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, entry_tag, side, **k):
        return "confirmEntry" not in self.asks or draw(current_time, 10) < 0.9

    def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **k):
        return "confirmExit" not in self.asks or draw(current_time, 11) < 0.9

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **k):
        return "whim" if "customExit" in self.asks and draw(current_time, 12) < 0.02 else None

    def custom_stake_amount(self, pair, current_time, current_rate, proposed_stake, min_stake, max_stake, leverage, entry_tag, side, **k):
        return proposed_stake * (0.3 + 0.9 * draw(current_time, 13)) if "stake" in self.asks else proposed_stake

    def custom_roi(self, pair, trade, current_time, trade_duration, entry_tag, side, **k):
        return None if draw(current_time, 14) < 0.5 else 0.03 * draw(current_time, 15)

class DrawnBothWays(Drawn):
    can_short = True
'''
open(os.path.join(work, "strategies", "drawn.py"), "w").write(STRATEGY)

import pandas as pd
from freqtrade.configuration import setup_utils_configuration
from freqtrade.enums import RunMode
from freqtrade.exchange.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting

logging.disable(logging.CRITICAL)
current = []


def market(pair):
    spec, is_future = given["pairs"][pair]["spec"], ":" in pair
    base, quote = spec["base"], spec["quote"]
    swap = quote if is_future else None
    return dict(
        id=base + quote, symbol=pair, base=base, quote=quote, settle=swap, baseId=base, quoteId=quote, settleId=swap,
        type="swap" if is_future else "spot", spot=not is_future, margin=False, swap=is_future, future=False, option=False, active=True,
        contract=is_future, linear=is_future or None, inverse=None, subType="linear" if is_future else None, taker=0.001, maker=0.001,
        contractSize=1.0 if is_future else None, precision={"amount": spec["amountStep"], "price": spec["priceTick"]},
        limits={"amount": {"min": spec["minAmount"], "max": None}, "price": {"min": None, "max": None},
                "cost": {"min": spec["minCost"], "max": None}, "leverage": {"min": 1, "max": 125}}, info={})


Exchange._load_async_markets = lambda self, reload=False: self._api_async.set_markets([market(pair) for pair in current])


def write(rows, name):
    df = pd.DataFrame(rows, columns=["date", "open", "high", "low", "close", "volume"])
    df["date"] = pd.to_datetime(df["date"], unit="ms", utc=True)
    df.astype({c: float for c in df.columns[1:]}).to_feather(os.path.join(work, "data/binance", name))


for pair, data in given["pairs"].items():
    stem = pair.replace("/", "_").replace(":", "_")
    for frame, rows in data["candles"].items():
        write(rows, f"futures/{stem}-{frame}-futures.feather" if ":" in pair else f"{stem}-{frame}.feather")
    if ":" in pair:
        write(data["mark"], f"futures/{stem}-1h-mark.feather")
        write([[t, r, 0, 0, 0, 0] for t, r in data["funding"]], f"futures/{stem}-1h-funding_rate.feather")

for case in given["cases"]:
    current = case["pairs"]
    is_future = ":" in current[0]
    side = dict(price_side="same", use_order_book=True, order_book_top=1)
    config = dict(
        max_open_trades=case["maxOpenTrades"], stake_currency="USDT", stake_amount=case["stakeAmount"], tradable_balance_ratio=case["tradableBalanceRatio"],
        dry_run=True, dry_run_wallet=case["startingBalance"], trading_mode="futures" if is_future else "spot", margin_mode="isolated" if is_future else "",
        timeframe=case["timeframe"], fee=case["fee"], dataformat_ohlcv="feather", unfilledtimeout={**case["unfilledTimeout"], "unit": "minutes"},
        entry_pricing=side, exit_pricing=side, pairlists=[{"method": "StaticPairList"}], internals={}, liquidation_buffer=0.05,
        position_adjustment_enable="adjustPosition" in case["asks"], max_entry_position_adjustment=case["maxEntryPositionAdjustment"],
        exchange=dict(name="binance", key="", secret="", ccxt_config={}, ccxt_async_config={}, pair_whitelist=current, pair_blacklist=[]))
    json.dump(config, open(os.path.join(work, "config.json"), "w"))
    args = dict(config=[os.path.join(work, "config.json")], user_data_dir=work, strategy="DrawnBothWays" if is_future else "Drawn",
                export="none", backtest_cache="none", timeframe_detail=case["detail"])
    backtesting = Backtesting(setup_utils_configuration(args, RunMode.BACKTEST))
    strategy = backtesting.strategylist[0]
    attributes = {**case["attributes"], "asks": case["asks"], "LEVERAGE": case["leverage"], "PAIRS": current,
                  "use_custom_stoploss": "customStop" in case["asks"], "use_custom_roi": "customRoi" in case["asks"]}
    attributes["minimal_roi"] = {int(key): value for key, value in attributes["minimal_roi"].items()}
    for name, value in attributes.items():
        setattr(strategy, name, value)
    # Only a custom stop that is used may be asked after fills.
    strategy._ft_stop_uses_after_fill = attributes["use_custom_stoploss"]
    data, timerange = backtesting.load_bt_data()
    backtesting.backtest_one_strategy(strategy, data, timerange)
    (result,) = backtesting.all_bt_content.values()
    ms = lambda time: int(time.timestamp() * 1000)
    trades = [
        dict(pair=t.pair, side="short" if t.is_short else "long", openTime=ms(t.open_date), closeTime=ms(t.close_date), openRate=float(t.open_rate),
             closeRate=float(t.close_rate), amount=float(t.amount), exitReason=t.exit_reason, profitAbs=float(t.profit_abs), leverage=float(t.leverage),
             orders=[[o["ft_order_side"], o["safe_price"], o["amount"], int(o["order_filled_timestamp"])] for o in t.orders])
        for _, t in result["results"].iterrows()]
    tiers = {
        pair: [dict(minNotional=t["minNotional"], maxNotional=t["maxNotional"], maintenanceMarginRate=t["maintenanceMarginRate"],
                    maxLeverage=t["maxLeverage"], maintenanceAmount=t["maintAmt"]) for t in backtesting.exchange._leverage_tiers[pair]]
        for pair in current if is_future}
    print("CASE " + json.dumps(dict(trades=trades, finalBalance=float(result["final_balance"]), tiers=tiers)), flush=True)
