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
    return out


def flat(bars):
    """field -> True where prices are flat, so that TA-Lib's 0 and our limit differ by definition."""
    c = bars[:, 3]
    moved = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(c)))])
    return {"rsi_14": moved == 0}
