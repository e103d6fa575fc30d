"""Screens, strategies and their outcomes as somebody would write them in pandas: what closebell's speed is held against.

    tests/bench/screen_pandas.py FOLDER [--check] [--repeat N]

FOLDER holds a day a file, YYYY-MM-DD.csv: code,open,high,low,close,volume. Needs pandas and TA-Lib (tests/bench/vectors
installs the latter into build/talib; build/talib/bin/pip install pandas). Prints a line of JSON for each time, the best of
N (3), by the clock and of the processor: the load; all fields (rolling windows of whole frames, TA-Lib column by column
for what has a memory); then each strategy on the newest session, each strategy over all sessions with its outcome, and
all of them. "from prices": the fields that the strategy needs are worked out in that time; else they, like prices, are in
memory already. What strategies share (fields, returns and paths of the equal-weight market) is worked out once for all
twenty-one; a strategy alone works out its own.

Frames are sessions x stocks. "n sessions ago" means traded ones, so `bars` has each stock's traded sessions pushed
together to the bottom; `spread` puts them back to their dates. --check holds all lists and outcomes against those of
screen_oracle.py (outcomes differ where a strategy has answers that may be either); for the whole market it takes minutes.
"""

import argparse
import json
import time

import numpy as np
import pandas as pd

from screen_frames import Fields, Panel, fields

HORIZONS = (5, 20, 60)


class All:
    """Every session: frames."""

    def __init__(self, panel):
        self.panel = panel

    def at(self, x, ago=0):
        return x.shift(ago) if ago else x

    def highest(self, x, n, ago=0):
        return self.at(x.rolling(n).max(), ago)

    def lowest(self, x, n, ago=0):
        return self.at(x.rolling(n).min(), ago)

    def rank(self, x):
        x = self.panel.spread(x)
        return self.panel.pack(100 * (x.rank(axis=1) - 1).div(x.notna().sum(axis=1) - 1, axis=0))

    def answer(self, found):
        return self.panel.spread(found) & self.panel.traded


class Newest:
    """The last session only: a value for each stock. Windows need just the last lines of the frames."""

    def __init__(self, panel):
        self.traded = panel.traded.iloc[-1]

    def at(self, x, ago=0):
        return x.iloc[-1 - ago]

    def window(self, x, n, ago):
        return x.iloc[len(x) - ago - n : len(x) - ago]

    def highest(self, x, n, ago=0):
        return self.window(x, n, ago).max(skipna=False)

    def lowest(self, x, n, ago=0):
        return self.window(x, n, ago).min(skipna=False)

    def rank(self, x):
        x = x.where(self.traded)
        return 100 * (x.rank() - 1) / (x.notna().sum() - 1)

    def answer(self, found):
        return found & self.traded


def crosses_above(a, b, s):
    return (s.at(a) > s.at(b)) & (s.at(a, 1) <= s.at(b, 1))


def aligned(f, s):
    a, b, c, d = (s.at(f[f"sma_{n}"]) for n in (5, 20, 60, 120))
    return (a > b) & (b > c) & (c > d) & (b > s.at(f["sma_20"], 5))


def turtle(n):
    return lambda f, s: s.at(f["close"]) > s.highest(f["high"], n, 1)


def trend_template(f, s):
    c = s.at(f["close"])
    a, b, d = (s.at(f[f"sma_{n}"]) for n in (50, 150, 200))
    return (
        (c > b)
        & (c > d)
        & (b > d)
        & (d > s.at(f["sma_200"], 22))
        & (a > b)
        & (a > d)
        & (c > a)
        & (c >= 1.3 * s.at(f["low_52w"]))
        & (c >= 0.75 * s.at(f["high_52w"]))
        & (s.at(f["rs_rating"]) >= 70)
    )


def pullback(f, s):
    c, mean = s.at(f["close"]), s.at(f["sma_20"])
    return (
        aligned(f, s) & (c >= 0.97 * mean) & (c <= 1.03 * mean) & (s.at(f["volume"]) < 0.7 * s.at(f["volume_sma_20"]))
    )


def tail(f, s, n, *names):
    """Only the lines that the newest session needs."""
    return [f[name].iloc[-n:] if isinstance(s, Newest) else f[name] for name in names]


def squeeze(f, s):
    upper, middle, lower = tail(f, s, 120, "bb_upper", "bb_middle", "bb_lower")
    width = (upper - lower) / middle
    return s.at(width) <= s.lowest(width, 119, 1)


def cloud_break(f, s):
    def above(ago):
        a, b, c = s.at(f["span_a"], 26 + ago), s.at(f["span_b"], 26 + ago), s.at(f["close"], ago)
        return (c > a) & (c > b), b.notna()

    now, before = above(0), above(1)
    return now[0] & before[1] & ~before[0] & (s.at(f["ichimoku_conversion"]) > s.at(f["ichimoku_base"]))


def pocket_pivot(f, s):
    close, volume = tail(f, s, 12, "close", "volume")
    before = close.shift()
    falling = (volume * (close < before)).where(before.notna())
    return (
        (s.at(close) > s.at(close, 1)) & (s.at(volume) > s.highest(falling, 10, 1)) & (s.at(close) >= s.at(f["sma_10"]))
    )


def contraction(f, s):
    def span(n):
        return s.highest(f["high"], n) - s.lowest(f["low"], n)

    return trend_template(f, s) & (span(10) < 0.5 * span(60)) & (s.at(f["volume"]) < s.at(f["volume_sma_20"]))


def high_tight_flag(f, s):
    top = s.highest(f["high"], 20)
    return (top >= 1.9 * s.lowest(f["low"], 60)) & (s.at(f["close"]) >= 0.8 * top)


STRATEGIES = {
    "aligned": aligned,
    "bb_volume": lambda f, s: (s.at(f["close"]) > s.at(f["bb_upper"]))
    & (s.at(f["volume"]) >= 3 * s.at(f["volume_sma_20"]))
    & (s.at(f["volume"]) > 0),
    "calm_growth": lambda f, s: (s.at(f["atr_14"]) / s.at(f["close"]) < 0.03)
    & (s.at(f["close"]) > 1.2 * s.at(f["close"], 60)),
    "cloud_break": cloud_break,
    "contraction": contraction,
    "di_cross": lambda f, s: crosses_above(f["plus_di_14"], f["minus_di_14"], s) & (s.at(f["adx_14"]) > 25),
    "golden_cross": lambda f, s: crosses_above(f["sma_20"], f["sma_60"], s),
    "high_52w_breakout": lambda f, s: (s.at(f["close"]) > s.at(f["high_52w"], 1))
    & (s.at(f["volume"]) >= 1.5 * s.at(f["volume_sma_20"])),
    "high_tight_flag": high_tight_flag,
    "macd_golden_cross": lambda f, s: crosses_above(f["macd"], f["macd_signal"], s),
    "macd_turn": lambda f, s: crosses_above(f["macd"], f["macd_signal"], s) & (s.at(f["macd"]) < 0),
    "momentum_12_1": lambda f, s: s.rank(s.at(f["close"], 21) / s.at(f["close"], 252)) >= 90,
    "obv_lead": lambda f, s: (s.at(f["obv"]) > s.highest(f["obv"], 60, 1))
    & (s.at(f["close"]) <= s.highest(f["close"], 60, 1)),
    "pocket_pivot": pocket_pivot,
    "pullback": pullback,
    "rsi_recovery": lambda f, s: (s.at(f["rsi_14"]) > 30)
    & (s.at(f["rsi_14"], 1) <= 30)
    & (s.at(f["close"]) > s.at(f["sma_200"])),
    "squeeze": squeeze,
    "stoch_turn": lambda f, s: crosses_above(f["stoch_k"], f["stoch_d"], s) & (s.at(f["stoch_k"]) < 20),
    "trend_template": trend_template,
    "turtle_20": turtle(20),
    "turtle_55": turtle(55),
}


class Outcomes:
    """The market's side of every outcome: each part is worked out when it is first asked for."""

    def __init__(self, panel):
        s, self.traded = panel.sessions, panel.traded
        base = s["close"].ffill().shift().fillna(s["close"])  # prices of this data are adjusted: no action moves it
        locked = (100 * (s["open"] - base) >= 29 * base) & (s["low"] == s["open"])
        self.fate = pd.DataFrame(
            np.select([s["open"].isna(), s["open"] == 0, locked], [1, 2, 3], 0), index=base.index, columns=base.columns
        ).shift(-1, fill_value=4)
        self.entry = s["open"].where(s["open"] > 0).shift(-1)
        self.close = s["close"].ffill()
        self.members = self.traded & (self.fate == 0)
        self.inverse = 1 / self.entry.where(self.members)
        self.means = {}

    def returns(self, k):
        """Of the members alone, whose mean is the market's."""
        out = self.close.shift(-k) * self.inverse - 1
        if k not in self.means:
            self.means[k] = out.mean(axis=1)
        return out


def outcome(o, found):
    fates = o.fate.to_numpy()[found.to_numpy()]
    entered = found & o.members
    figures = {"signals": len(fates)} | {
        name: int((fates == i).sum()) for i, name in enumerate(("entered", "gone", "halted", "locked", "pending"))
    }
    for h in HORIZONS:
        returns = o.returns(h).where(entered).stack().dropna()
        market = pd.Series(o.means[h].reindex(returns.index.get_level_values(0)).to_numpy(), returns.index)
        excess = returns - market
        groups = (excess - excess.mean()).groupby(level=0).sum()
        g = len(groups)
        error = np.sqrt(g / (g - 1) * (groups**2).sum()) / len(excess) if g > 1 else None
        q1, median, q3 = excess.quantile([0.25, 0.5, 0.75])
        figures[f"h{h}"] = {
            "n": len(excess),
            "mean": excess.mean(),
            "q1": q1,
            "median": median,
            "q3": q3,
            "hit_rate": (excess > 0).mean(),
            "standard_error": error,
            "return_mean": returns.mean(),
            "return_median": returns.median(),
            "market_mean": market.mean(),
        }
    used = entered & o.close.notna().shift(20, fill_value=False)
    used.iloc[-60:] = False
    line, stock = np.nonzero(used.to_numpy())
    close, inverse = o.close.to_numpy(), o.inverse.to_numpy()[line, stock]
    figures["path"] = []
    for k in range(-20, 61):
        if k not in o.means:
            o.returns(k)
        own = close[line + k, stock] * inverse - 1
        figures["path"].append(float((own - o.means[k].to_numpy()[line]).mean()) if len(line) else None)
    return figures


def repeated(panel, found):
    bars = panel.pack(found.where(panel.traded, False))
    return int((bars & bars.shift(fill_value=False)).to_numpy().sum())


def whole(panel, f, o, name):
    found = All(panel).answer(STRATEGIES[name](f, All(panel)).astype(bool))
    return outcome(o, found) | {"repeated": repeated(panel, found)}


def timed(what, repeat, function, **more):
    best, cpu = [], []
    for _ in range(repeat):
        start, busy = time.perf_counter(), time.process_time()
        out = function()
        best.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - busy))
    print(json.dumps({"what": what, "ms": round(min(best), 3), "cpu_ms": round(min(cpu), 3)} | more), flush=True)
    return out


def check_outcome(name, ours, theirs):
    """Figures that differ, of those that both have."""
    wrong = [
        key
        for key in ("signals", "repeated", "entered", "gone", "halted", "locked", "pending")
        if ours[key] != theirs[key]
    ]
    for h in HORIZONS:
        for key, value in ours[f"h{h}"].items():
            wanted = theirs[f"h{h}"].get(key)
            if wanted is not None and (value is None or not np.isclose(value, wanted, 1e-7, 1e-9)):
                wrong.append(f"h{h}.{key}")
    if theirs["path"]["n"] and not np.allclose(ours["path"], theirs["path"]["values"], 1e-7, 1e-9):
        wrong.append("path")
    if wrong:
        print(name, wrong)
    return bool(wrong)


def check(panel, f, folder):
    from screen_evaluate import TRUE, Evaluator
    from screen_language import parse
    from screen_market import Market
    from screen_oracle import strategies
    from screen_outcome import outcome as outcome_by_definition

    market, wrong, differ = Market([folder], markets=("KOSPI", "KOSDAQ", "KONEX")), 0, 0  # the files do not say which
    evaluator, last, o = Evaluator(market), len(market.dates) - 1, Outcomes(panel)
    for name, where in strategies().items():
        newest = Newest(panel).answer(STRATEGIES[name](f, Newest(panel)))
        found = All(panel).answer(STRATEGIES[name](f, All(panel)).astype(bool))
        assert newest.equals(found.iloc[-1].rename(newest.name)), name
        for d in range(last + 1):
            ours = set(found.columns[found.iloc[d].to_numpy()])
            answers = [
                (market.stocks[s].code, a) for s, a in zip(market.considered[d], evaluator.answers(parse(where), d))
            ]
            must, may = {code for code, a in answers if a == TRUE}, {code for code, a in answers if a & TRUE}
            if not must <= ours <= may:
                wrong += 1
                print(name, market.dates[d], sorted(must - ours)[:5], sorted(ours - may)[:5])
        theirs = outcome_by_definition(market, Evaluator(market, bitwise=True), parse(where), 0, last)
        differ += check_outcome(name, whole(panel, f, o, name), theirs)
    print(
        json.dumps(
            {"what": "check", "lists": len(STRATEGIES) * (last + 1), "wrong": wrong, "outcomes_that_differ": differ}
        )
    )


def main():
    parser = argparse.ArgumentParser(description="screens in pandas, timed")
    parser.add_argument("folder")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    panel = timed("load", 1, lambda: Panel(options.folder))
    f = timed("fields", 1, lambda: fields(panel), stocks=panel.traded.shape[1], sessions=panel.traded.shape[0])
    if options.check:
        return check(panel, f, options.folder)
    newest = lambda fields, strategy: Newest(panel).answer(strategy(fields, Newest(panel)))
    for name, strategy in STRATEGIES.items():
        found = timed("newest", options.repeat, lambda: newest(f, strategy), strategy=name)
        timed(
            "newest from prices",
            options.repeat,
            lambda: newest(Fields(panel), strategy),
            strategy=name,
            matches=int(found.sum()),
        )
    for name in STRATEGIES:
        timed("sessions", options.repeat, lambda: whole(panel, f, Outcomes(panel), name), strategy=name)
        timed(
            "sessions from prices",
            options.repeat,
            lambda: whole(panel, Fields(panel), Outcomes(panel), name),
            strategy=name,
        )

    def everything(fields):
        shared = Outcomes(panel)
        return [whole(panel, fields, shared, name) for name in STRATEGIES]

    timed(
        "newest, all",
        options.repeat,
        lambda: [newest(f, strategy) for strategy in STRATEGIES.values()],
        strategies=len(STRATEGIES),
    )
    timed("all", 1, lambda: everything(f), strategies=len(STRATEGIES))
    timed("all from prices", 1, lambda: everything(Fields(panel)), strategies=len(STRATEGIES))


if __name__ == "__main__":
    main()
