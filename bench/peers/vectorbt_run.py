"""CPU seconds of runs of vectorbt, as a JSON list: EMA 12/26 cross with an RSI filter, both ways, stop 2 %, take-profit 3 %, fee 0.05 %.
usage: vectorbt_run.py ROWS RUNS"""
import json
import sys
import time

import numpy as np
import pandas as pd
import vectorbt as vbt

n, runs = map(int, sys.argv[1:])
rng = np.random.default_rng(1)
close = 20000 * np.exp(np.cumsum(0.0008 * rng.standard_normal(n)))
open_ = np.concatenate([[20000.0], close[:-1]])
high = np.maximum(open_, close) * (1 + 0.0004 * rng.random(n))
low = np.minimum(open_, close) * (1 - 0.0004 * rng.random(n))
index = pd.date_range("2023-11-14", periods=n, freq="1min")
o, h, l, c = (pd.Series(x, index=index) for x in (open_, high, low, close))


def run():
    fast = vbt.MA.run(c, 12, ewm=True).ma.to_numpy()
    slow = vbt.MA.run(c, 26, ewm=True).ma.to_numpy()
    rsi = vbt.RSI.run(c, 27, ewm=True).rsi.to_numpy()
    above = fast > slow
    before = np.concatenate([above[:1], above[:-1]])
    up, down = above & ~before, ~above & before
    series = lambda x: pd.Series(x, index=index)
    vbt.Portfolio.from_signals(c, series(up & (rsi < 70)), series(down), short_entries=series(down & (rsi > 30)), short_exits=series(up),
                               open=o, high=h, low=l, sl_stop=0.02, tp_stop=0.03, fees=0.0005, size=100.0, size_type="value",
                               init_cash=1e6, freq="1min").total_return()


run()
times = []
for _ in range(runs):
    start = time.process_time()
    run()
    times.append(time.process_time() - start)
print(json.dumps(times))
