"""Times Freqtrade's hyperopt on the candles and the strategy of bench/search.ts, and prints one JSON line.

usage: freqtrade-hyperopt.py FOLDER [epochs=10] [jobs=2]     (with a Python that has freqtrade[hyperopt])
FOLDER holds one CSV per pair (date_ms,open,high,low,close,volume), named S0_USDT.csv. Markets come from a table here, so nothing is downloaded; all
else is Freqtrade as it is. Indicators are computed anew in each epoch (--analyze-per-epoch), since two of the parameters are their periods; the
other way, all 227 averages of each pair kept as columns, takes gigabytes.
"""
import glob, json, os, subprocess, sys, tempfile, time

STRATEGY = '''
import talib.abstract as ta
from technical import qtpylib
from freqtrade.strategy import IntParameter, DecimalParameter, IStrategy


class EmaCross(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 0.03}
    stoploss = -0.02
    startup_candle_count = 200
    fast = IntParameter(5, 50, default=12, space="buy")
    slow = IntParameter(20, 200, default=26, space="buy")
    cap = DecimalParameter(55, 90, decimals=3, default=70, space="buy")

    def populate_indicators(self, df, metadata):
        df["fast"] = ta.EMA(df, timeperiod=self.fast.value)
        df["slow"] = ta.EMA(df, timeperiod=self.slow.value)
        df["rsi"] = ta.RSI(df, timeperiod=14)
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[qtpylib.crossed_above(df["fast"], df["slow"]) & (df["rsi"] < self.cap.value), "enter_long"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        df.loc[qtpylib.crossed_below(df["fast"], df["slow"]), "exit_long"] = 1
        return df
'''


def pairs(folder):
    return sorted(os.path.basename(p)[:-4].replace("_", "/") for p in glob.glob(os.path.join(folder, "*.csv")))


def market(pair):
    base, quote = pair.split("/")
    return dict(id=base + quote, symbol=pair, base=base, quote=quote, baseId=base, quoteId=quote, settle=None, type="spot", spot=True,
                margin=False, swap=False, future=False, option=False, active=True, contract=False, linear=None, inverse=None,
                taker=0.001, maker=0.001, precision={"amount": 1e-4, "price": 0.1},
                limits={"amount": {"min": 1e-4, "max": None}, "price": {"min": 0.1, "max": None}, "cost": {"min": 5.0, "max": None},
                        "leverage": {"min": None, "max": None}}, info={})


def command(names, argv):
    """Freqtrade's own command line with the market table in place of the exchange's."""
    from freqtrade.exchange.exchange import Exchange
    from freqtrade.main import main

    def load(self, reload=False):
        self._api_async.set_markets([market(p) for p in names])
    Exchange._load_async_markets = load
    main(argv)


def lay_out(folder, work, names, jobs):
    import pandas as pd
    data = os.path.join(work, "data", "binance")
    for d in (data, os.path.join(work, "strategies"), os.path.join(work, "hyperopt_results")):
        os.makedirs(d, exist_ok=True)
    for name in names:
        stem = name.replace("/", "_")
        df = pd.read_csv(os.path.join(folder, stem + ".csv"))
        df["date"] = pd.to_datetime(df.pop("date_ms"), unit="ms", utc=True)
        df[["date", "open", "high", "low", "close", "volume"]].to_feather(os.path.join(data, stem + "-5m.feather"))
    open(os.path.join(work, "strategies", "EmaCross.py"), "w").write(STRATEGY)
    config = dict(max_open_trades=len(names), stake_currency="USDT", stake_amount=1000, tradable_balance_ratio=0.99, dry_run=True,
                  dry_run_wallet=10000, trading_mode="spot", margin_mode="", timeframe="5m", fee=0.001, dataformat_ohlcv="feather",
                  entry_pricing={"price_side": "same", "use_order_book": True, "order_book_top": 1},
                  exit_pricing={"price_side": "same", "use_order_book": True, "order_book_top": 1},
                  exchange=dict(name="binance", key="", secret="", ccxt_config={}, ccxt_async_config={}, pair_whitelist=names,
                                pair_blacklist=[]), pairlists=[{"method": "StaticPairList"}])
    json.dump(config, open(os.path.join(work, "config.json"), "w"))


def main():
    if sys.argv[1] == "--command":
        return command(sys.argv[2].split(","), sys.argv[3:])
    folder, epochs, jobs = sys.argv[1], int((sys.argv[2:] or ["10"])[0]), int((sys.argv[3:] or ["2"])[0])
    names = pairs(folder)
    with tempfile.TemporaryDirectory() as work:
        lay_out(folder, work, names, jobs)
        argv = [sys.executable, os.path.abspath(__file__), "--command", ",".join(names), "hyperopt", "-c", os.path.join(work, "config.json"),
                "--userdir", work, "-s", "EmaCross", "--spaces", "buy", "--hyperopt-loss", "SharpeHyperOptLossDaily", "-e", str(epochs),
                "-j", str(jobs), "--random-state", "7", "--analyze-per-epoch", "--disable-param-export", "--no-color"]
        log = open(os.path.join(work, "log"), "wb")
        start, stamps = time.perf_counter(), []
        child = subprocess.Popen(argv, stdout=log, stderr=subprocess.STDOUT)
        while child.poll() is None:
            files = glob.glob(os.path.join(work, "hyperopt_results", "*.fthypt"))
            done = open(files[0], "rb").read().count(b"\n") if files else 0
            if done > (stamps[-1][1] if stamps else 0):
                stamps.append((time.perf_counter() - start, done))
            time.sleep(0.1)
        if child.returncode or len(stamps) < 2:
            sys.stderr.write(open(os.path.join(work, "log"), errors="replace").read()[-3000:])
            raise SystemExit("freqtrade failed")
    steady = (stamps[-1][1] - stamps[0][1]) / (stamps[-1][0] - stamps[0][0])
    import freqtrade
    print(json.dumps({"version": freqtrade.__version__, "epochs": epochs, "jobs": jobs, "epochsPerSecond": steady,
                      "startSeconds": stamps[0][0]}))


if __name__ == "__main__":  # Freqtrade starts processes of its own, which load this file
    main()
