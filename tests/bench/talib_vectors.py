"""Writes tests/data/indicator/*.txt: real bars, and what TA-Lib makes of them.

    python3 -m venv /tmp/talib && /tmp/talib/bin/pip install TA-Lib numpy
    /tmp/talib/bin/python tests/bench/talib_vectors.py ../shared/krx/days tests/data/indicator

The first argument is the folder of daily CSV files (code,open,high,low,close,volume). Run it again when the table of
src/indicator gets a field; the bars and the old columns come out unchanged.
"""
import os
import sys

import numpy as np
import talib

import talib_oracle

# file, ticker, number of sessions kept (None: all), expectations on every nth row, what the case is
CASES = [
    ("005930_large", "005930", None, 1, "Samsung Electronics: traded in every session"),
    ("413630_illiquid", "413630", None, 15, "CP System: 67 sessions of the period had no trade and are left out"),
    ("042940_price_limit", "042940", None, 15, "Sangji Construction: ten sessions in a row at the price limit"),
    ("900110_few_won", "900110", None, 15, "East Asia Holdings: prices of 46 to 124 won"),
    ("001067_one_price", "001067", None, 15, "JW Pharmaceutical 2nd preferred: 144 sessions with a single price"),
    ("064400_new_listing", "064400", 3, 1, "LG CNS: its first three sessions, listed 2025-02-05; nothing has warmed up"),
]


def rows_to_check(values, count, every):
    """Every nth row, the last one, and both sides of each warm-up edge."""
    rows = set(range(0, count, every)) | {count - 1}
    for column in values.values():
        known = np.flatnonzero(~np.isnan(column))
        if len(known):
            rows |= {known[0] - 1, known[0], known[0] + 1}
    return {row for row in rows if 0 <= row < count}


def cell(value, is_flat):
    if np.isnan(value):
        return "-"
    return "~" if is_flat else f"{value:.14g}"


def write(path, ticker, what, sessions, every):
    bars = np.array([row[1:] for row in sessions])
    values = talib_oracle.expected(bars)
    flat = talib_oracle.flat(bars)
    check = rows_to_check(values, len(sessions), every)
    with open(path, "w", encoding="ascii") as file:
        file.write(f"# {ticker}, {what}.\n")
        file.write(f"# Bars: the sample of the exchange's daily prices, {sessions[0][0]} to {sessions[-1][0]}. Expected values: ")
        file.write(f"TA-Lib {talib.__ta_version__.decode().split()[0]},\n# by tests/bench/talib_vectors.py. ")
        file.write("'-': no value yet. '~': flat prices, where TA-Lib's 0 is not our limit. A row that ends early: not checked.\n")
        file.write(" ".join(["date open high low close volume", *values]) + "\n")
        for i, (date, *bar) in enumerate(sessions):
            cells = [date] + [f"{x:.17g}" for x in bar]
            if i in check:
                cells += [cell(column[i], name in flat and flat[name][i]) for name, column in values.items()]
            file.write(" ".join(cells) + "\n")


def main():
    days, target = sys.argv[1:3]
    series = talib_oracle.read_days(days)
    for name, ticker, count, every, what in CASES:
        write(os.path.join(target, name + ".txt"), ticker, what, series[ticker][:count], every)


if __name__ == "__main__":
    main()
