"""Runs cases through Freqtrade's backtester, without an exchange. usage: run-freqtrade.py FOLDER

FOLDER/cases.json: [{pairs: {name: {spec, candles: {timeframe: [[ms, o, h, l, c, v]]}, mark: [...], funding: [[ms, rate]]}}, cases: [...]}], one a market.
Prints one JSON line a case: trades in order of closing, locks, counts, final balance; or the error it ended with.
"""
import json, logging, math, numbers, os, sys, traceback
from datetime import timedelta

folder = sys.argv[1]
STRATEGY = '''
from datetime import timedelta
from freqtrade.strategy import IStrategy

M = 0xFFFFFFFF

def draw(seed, k, time, purpose):
    h = (int(time.timestamp()) // 60 & M) ^ (purpose * 64 + k) * 0x9E3779B1 & M ^ seed * 0x27D4EB2F & M
    for _ in range(2):
        h = (h ^ h >> 16) * 0x85EBCA6B & M
        h = (h ^ h >> 13) * 0xC2B2AE35 & M
    return (h ^ h >> 16) / 2**32

def near(rate, share, h):
    return rate * (1 + (h - 0.5) * share)

class Drawn(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 100}
    stoploss = -0.1
    order_types = {"entry": "limit", "exit": "limit", "stoploss": "market", "stoploss_on_exchange": False}
    table = None

    def d(self, pair, time, purpose):
        return draw(self.table["seed"], self.table["pairs"].index(pair), time, purpose)

    def asked(self, name):
        return self.table["asks"].get(name)

    def column(self, df, pair, of):
        return [of(lambda purpose: self.d(pair, t, purpose)) for t in df["date"]]

    def flags(self, df, pair, purpose, odds):
        return self.column(df, pair, lambda d: int(d(purpose) < odds))

    def tags(self, df, pair, name, purpose, flags):
        drawn = self.column(df, pair, lambda d: f"{name}{int(d(purpose + 1) * 3)}" if d(purpose) < 0.6 else None)
        return [tag if self.table["hasTags"] and any(row) else None for tag, *row in zip(drawn, *flags)]

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        pair, odds = metadata["pair"], self.table["entry"]
        df["enter_long"] = self.flags(df, pair, 20, odds)
        df["enter_short"] = self.flags(df, pair, 22, odds)
        df["enter_tag"] = self.tags(df, pair, "in", 24, [df["enter_long"], df["enter_short"]])
        return df

    def populate_exit_trend(self, df, metadata):
        pair, odds = metadata["pair"], self.table["exit"]
        df["exit_long"] = self.flags(df, pair, 21, odds)
        df["exit_short"] = self.flags(df, pair, 23, odds)
        df["exit_tag"] = self.tags(df, pair, "out", 26, [df["exit_long"], df["exit_short"]])
        return df

    def last(self, pair):
        return self.dp.get_analyzed_dataframe(pair, self.timeframe)[0].iloc[-1]

    def leverage(self, pair, current_time, current_rate, proposed_leverage, max_leverage, entry_tag, side, **k):
        v, h = self.asked("leverage"), self.d(pair, current_time, 17)
        return self.table["leverage"] if v is None else 1 + int(20 * h) if v == 0 else 1 + 30 * h

    def custom_entry_price(self, pair, trade, current_time, proposed_rate, entry_tag, side, **k):
        v = self.asked("entryPrice")
        if v is None or self.d(pair, current_time, 1) >= 0.5:
            return proposed_rate
        return near(proposed_rate, 0.01 if v == 0 else 0.03, self.d(pair, current_time, 2))

    def custom_exit_price(self, pair, trade, current_time, proposed_rate, current_profit, exit_tag, **k):
        v, h = self.asked("exitPrice"), self.d(pair, current_time, 4)
        if v is None:
            return proposed_rate
        if v == 0:
            return near(proposed_rate, 0.01, h) if self.d(pair, current_time, 3) < 0.5 else proposed_rate
        return near(proposed_rate, 0.01 if len(exit_tag) % 2 == 0 else 0.03, h)

    def adjust_order_price(self, trade, order, pair, current_time, proposed_rate, current_order_rate, entry_tag, side, is_entry, **k):
        v, h = self.asked("adjustOrder"), self.d(pair, current_time, 5 if is_entry else 18)
        if v is None:
            return current_order_rate
        if v == 1:
            return current_order_rate if h < 0.3 else None if h < 0.4 else (current_order_rate + proposed_rate) / 2
        return current_order_rate if h < 0.4 else None if h < 0.6 else near(proposed_rate, 0.01, self.d(pair, current_time, 6 if is_entry else 19))

    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **k):
        v = self.asked("customStop")
        if v == 0:
            return None if self.d(pair, current_time, 7) < 0.5 else -(0.01 + 0.05 * self.d(pair, current_time, 8))
        if v == 1:
            return -current_profit / 2 if current_profit > 0.01 else -0.05
        if v == 3:
            last = self.last(pair)
            return -3 * (last["high"] - last["low"]) / last["close"] - 0.002
        return -0.04 if after_fill else -0.01 if current_profit > 0.02 else None

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, current_entry_rate, current_exit_rate, current_entry_profit, current_exit_profit, **k):
        v, h, g = self.asked("adjustPosition"), self.d(trade.pair, current_time, 9), self.d(trade.pair, current_time, 16)
        stake = trade.stake_amount
        if v == 0:
            return 0.3 * stake if h < 0.05 else -0.4 * stake if h < 0.1 else None
        if v == 1:
            if current_profit < -0.01 * trade.nr_of_successful_entries:
                return 0.5 * stake, "dca"
            return (-0.5 * stake, "take") if current_profit > 0.015 * (1 + trade.nr_of_successful_exits) else None
        if v == 2:
            return 47.11 * (1 + 20 * g) if h < 0.08 else -31.3 * (1 + 10 * g) if h < 0.16 else None
        return stake * 2 * g if h < 0.06 else -stake if h < 0.08 else -stake * g if h < 0.16 else None

    def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, entry_tag, side, **k):
        v = self.asked("confirmEntry")
        return v is None or self.d(pair, current_time, 10) < (0.9 if v == 0 else 0.5)

    def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **k):
        v, h = self.asked("confirmExit"), self.d(pair, current_time, 11)
        return v is None or h < (0.9 if v == 0 or len(exit_reason) % 2 == 0 else 0.5)

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **k):
        v = self.asked("customExit")
        if v is None:
            return None
        if v == 0:
            return "whim" if self.d(pair, current_time, 12) < 0.02 else None
        if current_profit > 0.012:
            return "enough"
        return "old" if current_time - trade.open_date_utc > timedelta(hours=2) and current_profit < -0.004 else None

    def custom_stake_amount(self, pair, current_time, current_rate, proposed_stake, min_stake, max_stake, leverage, entry_tag, side, **k):
        v, h = self.asked("stake"), self.d(pair, current_time, 13)
        return proposed_stake * (1 if v is None else 0.3 + 0.9 * h if v == 0 else 0.02 * h if v == 1 else 3 * h)

    def custom_roi(self, pair, trade, current_time, trade_duration, entry_tag, side, **k):
        if self.d(pair, current_time, 14) < 0.5:
            return None
        return (0.03 if self.asked("customRoi") == 0 else 0.08) * self.d(pair, current_time, 15) - (0.005 if side == "short" else 0)

class DrawnBothWays(Drawn):
    can_short = True
'''

import pandas as pd
from freqtrade.configuration import setup_utils_configuration
from freqtrade.enums import RunMode
from freqtrade.exchange.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.optimize.optimize_reports import generate_backtest_stats

logging.disable(logging.CRITICAL)
market = {}


def listed(pair):
    spec, is_future = market[pair]["spec"], ":" in pair
    base, quote = spec["base"], spec["quote"]
    swap = quote if is_future else None
    return dict(
        id=base + quote, symbol=pair, base=base, quote=quote, settle=swap, baseId=base, quoteId=quote, settleId=swap,
        type="swap" if is_future else "spot", spot=not is_future, margin=False, swap=is_future, future=False, option=False, active=True,
        contract=is_future, linear=is_future or None, inverse=None, subType="linear" if is_future else None, taker=0.001, maker=0.001,
        contractSize=1.0 if is_future else None, precision={"amount": spec["amountStep"], "price": spec["priceTick"]},
        limits={"amount": {"min": spec["minAmount"], "max": None}, "price": {"min": None, "max": None},
                "cost": {"min": spec["minCost"], "max": None}, "leverage": {"min": 1, "max": 125}}, info={})


Exchange._load_async_markets = lambda self, reload=False: self._api_async.set_markets([listed(pair) for pair in market])


def write(rows, path):
    df = pd.DataFrame(rows, columns=["date", "open", "high", "low", "close", "volume"])
    df["date"] = pd.to_datetime(df["date"], unit="ms", utc=True)
    df.astype({c: float for c in df.columns[1:]}).to_feather(path)


def lay_out(work):
    for name in ("strategies", "backtest_results", "hyperopt_results", "hyperopts", "logs", "plot", "notebooks", "freqaimodels", "data/binance/futures"):
        os.makedirs(os.path.join(work, name), exist_ok=True)
    open(os.path.join(work, "strategies", "drawn.py"), "w").write(STRATEGY)
    for pair, data in market.items():
        stem = os.path.join(work, "data/binance", "futures" if ":" in pair else "", pair.replace("/", "_").replace(":", "_"))
        for frame, rows in data["candles"].items():
            write(rows, f"{stem}-{frame}-futures.feather" if ":" in pair else f"{stem}-{frame}.feather")
        if ":" in pair:
            write(data["mark"], f"{stem}-1h-mark.feather")
            write([[t, r, 0, 0, 0, 0] for t, r in data["funding"]], f"{stem}-1h-funding_rate.feather")


def metrics(report):
    """Its numbers, durations as seconds under a name of their own."""
    made = {f"{name}_s": value.total_seconds() for name, value in report.items() if isinstance(value, timedelta)}
    made.update((name, float(value)) for name, value in report.items() if isinstance(value, numbers.Number) and not isinstance(value, bool))
    return {name: value if math.isfinite(value) else None for name, value in made.items()}


def run(work, case):
    pairs = case["table"]["pairs"]
    is_future = ":" in pairs[0]
    side = dict(price_side="same", use_order_book=True, order_book_top=1)
    config = dict(
        max_open_trades=case["maxOpenTrades"], stake_currency="USDT", stake_amount=case["stakeAmount"], tradable_balance_ratio=case["tradableBalanceRatio"],
        dry_run=True, dry_run_wallet=case["startingBalance"], trading_mode="futures" if is_future else "spot", margin_mode="isolated" if is_future else "",
        timeframe=case["timeframe"], fee=case["fee"], dataformat_ohlcv="feather", unfilledtimeout={**case["unfilledTimeout"], "unit": "minutes"},
        entry_pricing=side, exit_pricing=side, pairlists=[{"method": "StaticPairList"}], internals={}, liquidation_buffer=case["liquidationBuffer"],
        position_adjustment_enable="adjustPosition" in case["table"]["asks"], max_entry_position_adjustment=case["maxEntryPositionAdjustment"],
        enable_protections=len(case["protections"]) > 0, startup_candle_count=case["startup"],
        exchange=dict(name="binance", key="", secret="", ccxt_config={}, ccxt_async_config={}, pair_whitelist=pairs, pair_blacklist=[]))
    path = os.path.join(work, "config.json")
    json.dump(config, open(path, "w"))
    args = dict(config=[path], user_data_dir=work, strategy="DrawnBothWays" if is_future else "Drawn", export="none", backtest_cache="none",
                timeframe_detail=case["detail"], **({"timerange": "-".join(map(str, case["range"]))} if case["range"] else {}))
    backtesting = Backtesting(setup_utils_configuration(args, RunMode.BACKTEST))
    if is_future:
        backtesting.exchange._leverage_tiers = {
            pair: [dict(minNotional=t["minNotional"], maxNotional=t["maxNotional"], maintenanceMarginRate=t["maintenanceMarginRate"],
                        maxLeverage=t["maxLeverage"], maintAmt=t["maintenanceAmount"]) for t in market[pair]["spec"]["tiers"]] for pair in pairs}
    strategy = backtesting.strategylist[0]
    attributes = {**case["attributes"], "table": case["table"], "protections": case["protections"],
                  "use_custom_stoploss": "customStop" in case["table"]["asks"], "use_custom_roi": "customRoi" in case["table"]["asks"]}
    attributes["minimal_roi"] = {int(key): value for key, value in attributes["minimal_roi"].items()}
    for name, value in attributes.items():
        setattr(strategy, name, value)
    # Only a custom stop that is used may be asked after fills.
    strategy._ft_stop_uses_after_fill = attributes["use_custom_stoploss"]
    data, timerange = backtesting.load_bt_data()
    first, last = backtesting.backtest_one_strategy(strategy, data, timerange)
    (result,) = backtesting.all_bt_content.values()
    ms = lambda time: int(time.timestamp() * 1000)
    none = lambda x: None if pd.isna(x) else x
    trades = [
        dict(pair=t.pair, side="short" if t.is_short else "long", openTime=ms(t.open_date), closeTime=ms(t.close_date), openRate=float(t.open_rate),
             closeRate=float(t.close_rate), amount=float(t.amount), stake=float(t.stake_amount), maxStake=float(t.max_stake_amount), leverage=float(t.leverage),
             entryTag=none(t.enter_tag), exitReason=t.exit_reason, profitAbs=float(t.profit_abs), profitRatio=float(t.profit_ratio), funding=float(t.funding_fees or 0),
             initialStop=none(t.initial_stop_loss_abs), lastStop=none(t.stop_loss_abs), minRate=none(t.min_rate), maxRate=none(t.max_rate),
             orders=[[o["ft_order_side"], o["safe_price"], o["amount"], int(o["order_filled_timestamp"]), o["ft_order_tag"]] for o in t.orders])
        for _, t in result["results"].iterrows()]
    locks = [dict(pair=l.pair, until=ms(l.lock_end_time), reason=l.reason) for l in result["locks"]]
    (report,) = generate_backtest_stats(data, backtesting.all_bt_content, min_date=first, max_date=last)["strategy"].values()
    return dict(trades=trades, locks=locks, metrics=metrics(report), finalBalance=float(result["final_balance"]), counts=dict(
        rejectedSignals=result["rejected_signals"], timedOutEntryOrders=result["timedout_entry_orders"], timedOutExitOrders=result["timedout_exit_orders"],
        canceledTradeEntries=result["canceled_trade_entries"], canceledEntryOrders=result["canceled_entry_orders"], replacedEntryOrders=result["replaced_entry_orders"]))


for m, given in enumerate(json.load(open(os.path.join(folder, "cases.json")))):
    market = given["pairs"]
    work = os.path.join(folder, str(m))
    lay_out(work)
    for case in given["cases"]:
        try:
            answer = run(work, case)
        except Exception:
            answer = dict(error=traceback.format_exc())
        print("CASE " + json.dumps(answer), flush=True)
