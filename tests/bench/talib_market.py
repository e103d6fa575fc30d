"""Every indicator, ticker and session of the sample market against TA-Lib; prints the largest error of each field.

    python3 -m venv /tmp/talib && /tmp/talib/bin/pip install TA-Lib numpy
    /tmp/talib/bin/python tests/bench/talib_market.py ../shared/krx/days [--adjust] [--tickers N]

Compiles src/indicator into a shared library of its own (cc, or $CC). --adjust multiplies each ticker's prices before
its middle session by a factor and divides the volumes, as behind a corporate action, so that values are no longer
whole. A field fails when it exceeds 1e-9 of the value plus 1e-12 of what the value is made of (the ticker's largest
price, or 100): a stochastic of 0 or a MACD crossing 0 is the rounding of larger numbers on both sides. Flat windows,
where our limits differ from TA-Lib's 0 by definition, are counted but not compared. Exit code 1 when a field fails.
"""
import argparse
import ctypes
import glob
import os
import random
import subprocess
import sys
import tempfile

import numpy as np

import talib_oracle

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DOUBLES = ctypes.POINTER(ctypes.c_double)


class Bars(ctypes.Structure):
    _fields_ = [("count", ctypes.c_size_t)] + [(k, DOUBLES) for k in ("open", "high", "low", "close", "volume")]


class Indicator(ctypes.Structure):  # the start of it, as in indicator.h
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("parameters", ctypes.c_int * 4),
        ("fields", ctypes.c_char_p * 5),
        ("start", ctypes.c_void_p),
        ("compute", ctypes.c_void_p),
        ("help", ctypes.c_char_p),
    ]


def build(folder):
    library = os.path.join(folder, "libindicator.so")
    sources = sorted(glob.glob(os.path.join(ROOT, "src/indicator/*.c")))
    flags = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-I", os.path.join(ROOT, "include")]
    subprocess.run([os.environ.get("CC", "cc"), *flags, *sources, "-o", library, "-lm"], check=True)
    return ctypes.CDLL(library)


def field_names(library):
    library.indicator_table.restype = ctypes.POINTER(Indicator)
    count = ctypes.c_size_t()
    table = library.indicator_table(ctypes.byref(count))
    return [f.decode() for row in table[: count.value] for f in row.fields if f]


def pointer(array):
    return array.ctypes.data_as(DOUBLES)


def compute(library, names, bars):
    """field -> values, NaN where the library wrote nothing."""
    columns = [np.ascontiguousarray(bars[:, k]) for k in range(5)]
    outputs = {name: np.full(len(bars), np.nan) for name in names}
    pointers = (DOUBLES * len(names))(*[pointer(a) for a in outputs.values()])
    library.indicator_compute_all(ctypes.byref(Bars(len(bars), *[pointer(a) for a in columns])), pointers)
    return outputs


def adjust(bars, ticker):
    factor = random.Random(ticker).uniform(0.05, 1.0)
    bars = bars.copy()
    before = len(bars) // 2
    bars[:before, :4] *= factor
    bars[:before, 4] /= factor
    return bars


class Worst:
    """The largest errors of one field, and where."""

    def __init__(self):
        self.compared = self.flat = self.failed = 0
        self.relative = self.share = 0.0
        self.where = ""

    def add(self, ticker, dates, ours, theirs, flat, scale):
        known = ~np.isnan(theirs)
        if (np.isnan(ours) != ~known).any():
            self.failed += 1
            self.where = f"{ticker}: warm-up differs"
            return
        self.flat += int((known & flat).sum())
        at = np.flatnonzero(known & ~flat)
        if len(at) == 0:
            return
        self.compared += len(at)
        error, wanted = np.abs(ours[at] - theirs[at]), np.abs(theirs[at])
        share = error / (1e-9 * wanted + 1e-12 * scale)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(error == 0, 0.0, error / wanted)
        self.relative = max(self.relative, float(relative.max()))
        self.failed += int((share > 1).sum())
        if share.max() > self.share:
            self.share = float(share.max())
            i = at[share.argmax()]
            self.where = f"{ticker} {dates[i]}: {ours[i]:.17g}, TA-Lib {theirs[i]:.17g}"


def main():
    parser = argparse.ArgumentParser(description="src/indicator against TA-Lib over a whole market")
    parser.add_argument("days", help="folder of YYYY-MM-DD.csv: code,open,high,low,close,volume")
    parser.add_argument("--adjust", action="store_true", help="fractional prices and volumes, as behind a split")
    parser.add_argument("--tickers", type=int, help="only the first N tickers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = build(folder)
    names = field_names(library)
    worst = {name: Worst() for name in names}
    series = sorted(talib_oracle.read_days(options.days).items())[: options.tickers]
    for ticker, sessions in series:
        bars = np.array([row[1:] for row in sessions])
        if options.adjust:
            bars = adjust(bars, ticker)
        ours, theirs, flat = compute(library, names, bars), talib_oracle.expected(bars), talib_oracle.flat(bars)
        assert set(ours) == set(theirs), set(ours) ^ set(theirs)
        scale, dates, never = max(100.0, bars[:, :4].max()), [row[0] for row in sessions], np.zeros(len(bars), bool)
        for name in names:
            worst[name].add(ticker, dates, ours[name], theirs[name], flat.get(name, never), scale)
    print(f"{len(series)} tickers, largest error of each field")
    print(f"{'field':20} {'values':>8} {'flat':>6} {'failed':>6} {'relative':>9} {'of allowed':>10}  worst")
    for name, w in worst.items():
        print(f"{name:20} {w.compared:8} {w.flat:6} {w.failed:6} {w.relative:9.1e} {w.share:10.1e}  {w.where}")
    sys.exit(any(w.failed for w in worst.values()))


if __name__ == "__main__":
    main()
