"""The market as pandas frames, sessions x stocks, and the fields of it that strategies use: for screen_pandas.py."""

import glob
import os

import numpy as np
import pandas as pd
import talib

COLUMNS = ("open", "high", "low", "close", "volume")


def load(folder):
    paths = sorted(glob.glob(os.path.join(folder, "????-??-??.csv")))
    days = {os.path.basename(path)[:10]: pd.read_csv(path, dtype={"code": str}).set_index("code") for path in paths}
    table = pd.concat(days, names=["date"])
    return {name: table[name].unstack("code").astype(float) for name in COLUMNS}


class Panel:
    """sessions: as published; bars: traded sessions, the last one of each stock in the last line."""

    def __init__(self, folder):
        self.sessions = load(folder)
        self.traded = self.sessions["open"] > 0
        self.order = np.argsort(self.traded.to_numpy(), axis=0, kind="stable")
        self.bars = {name: self.pack(frame.where(self.traded)) for name, frame in self.sessions.items()}

    def pack(self, frame):
        return pd.DataFrame(np.take_along_axis(frame.to_numpy(), self.order, axis=0), columns=frame.columns)

    def spread(self, bars):
        out = np.empty_like(bars.to_numpy())
        np.put_along_axis(out, self.order, bars.to_numpy(), axis=0)
        return pd.DataFrame(out, index=self.traded.index, columns=self.traded.columns)


def by_column(function, *frames):
    """TA-Lib over each stock; one frame for each of its outputs."""
    columns = [function(*(frame[code].to_numpy() for frame in frames)) for code in frames[0].columns]
    if not isinstance(columns[0], tuple):
        columns = [(column,) for column in columns]
    return [pd.DataFrame(np.column_stack(part), columns=frames[0].columns) for part in zip(*columns)]


def middle(f, n):
    return (f["high"].rolling(n).max() + f["low"].rolling(n).min()) / 2


def bands(f):
    width = 2 * f["close"].rolling(20).std(ddof=0)
    return f["sma_20"] + width, f["sma_20"], f["sma_20"] - width


def stochastic(f):
    lowest, highest = f["low"].rolling(14).min(), f["high"].rolling(14).max()
    fast = (100 * (f["close"] - lowest) / (highest - lowest)).where(highest > lowest, 50).where(highest.notna())
    k = fast.rolling(3).mean()
    d = k.rolling(3).mean()
    return k.where(d.notna()), d


def on_balance(f):
    c, v = f["close"], f["volume"]
    return (np.sign(c.diff()) * v).fillna(v.where(c.notna() & c.shift().isna())).cumsum()


def strength(f):
    return sum(
        weight * 100 * (f["close"] / f["close"].shift(n) - 1)
        for n, weight in ((63, 0.4), (126, 0.2), (189, 0.2), (252, 0.2))
    )


def rating(f):
    raw = f.panel.spread(f["rs_raw"])
    places = 1 + np.floor(98 * (raw.rank(axis=1) - 1).div(raw.notna().sum(axis=1) - 1, axis=0) + 0.5)
    return f.panel.pack(places.where(raw.notna()))


def wilder(function):
    return lambda f: by_column(lambda *x: function(*x, 14), f["high"], f["low"], f["close"])


FORMULAS = {
    ("bb_upper", "bb_middle", "bb_lower"): bands,
    ("stoch_k", "stoch_d"): stochastic,
    ("macd", "macd_signal", "macd_hist"): lambda f: by_column(talib.MACD, f["close"]),
    ("rsi_14",): lambda f: by_column(lambda x: talib.RSI(x, 14), f["close"]),
    ("atr_14",): wilder(talib.ATR),
    ("adx_14",): wilder(talib.ADX),
    ("plus_di_14",): wilder(talib.PLUS_DI),
    ("minus_di_14",): wilder(talib.MINUS_DI),
    ("volume_sma_20",): lambda f: [f["volume"].rolling(20).mean()],
    ("high_52w",): lambda f: [f["high"].rolling(250).max()],
    ("low_52w",): lambda f: [f["low"].rolling(250).min()],
    ("ichimoku_conversion",): lambda f: [middle(f, 9)],
    ("ichimoku_base",): lambda f: [middle(f, 26)],
    ("span_a",): lambda f: [(f["ichimoku_conversion"] + f["ichimoku_base"]) / 2],
    ("span_b",): lambda f: [middle(f, 52)],
    ("obv",): lambda f: [on_balance(f)],
    ("rs_raw",): lambda f: [strength(f)],
    ("rs_rating",): lambda f: [rating(f)],
} | {(f"sma_{n}",): lambda f, n=n: [f["close"].rolling(n).mean()] for n in (5, 10, 20, 50, 60, 120, 150, 200)}


class Fields(dict):
    """name -> frame, over bars; worked out when it is first asked for."""

    def __init__(self, panel):
        super().__init__(panel.bars)
        self.panel = panel

    def __missing__(self, name):
        names = next(names for names in FORMULAS if name in names)
        self.update(zip(names, FORMULAS[names](self)))
        return self[name]


def fields(panel):
    """All that there are."""
    f = Fields(panel)
    for names in FORMULAS:
        f[names[0]]
    return f
