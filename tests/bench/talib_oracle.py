"""What TA-Lib says about one ticker: every number of stock_analyzed, from the same bars; and by that every signal.

Imported by talib_vectors.py and talib_market.py; needs the Python packages TA-Lib and numpy.
"""
import csv
import glob
import os

import numpy as np
import talib


def read_days(folder):
    """ticker -> [(date, open, high, low, close, volume)] of the sessions with trades, oldest first."""
    series = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        date = os.path.basename(path)[:10]
        with open(path, encoding="utf-8") as file:
            for row in csv.DictReader(file):
                bar = tuple(float(row[k]) for k in ("open", "high", "low", "close", "volume"))
                if bar[0] != 0:  # open 0: no trade, feeds no indicator
                    series.setdefault(row["code"], []).append((date, *bar))
    return series


def expected(bars, index=None):
    """bars: array of rows open, high, low, close, volume; index: the closes of the market's index on the same dates, NaN
    where one is missing. field -> values, NaN before the first output."""
    o, h, l, c, v = (np.ascontiguousarray(bars[:, k]) for k in range(5))
    out = {f"sma_{n}": talib.SMA(c, n) for n in (5, 10, 20, 50, 60, 120, 150, 200)}
    out |= {f"ema_{n}": talib.EMA(c, n) for n in (12, 26)}
    out["macd"], out["macd_signal"], out["macd_hist"] = talib.MACD(c, 12, 26, 9)
    out["rsi_14"] = talib.RSI(c, 14)
    out["bb_upper"], out["bb_middle"], out["bb_lower"] = talib.BBANDS(c, 20, 2, 2, talib.MA_Type.SMA)
    out["stoch_k"], out["stoch_d"] = talib.STOCH(h, l, c, 14, 3, 0, 3, 0)
    out["atr_14"] = talib.ATR(h, l, c, 14)
    out["adx_14"] = talib.ADX(h, l, c, 14)
    out["plus_di_14"] = talib.PLUS_DI(h, l, c, 14)
    out["minus_di_14"] = talib.MINUS_DI(h, l, c, 14)
    out["cci_20"] = talib.CCI(h, l, c, 20)
    out["mfi_14"] = talib.MFI(h, l, c, v, 14)
    out["obv"] = talib.OBV(c, v)
    out["willr_14"] = talib.WILLR(h, l, c, 14)
    out["roc_10"] = talib.ROC(c, 10)
    out["volume_sma_20"] = talib.SMA(v, 20)
    out["high_52w"], out["low_52w"] = talib.MAX(h, 250), talib.MIN(l, 250)
    out["ichimoku_conversion"] = talib.MIDPRICE(h, l, 9)
    out["ichimoku_base"] = talib.MIDPRICE(h, l, 26)
    out["ichimoku_span_a"] = (out["ichimoku_conversion"] + out["ichimoku_base"]) / 2
    out["ichimoku_span_b"] = talib.MIDPRICE(h, l, 52)
    out["rs_raw"] = strength(c)
    out |= risk(c, np.full(len(c), np.nan) if index is None else index)
    return out


def risk(closes, index):
    """What TA-Lib has not, by numpy and from its definition: 252 log returns, at least 200."""
    out = {name: np.full(len(closes), np.nan) for name in ("volatility_252", "max_drawdown_252", "beta_252", "rs_index")}
    for i in range(200, len(closes)):
        first = max(0, i - 252)
        own, other = np.diff(np.log(closes[first:i + 1])), np.diff(np.log(index[first:i + 1]))
        out["volatility_252"][i] = 100 * np.std(own, ddof=1) * np.sqrt(252)
        window = closes[first:i + 1]
        out["max_drawdown_252"][i] = 100 * np.min(window / np.maximum.accumulate(window) - 1)
        known = ~np.isnan(other)
        if known.sum() >= 200 and np.var(other[known]) > 0:
            out["beta_252"][i] = np.cov(own[known], other[known])[0, 1] / np.var(other[known], ddof=1)
        if i >= 252:
            out["rs_index"][i] = 100 * ((closes[i] / closes[i - 252]) / (index[i] / index[i - 252]) - 1)
    return out


def strength(closes):
    weights = {63: 0.4, 126: 0.2, 189: 0.2, 252: 0.2}
    return sum(weight * talib.ROC(closes, n) for n, weight in weights.items())


def any_of_last(flags, n):
    """True where any of the last n flags is."""
    return np.convolve(flags, np.ones(n))[: len(flags)] > 0.5


def is_rounding(difference, scale):
    """TA-Lib's width, and ours, for differences that are no movement."""
    with np.errstate(invalid="ignore"):
        return np.abs(difference) <= 1e-14 * scale


def flat(bars):
    """field -> True where prices are flat, so that TA-Lib's 0 and our limit differ by definition."""
    o, h, l, c, v = (np.ascontiguousarray(bars[:, k]) for k in range(5))
    typical = (h + l + c) / 3.0
    before = np.concatenate([typical[:1], typical[:-1]])
    flow = np.where(is_rounding(typical - before, typical + before), 0.0, typical * v)
    highest, lowest = talib.MAX(h, 14), talib.MIN(l, 14)
    no_range = is_rounding(highest - lowest, highest + lowest)
    return {
        "rsi_14": np.cumsum(np.abs(np.diff(c, prepend=c[0]))) == 0,
        "stoch_k": any_of_last(no_range, 3),
        "stoch_d": any_of_last(no_range, 5),
        "willr_14": no_range,
        "mfi_14": ~any_of_last(flow > 0, 14),
    }


# ---- ranks and signals: 1, 0, or NaN where rounding decides


def ranks(strengths):
    """strengths of all stocks of a date -> places 1 to 99; None: nobody to compare with."""
    values = np.sort(strengths)
    if len(values) < 2:
        return None
    less = np.searchsorted(values, strengths, "left")
    equal = np.searchsorted(values, strengths, "right") - less
    return 1 + (98 * (2 * less + equal - 1) + len(values) - 1) // (2 * (len(values) - 1))


def above(a, b):
    a, b = np.broadcast_arrays(a, b)
    with np.errstate(invalid="ignore"):
        undecided = ~(np.abs(a - b) > 1e-9 * np.maximum(np.abs(a), np.abs(b)))
        return np.where(undecided | np.isnan(a) | np.isnan(b), np.nan, (a > b).astype(float))


def both(*conditions):
    """One that does not hold decides, whatever the others are."""
    unknown = np.any([np.isnan(c) for c in conditions], axis=0)
    lowest = np.min([np.where(np.isnan(c), 1.0, c) for c in conditions], axis=0)
    return np.where(lowest == 0, 0.0, np.where(unknown, np.nan, 1.0))


def shifted(values, n):
    return np.concatenate([np.full(min(n, len(values)), np.nan), values[:-n]])


def crosses(a, b):
    now = above(a, b)
    return both(now, 1 - shifted(now, 1))


def where_known(value, *inputs):
    return np.where(np.any([np.isnan(x) for x in inputs], axis=0), -1.0, value)


def signals(bars, values, ratings):
    """values: as expected() gives them; ratings: rs_rating, NaN for none. A signal is -1 where it does not exist."""
    c, v = bars[:, 3], bars[:, 4]

    def simple(value, name):
        return where_known(value, values[name])

    out = {"near_high_52w": simple(above(c, 0.95 * values["high_52w"]), "high_52w")}
    for fast, slow, up, down in (("sma_20", "sma_60", "golden_cross", "dead_cross"),
                                 ("macd", "macd_signal", "macd_cross_up", "macd_cross_down")):
        a, b, before = values[fast], values[slow], shifted(values[slow], 1)
        out[up], out[down] = where_known(crosses(a, b), before), where_known(crosses(b, a), before)
    out["rsi_oversold"] = simple(above(30.0, values["rsi_14"]), "rsi_14")
    out["rsi_overbought"] = simple(above(values["rsi_14"], 70.0), "rsi_14")
    out["bb_breakout_up"] = simple(above(c, values["bb_upper"]), "bb_upper")
    out["bb_breakout_down"] = simple(above(values["bb_lower"], c), "bb_lower")
    out["volume_surge"] = simple(above(v, 3 * values["volume_sma_20"]), "volume_sma_20")
    cloud = [shifted(values[k], 26) for k in ("ichimoku_span_a", "ichimoku_span_b")]
    out["ichimoku_above_cloud"] = where_known(both(*[above(c, span) for span in cloud]), *cloud)
    sma = {n: values[f"sma_{n}"] for n in (50, 150, 200)}
    trend = both(above(c, sma[150]), above(c, sma[200]), above(sma[150], sma[200]),
                 above(sma[200], shifted(sma[200], 22)), above(sma[50], sma[150]), above(sma[50], sma[200]),
                 above(c, sma[50]), above(c, 1.3 * values["low_52w"]), above(c, 0.75 * values["high_52w"]),
                 above(ratings, 69.5))
    out["trend_template"] = where_known(trend, ratings)
    return out
