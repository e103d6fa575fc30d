"""What TA-Lib says about one ticker: every field of stock_analyzed that src/indicator computes, from the same bars.

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


def expected(bars):
    """bars: array of rows open, high, low, close, volume. field -> values, NaN before the first output."""
    o, h, l, c, v = (np.ascontiguousarray(bars[:, k]) for k in range(5))
    out = {f"sma_{n}": talib.SMA(c, n) for n in (5, 10, 20, 60, 120, 200)}
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
    weights = {63: 0.4, 126: 0.2, 189: 0.2, 252: 0.2}
    out["rs_raw"] = sum(weight * talib.ROC(c, n) for n, weight in weights.items())
    return out


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
