"""Events per CPU second of hftbacktest on given events: without a strategy, with a quoter that cancels and places, with one that modifies, and
with one that places everything anew at each step.
usage: hftbacktest_run.py SETTINGS < seven Float64 columns (see, kind, side, exchange time, receive time, ticks, lots)
SETTINGS is JSON: rows, tick, lot, step and latency in ns, queue (riskAverse | powerProb3), exchange (whole | partial), qty and most in lots.
The faster of its two books is used, given the price range in advance. Prints the medians, and fills of the two quoters."""
import json
import sys
import time

import numpy as np
from hftbacktest import BUY, GTX, LIMIT, BacktestAsset, ROIVectorMarketDepthBacktest
from hftbacktest.types import event_dtype
from numba import njit

s = json.loads(sys.argv[1])
rows, tick, lot = s["rows"], s["tick"], s["lot"]
see, kind, side, exch, local, price, lots = np.frombuffer(sys.stdin.buffer.read(), dtype=np.float64).reshape(7, rows)
data = np.zeros(rows, event_dtype)


def flag(bit, mask):
    return np.where(mask, np.uint64(1 << bit), np.uint64(0))


seen = see.astype(int)
data["ev"] = (np.where(kind == 1, 2, 1).astype(np.uint64) | flag(31, seen & 1) | flag(30, seen & 2)
              | flag(29, side > 0) | flag(28, side < 0))
data["exch_ts"] = exch.astype(np.int64) + 1_700_000_000_000_000_000
data["local_ts"] = local.astype(np.int64) + 1_700_000_000_000_000_000
data["px"], data["qty"] = price * tick, lots * lot


@njit
def quoter(hbt, qty, most, step, amends):
    """One order a side at the best prices: one that stands elsewhere is moved by a modification, or cancelled and placed anew."""
    next_id = 1
    while hbt.elapse(step) == 0:
        hbt.clear_inactive_orders(0)
        depth = hbt.depth(0)
        bid, ask = depth.best_bid_tick, depth.best_ask_tick
        if bid >= ask:
            continue
        position = hbt.position(0)
        wants_bid, wants_ask = position + qty <= most + 1e-9, position - qty >= -most - 1e-9
        has_bid, has_ask = False, False
        orders = hbt.orders(0).values()
        while orders.has_next():
            order = orders.get()
            is_bid = order.side == BUY
            wants, tick = (wants_bid, bid) if is_bid else (wants_ask, ask)
            stays = wants and order.price_tick == tick
            if stays or amends:
                has_bid, has_ask = has_bid or is_bid, has_ask or not is_bid
            if stays or not order.cancellable:
                continue
            if amends and wants:
                hbt.modify(0, order.order_id, tick * depth.tick_size, qty, False)
            else:
                hbt.cancel(0, order.order_id, False)
        if wants_bid and not has_bid:
            hbt.submit_buy_order(0, next_id, bid * depth.tick_size, qty, GTX, LIMIT, False)
            next_id += 1
        if wants_ask and not has_ask:
            hbt.submit_sell_order(0, next_id, ask * depth.tick_size, qty, GTX, LIMIT, False)
            next_id += 1


@njit
def requoter(hbt, qty, most, step):
    """The quoter of the peer's own bench: at each step all orders are cancelled and both sides placed anew at the best prices."""
    next_id = 1
    while hbt.elapse(step) == 0:
        hbt.clear_inactive_orders(0)
        orders = hbt.orders(0).values()
        while orders.has_next():
            order = orders.get()
            if order.cancellable:
                hbt.cancel(0, order.order_id, False)
        depth, position = hbt.depth(0), hbt.position(0)
        if position < most:
            hbt.submit_buy_order(0, next_id, depth.best_bid, qty, GTX, LIMIT, False)
        if position > -most:
            hbt.submit_sell_order(0, next_id + 1, depth.best_ask, qty, GTX, LIMIT, False)
        next_id += 2


@njit
def idle(hbt, step):
    while hbt.elapse(step) == 0:
        pass


def run(work, events):
    asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(s["latency"], s["latency"])
             .trading_value_fee_model(0.0002, 0.0005).tick_size(tick).lot_size(lot)
             .roi_lb((price.min() - 10) * tick).roi_ub((price.max() + 10) * tick))
    asset = asset.risk_adverse_queue_model() if s["queue"] == "riskAverse" else asset.power_prob_queue_model3(3.0)
    asset = asset.no_partial_fill_exchange() if s["exchange"] == "whole" else asset.partial_fill_exchange()
    hbt = ROIVectorMarketDepthBacktest([asset])
    start = time.process_time()
    work(hbt)
    spent = time.process_time() - start
    if hbt.current_timestamp < data["local_ts"][-1] - 2 * s["step"] and len(events) == rows:
        raise RuntimeError(f"the run ended early, at {hbt.current_timestamp}")
    return spent, int(hbt.state_values(0).num_trades)


result = {}
works = {
    "replacing": lambda hbt: quoter(hbt, s["qty"] * lot, s["most"] * lot, s["step"], False),
    "amending": lambda hbt: quoter(hbt, s["qty"] * lot, s["most"] * lot, s["step"], True),
    "anew": lambda hbt: requoter(hbt, s["qty"] * lot, s["most"] * lot, s["step"]),
    "idle": lambda hbt: idle(hbt, s["step"]),
}
for name, work in works.items():
    run(work, data[:1000])
    runs = [run(work, data) for _ in range(s.get("rounds", 7))]
    result[name] = rows / sorted(seconds for seconds, _ in runs)[len(runs) // 2]
    result[name + "Fills"] = runs[0][1]
print(json.dumps(result))
