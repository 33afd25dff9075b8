"""Best values that Optuna's samplers reach on functions that tests/vectors does not have: quartiles over seeds, as JSON lines.

usage: run-optuna.py [case,case…] [seeds=15] [first seed=0]   a case is "sampler function trials"; without one, all of them (GP takes half an hour)
Made with optuna 5.0.0, cmaes 0.13.1, torch 2.x, scipy; the output is kept in optuna-held-out.json.
"""
import json, math, sys, warnings

import numpy as np
import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
S = optuna.samplers


def box(t, n, lo, hi):
    return [t.suggest_float(f"x{i}", lo, hi) for i in range(n)]


def branin_moved(t):  # Branin, cut to the part around its right-hand optimum, and turned over
    a, b = -t.suggest_float("x0", -10, 2), t.suggest_float("x1", 0, 12)
    return (b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


def ackley6(t):
    x = [v - 0.7 for v in box(t, 6, -20, 12)]
    n = len(x)
    return -20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / n)) - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / n) + 20 + math.e


def levy6(t):
    w = [1 + (x - 1) / 4 for x in box(t, 6, -8, 10)]
    s = math.sin(math.pi * w[0]) ** 2
    s += sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return s + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)


def styblinski4(t):
    return sum(x**4 - 16 * x * x + 5 * x for x in box(t, 4, -5, 5)) / 2


def hartmann3(t):
    x = box(t, 3, 0, 1)
    A = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]]
    P = [[0.3689, 0.117, 0.2673], [0.4699, 0.4387, 0.747], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828]]
    return -sum(a * math.exp(-sum(A[i][j] * (x[j] - P[i][j]) ** 2 for j in range(3))) for i, a in enumerate([1, 1.2, 3, 3.2]))


def zakharov4(t):
    x = box(t, 4, -5, 10)
    s = sum(0.5 * (i + 1) * v for i, v in enumerate(x))
    return sum(v * v for v in x) + s**2 + s**4


def mixed7(t):  # like a strategy: periods, a threshold, a kind of average, a switch
    fast, slow = t.suggest_int("fast", 5, 60), t.suggest_int("slow", 20, 240)
    cap, stop = t.suggest_float("cap", 50, 95), t.suggest_float("stop", 0.005, 0.5, log=True)
    kind, hours = t.suggest_categorical("kind", ["sma", "ema", "wma", "hull", "kama"]), t.suggest_int("hours", 1, 24)
    on = t.suggest_categorical("on", [False, True])
    loss = ((fast - 23) / 15) ** 2 + ((slow - 5 * fast) / 60) ** 2 + ((cap - 68) / 12) ** 2
    loss += math.log10(stop / 0.04) ** 2 + {"sma": 0.5, "ema": 0.15, "wma": 0.3, "hull": 0.0, "kama": 0.7}[kind]
    return loss + (0.0 if on else 0.4) + 0.02 * abs(hours - 9) * (2 if on else 1)


def branches(t):  # parameters that exist under one choice only
    model = t.suggest_categorical("model", ["tree", "linear", "net"])
    rate = t.suggest_float("rate", 1e-5, 1, log=True)
    loss = 0.15 * math.log10(rate / 0.003) ** 2
    if model == "tree":
        return loss + 0.25 + 0.003 * (t.suggest_int("depth", 2, 32) - 9) ** 2
    if model == "linear":
        return loss + 0.45
    return loss + 0.0002 * (t.suggest_int("units", 8, 256, step=8) - 96) ** 2 / 8 + 0.8 * (t.suggest_float("dropout", 0, 0.9) - 0.25) ** 2


def dtlz2(t):  # three objectives on the unit sphere
    x = box(t, 7, 0, 1)
    g = 1 + sum((v - 0.5) ** 2 for v in x[2:])
    a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
    return g * math.cos(a) * math.cos(b), g * math.cos(a) * math.sin(b), g * math.sin(a)


def zdt2(t):
    x = box(t, 6, 0, 1)
    g = 1 + 9 * sum(x[1:]) / 5
    return x[0], g * (1 - (x[0] / g) ** 2)


SINGLE = [branin_moved, ackley6, levy6, styblinski4, hartmann3, zakharov4, mixed7, branches]
MULTI = {"dtlz2": (dtlz2, [2.5, 2.5, 2.5]), "zdt2": (zdt2, [1.1, 7.0])}
SAMPLERS = {
    "random": lambda s: S.RandomSampler(seed=s),
    "tpe_independent": lambda s: S.TPESampler(seed=s, multivariate=False),
    "tpe_multivariate": lambda s: S.TPESampler(seed=s, multivariate=True, group=True),
    "cmaes": lambda s: S.CmaEsSampler(seed=s, warn_independent_sampling=False),
    "nsgaii": lambda s: S.NSGAIISampler(seed=s, population_size=20),
    "nsgaiii": lambda s: S.NSGAIIISampler(seed=s, population_size=20),
    "gp": lambda s: S.GPSampler(seed=s),
}


def quartiles(v):
    return {k: float(np.percentile(v, p)) for k, p in (("q25", 25), ("median", 50), ("q75", 75))}


def run(sampler, name, trials, seeds):
    out = []
    for seed in range(FIRST, FIRST + seeds):
        if name in MULTI:
            f, reference = MULTI[name]
            study = optuna.create_study(directions=["minimize"] * len(reference), sampler=SAMPLERS[sampler](seed))
            study.optimize(f, n_trials=trials)
            from optuna._hypervolume import compute_hypervolume
            inside = [t.values for t in study.best_trials if all(v <= r for v, r in zip(t.values, reference))]
            out.append(compute_hypervolume(np.array(inside), np.array(reference)) if inside else 0.0)
        else:
            study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
            study.optimize(globals()[name], n_trials=trials)
            out.append(study.best_value)
    return {"case": f"{sampler} {name} {trials}", "seeds": seeds, **quartiles(out)}


def all_cases():
    for f in SINGLE:
        for s in SAMPLERS:
            if s not in ("gp", "nsgaiii"):
                yield from (f"{s} {f.__name__} {n}" for n in (50, 100))
    for m in MULTI:
        yield from (f"{s} {m} 250" for s in ("random", "nsgaii", "nsgaiii"))
    yield from (f"gp {f.__name__} 40" for f in SINGLE)


wanted = sys.argv[1].split(",") if len(sys.argv) > 1 and sys.argv[1] else list(all_cases())
seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
FIRST = int(sys.argv[3]) if len(sys.argv) > 3 else 0
for case in wanted:
    sampler, name, trials = case.split()
    print(json.dumps(run(sampler, name, int(trials), seeds)), flush=True)
