"""Writes tests/data/indicator/*.txt anew: real bars, and what TA-Lib makes of them.

    tests/bench/vectors                 installs TA-Lib into build/talib and runs this

Run it when the table of src/indicator gets a field or another formula, after talib_oracle.py has learned it. The bars,
the comment and the choice of rows to check are taken from the files themselves; whatever has not changed comes out as
it was. A new case is a file with its two lines of comment ("# code, name: what the case is.", "# Bars: where from.")
and lines "date open high low close volume": every 15th row of it is checked, and both sides of each warm-up.
"""
import csv
import glob
import os
import sys

import numpy as np
import talib

import talib_oracle

FOLDER = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "data", "indicator"))
KOSDAQ = ("042940", "413630", "900110")  # of the cases; the others are KOSPI
BAR = ["date", "open", "high", "low", "close", "volume"]
NEW_CASE_EVERY = 15


def read(path):
    """title, where the bars are from, [date, open .. volume as written], numbers of the rows that were checked."""
    with open(path, encoding="ascii") as file:
        lines = file.read().splitlines()
    comment = [line for line in lines if line.startswith("#")]
    rows = [line.split() for line in lines if line and not line.startswith(("#", "date "))]
    checked = {i for i, row in enumerate(rows) if len(row) > len(BAR)}
    return comment[0], comment[1].split(". Expected values", 1)[0].rstrip("."), [row[: len(BAR)] for row in rows], checked


def index_closes(market, dates):
    """From index_closes.csv, where one day is missing."""
    with open(os.path.join(FOLDER, "index_closes.csv"), encoding="ascii") as file:
        closes = {row["date"]: float(row[market]) for row in csv.DictReader(file)}
    return np.array([closes.get(date, np.nan) for date in dates])


def rows_to_check(values, count, checked):
    """Those checked so far, the last one, and both sides of each warm-up edge."""
    rows = (checked or set(range(0, count, NEW_CASE_EVERY))) | {count - 1}
    for column in values.values():
        known = np.flatnonzero(~np.isnan(column))
        if len(known):
            rows |= {known[0] - 1, known[0], known[0] + 1}
    return {row for row in rows if 0 <= row < count}


def cell(value, is_flat):
    if np.isnan(value):
        return "-"
    return "~" if is_flat else f"{value:.14g}"


def write(path):
    title, origin, sessions, checked = read(path)
    bars = np.array([[float(x) for x in row[1:]] for row in sessions])
    market = "KOSDAQ" if os.path.basename(path).startswith(KOSDAQ) else "KOSPI"
    values = talib_oracle.expected(bars, index_closes(market, [row[0] for row in sessions]))
    flat = talib_oracle.flat(bars)
    check = rows_to_check(values, len(sessions), checked)
    version = talib.__ta_version__.decode().split()[0]
    lines = [title, f"{origin}. Expected values: TA-Lib {version},",
             "# by tests/bench/talib_vectors.py. '-': no value yet. '~': flat prices, where TA-Lib's 0 is not our limit. "
             "A row that ends early: not checked.",
             " ".join([*BAR, *values])]
    for i, row in enumerate(sessions):
        cells = [cell(column[i], name in flat and flat[name][i]) for name, column in values.items()] if i in check else []
        lines.append(" ".join([*row, *cells]))
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def main():
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(FOLDER, "*.txt")))
    for path in paths:
        write(path)
    print(f"{len(paths)} files of vectors written: git diff --stat {os.path.relpath(FOLDER)}")


if __name__ == "__main__":
    main()
