"""Times what Freqtrade does for one pair at each new candle: it computes all indicators and signals of the strategy anew over the candles it keeps.

usage: freqtrade-analyze.py CSV     (with a Python that has freqtrade; CSV: date_ms,open,high,low,close,volume, oldest first)
The strategy has the features of bench/bot.ts. CPU time, the median of 200 candles after 20 to warm up; prints one JSON line.
"""
import json, statistics, sys, time

import freqtrade
import pandas as pd
import talib.abstract as ta
from freqtrade.strategy import IStrategy


class Busy(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 10}
    stoploss = -0.2
    startup_candle_count = 200

    def populate_indicators(self, df, metadata):
        for n in (5, 10, 20, 50, 100, 200):
            df[f"ema{n}"] = ta.EMA(df, timeperiod=n)
        for n in (10, 20, 50, 100):
            df[f"sma{n}"] = ta.SMA(df, timeperiod=n)
        for n in (7, 14, 21):
            df[f"rsi{n}"] = ta.RSI(df, timeperiod=n)
        for n in (14, 28):
            df[f"atr{n}"] = ta.ATR(df, timeperiod=n)
        macd = ta.MACD(df)
        df["macd"], df["macdsignal"], df["macdhist"] = macd["macd"], macd["macdsignal"], macd["macdhist"]
        bands = ta.BBANDS(df, timeperiod=20)
        df["upper"], df["middle"], df["lower"] = bands["upperband"], bands["middleband"], bands["lowerband"]
        df["obv"] = ta.OBV(df)
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[df["ema5"] > df["ema20"], "enter_long"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        df.loc[df["ema5"] < df["ema20"], "exit_long"] = 1
        return df


rows = pd.read_csv(sys.argv[1], names=["date", "open", "high", "low", "close", "volume"], dtype=float)
rows["date"] = pd.to_datetime(rows["date"], unit="ms", utc=True)
strategy = Busy({"stake_currency": "USDT", "dry_run": True, "runmode": "dry_run", "timeframe": "5m", "trading_mode": "spot"})
kept = 999  # what a bot keeps of Binance's spot candles: one request, without the candle that is still open
whole, indicators = [], []
for k in range(220):
    candles = rows.iloc[k : k + kept]
    frame = candles.copy()
    began = time.process_time()
    strategy.analyze_ticker(frame, {"pair": "BTC/USDT"})
    whole.append(time.process_time() - began)
    frame = candles.copy()
    began = time.process_time()
    strategy.populate_indicators(frame, {"pair": "BTC/USDT"})
    indicators.append(time.process_time() - began)
print(json.dumps({
    "version": freqtrade.__version__,
    "candles": kept,
    "analyzeUs": statistics.median(whole[20:]) * 1e6,
    "indicatorsUs": statistics.median(indicators[20:]) * 1e6,
}))
