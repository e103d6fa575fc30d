"""Every indicator, ticker and session of the sample market against TA-Lib; prints the largest error of each field.

    tests/bench/vectors             installs TA-Lib into build/talib
    build/talib/bin/python tests/bench/talib_market.py FOLDER [--adjust] [--tickers N]

FOLDER holds a day a file, YYYY-MM-DD.csv: tests/data/days, or a whole market.

Compiles the pure modules into a shared library of its own (cc, or $CC). --adjust multiplies each ticker's prices before
its middle session by a factor and divides the volumes, as behind a corporate action, so that values are no longer
whole. A field fails when it exceeds 1e-9 of the value plus 1e-12 of what the value is made of (the ticker's largest
price, or 100): a stochastic of 0 or a MACD crossing 0 is the rounding of larger numbers on both sides, and no relative
error is told below 1e-9 of these. Flat windows, where our limits differ from TA-Lib's 0 by definition, are counted but
not compared. rs_rating and signals are worked out again from TA-Lib's values and must be the same, but where less than
1e-9 lies between what is compared. Exit code 1 when a field fails.
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
    _fields_ = [("count", ctypes.c_size_t)] + [(k, DOUBLES) for k in ("open", "high", "low", "close", "volume", "chained")]
    _fields_ += [("rating", ctypes.POINTER(ctypes.c_uint8)), ("market", ctypes.POINTER(ctypes.c_uint8))]
    _fields_ += [("index_closes", DOUBLES * 2), ("company", ctypes.POINTER(DOUBLES))]


class Indicator(ctypes.Structure):  # as in indicator.h
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("parameters", ctypes.c_int * 4),
        ("fields", ctypes.c_char_p * 5),
        ("help", ctypes.c_char_p),
        ("kind", ctypes.c_int),
        ("start", ctypes.c_void_p),
        ("compute", ctypes.c_void_p),
        ("inputs", ctypes.c_char_p * 7),
        ("back", ctypes.c_int * 6),
        ("holds", ctypes.c_void_p),
    ]


class StockRow(ctypes.Structure):  # as in row.h
    _fields_ = [("ticker", ctypes.c_char * 8), ("name", ctypes.c_char * 96), ("market", ctypes.c_int)]
    _fields_ += [(k, ctypes.c_int64) for k in ("open", "high", "low", "close", "change", "volume", "value", "cap", "shares")]
    _fields_ += [("base_kind", ctypes.c_uint8), ("administrative", ctypes.c_bool)]


class Session(ctypes.Structure):  # as in session.h
    _fields_ = [("date", ctypes.c_int32), ("markets", ctypes.c_uint), ("rows", ctypes.POINTER(StockRow))]
    _fields_ += [("count", ctypes.c_size_t), ("capacity", ctypes.c_size_t), ("has_kinds", ctypes.c_bool)]


def build(folder):
    library = os.path.join(folder, "libindicator.so")
    sources = [path for part in ("base", "market", "indicator") for path in glob.glob(os.path.join(ROOT, "src", part, "*.c"))]
    flags = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-I", os.path.join(ROOT, "include")]
    subprocess.run([os.environ.get("CC", "cc"), *flags, *sorted(sources), "-o", library, "-lm", "-lzstd", "-linih"], check=True)
    return ctypes.CDLL(library)


def field_names(library):
    library.indicator_table.restype = ctypes.POINTER(Indicator)
    count = ctypes.c_size_t()
    table = library.indicator_table(ctypes.byref(count))
    return [f.decode() for row in table[: count.value] for f in row.fields if f]


def company_names(library):
    """Those that come from outside the bars: without values here."""
    count = ctypes.c_size_t()
    table = library.indicator_table(ctypes.byref(count))
    return {f.decode() for row in table[: count.value] for f in row.fields if f and row.name == b"company"}


def pointer(array):
    return array.ctypes.data_as(DOUBLES)


def compute(library, names, bars, ratings):
    """field -> values, NaN where the library wrote nothing."""
    columns = [np.ascontiguousarray(bars[:, k]) for k in (0, 1, 2, 3, 4, 3)]
    places = np.nan_to_num(ratings).astype(np.uint8)
    rating = places.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
    outputs = {name: np.full(len(bars), np.nan) for name in names}
    pointers = (DOUBLES * len(names))(*[pointer(a) for a in outputs.values()])
    library.indicator_compute_all(ctypes.byref(Bars(len(bars), *[pointer(a) for a in columns], rating)), pointers)
    return outputs


def adjust(bars, ticker):
    factor = random.Random(ticker).uniform(0.05, 1.0)
    bars = bars.copy()
    before = len(bars) // 2
    bars[:before, :4] *= factor
    bars[:before, 4] /= factor
    return bars


def market_by_date(series):
    """date -> [(ticker, close)] of the stocks that traded."""
    dates = {}
    for ticker, sessions in series:
        for date, _, _, _, close, _ in sessions:
            dates.setdefault(date, []).append((ticker, close))
    return dict(sorted(dates.items()))


def strength_ratings(library, by_date):
    """What src/indicator/strength.c says: date -> {ticker: place}, 0 for none."""
    library.strength_find.restype = ctypes.c_void_p
    strength, before, places = ctypes.create_string_buffer(256), {}, {}
    for number, (date, stocks) in enumerate(by_date.items()):
        rows = (StockRow * len(stocks))()
        for row, (ticker, close) in zip(rows, stocks):
            row.ticker, row.close, row.open = ticker.encode(), int(close), int(close)
            row.change = int(close) - before.get(ticker, int(close))
            before[ticker] = int(close)
        session = Session(number, 1, rows, len(stocks), len(stocks))
        assert library.strength_add(strength, ctypes.byref(session), False) == 0
        found = {ticker: ctypes.c_void_p(library.strength_find(strength, ticker.encode())) for ticker, _ in stocks}
        places[date] = {ticker: library.strength_rating(strength, stock) for ticker, stock in found.items()}
    return places


def oracle_ratings(series):
    """What TA-Lib's rs_raw gives: ticker -> {date: place}."""
    by_date, places = {}, {}
    for ticker, sessions in series:
        closes = np.array([row[4] for row in sessions])
        for row, value in zip(sessions, talib_oracle.strength(closes)):
            if not np.isnan(value):
                by_date.setdefault(row[0], []).append((ticker, value))
    for date, stocks in by_date.items():
        ranks = talib_oracle.ranks(np.array([value for _, value in stocks]))
        if ranks is not None:
            for (ticker, _), place in zip(stocks, ranks):
                places.setdefault(ticker, {})[date] = int(place)
    return places


def compare_ratings(ours, theirs):
    compared = failed = 0
    for date, places in ours.items():
        for ticker, place in places.items():
            wanted = theirs.get(ticker, {}).get(date, 0)
            compared += wanted > 0
            failed += place != wanted
    print(f"rs_rating of the whole market: {compared} places, {failed} differ")
    return failed


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
            relative = np.where((error == 0) | (wanted < 1e-9 * scale), 0.0, error / wanted)
        self.relative = max(self.relative, float(relative.max()))
        self.failed += int((share > 1).sum())
        if share.max() > self.share:
            self.share = float(share.max())
            i = at[share.argmax()]
            self.where = f"{ticker} {dates[i]}: {ours[i]:.17g}, TA-Lib {theirs[i]:.17g}"


def check_signals(ours, theirs, flat, counts):
    for name, wanted in theirs.items():
        decided = ~np.isnan(wanted) & ~flat.get("rsi_14", False) if name.startswith("rsi") else ~np.isnan(wanted)
        count = counts.setdefault(name, [0, 0, 0])
        count[0] += int((decided & (wanted >= 0)).sum())
        count[1] += int((wanted[decided] == 1).sum())
        count[2] += int((np.nan_to_num(ours[name][decided], nan=-1) != wanted[decided]).sum())


def main():
    parser = argparse.ArgumentParser(description="src/indicator against TA-Lib over a whole market")
    parser.add_argument("days", help="folder of YYYY-MM-DD.csv: code,open,high,low,close,volume")
    parser.add_argument("--adjust", action="store_true", help="fractional prices and volumes, as behind a split")
    parser.add_argument("--tickers", type=int, help="only the first N tickers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = build(folder)
    names = field_names(library)
    worst, signals, beside = {}, {}, company_names(library) | {"rs_rating"}
    market = sorted(talib_oracle.read_days(options.days).items())
    places = oracle_ratings(market)
    failed = compare_ratings(strength_ratings(library, market_by_date(market)), places)
    series = market[: options.tickers]
    for ticker, sessions in series:
        bars = np.array([row[1:] for row in sessions])
        if options.adjust:
            bars = adjust(bars, ticker)
        ratings = np.array([places.get(ticker, {}).get(row[0], np.nan) for row in sessions], dtype=float)
        ours, theirs, flat = compute(library, names, bars, ratings), talib_oracle.expected(bars), talib_oracle.flat(bars)
        told = talib_oracle.signals(bars, theirs, ratings)
        assert set(ours) == set(theirs) | set(told) | beside, set(ours) ^ set(theirs) ^ set(told)
        scale, dates, never = max(100.0, bars[:, :4].max()), [row[0] for row in sessions], np.zeros(len(bars), bool)
        for name in theirs:
            worst.setdefault(name, Worst()).add(ticker, dates, ours[name], theirs[name], flat.get(name, never), scale)
        check_signals(ours, told, flat, signals)
    print(f"{len(series)} tickers, largest error of each field")
    print(f"{'field':20} {'values':>8} {'flat':>6} {'failed':>6} {'relative':>9} {'of allowed':>10}  worst")
    for name, w in worst.items():
        print(f"{name:20} {w.compared:8} {w.flat:6} {w.failed:6} {w.relative:9.1e} {w.share:10.1e}  {w.where}")
    print(f"{'signal':20} {'values':>8} {'held':>8} {'failed':>6}")
    for name, (values, held, wrong) in signals.items():
        print(f"{name:20} {values:8} {held:8} {wrong:6}")
    sys.exit(bool(failed) or any(w.failed for w in worst.values()) or any(count[2] for count in signals.values()))


if __name__ == "__main__":
    main()
