"""The archive as the oracle of screens sees it: real sessions from files of CSV, and what TA-Lib makes of them.

Folders come in order of time, each a row of sessions without a hole (a file a session, YYYY-MM-DD.csv); between two
folders a session may be missing, so no corporate action is told there. A folder of days (code,open,high,low,close,volume)
has listing.csv beside it; change is then against the close in the file before that has the stock, 0 at first, value is
close x volume and market_cap close x listed_shares, as tests/support/live_sample.h has it.
"""

import csv
import glob
import os

import numpy as np

import talib_oracle
from screen_language import NUMBERS

PRICES = ("open", "high", "low", "close")
PUBLISHED = ("value", "market_cap", "listed_shares")
# Picked out of whole prices, or halves and quarters of their sums: exact where no action lies behind.
WHOLE = {"high_52w", "low_52w", "ichimoku_conversion", "ichimoku_base", "ichimoku_span_a", "ichimoku_span_b"}
SCALE_100 = {
    "rsi_14",
    "stoch_k",
    "stoch_d",
    "adx_14",
    "plus_di_14",
    "minus_di_14",
    "cci_20",
    "mfi_14",
    "willr_14",
    "roc_10",
    "rs_raw",
}
SCALE_VOLUME = {"volume_sma_20", "obv"}


def read_csv(path):
    with open(path, encoding="utf-8") as file:
        yield from csv.DictReader(file)


def read_folder(folder):
    """date -> {code: row}, a row a dictionary of integers and texts."""
    paths = sorted(glob.glob(os.path.join(folder, "????-??-??.csv")))
    listing = os.path.join(folder, "..", "listing.csv")
    listed, before, sessions = {}, {}, {}
    if "change" not in next(read_csv(paths[0])):
        listed = {row["code"]: row for row in read_csv(listing)}
    for path in paths:
        session = sessions[os.path.basename(path)[:10]] = {}
        for line in read_csv(path):
            code = line["code"]
            row = {k: int(line[k]) for k in (*PRICES, "volume")}
            if listed:
                stock = listed[code]
                row |= {"name": stock["name"], "market": stock["market"], "listed_shares": int(stock["listed_shares"])}
                row["change"] = row["close"] - before[code] if before.get(code) else 0
                row["value"], row["market_cap"] = row["close"] * row["volume"], row["close"] * row["listed_shares"]
                before[code] = row["close"]
            else:
                row |= {k: int(line[k]) for k in ("change", *PUBLISHED)} | {
                    "name": line["name"],
                    "market": line["market"],
                }
            if row["market"] == "KOSDAQ GLOBAL":
                row["market"] = "KOSDAQ"
            session[code] = row
    return sessions


def apply_events(sessions, path):
    """What is put upon real rows; tests/data/README.md has the form. Value and market cap stay."""
    with open(path, encoding="ascii") as file:
        events = [line.split() for line in file if line.strip() and not line.startswith("#")]
    for what, code, date, *factor in events:
        for day, rows in sessions.items():
            if code not in rows or (day < date) != (what == "before"):
                continue
            if what == "gone":
                del rows[code]
                continue
            row, k = rows[code], int(factor[0])
            row |= {name: row[name] * k for name in (*PRICES, "change")}
            row |= {name: row[name] // k for name in ("volume", "listed_shares")}


class Stock:
    """rows: of every session that lists it; bars: indices of the rows with trades; eras: the prices as seen from the
    rows between two corporate actions, [first row that sees it so, factor of every row up to its end]."""

    def __init__(self, code):
        self.code, self.sessions, self.rows = code, [], []

    def finish(self, broken):
        column = lambda name: np.array([row[name] for row in self.rows], dtype=np.int64)
        self.columns = {name: column(name) for name in (*PRICES, "volume", "change", *PUBLISHED)}
        self.sessions = np.array(self.sessions)
        self.bars = np.flatnonzero(self.columns["open"] > 0)
        close, base = self.columns["close"], self.columns["close"] - self.columns["change"]
        self.actions = []
        for i in range(1, len(self.rows)):
            before, now = int(close[i - 1]), int(base[i])
            hole = any(self.sessions[i - 1] < b <= self.sessions[i] for b in broken)
            if before > 0 and now > 0 and not hole and 1000 * abs(now - before) >= 5 * before:
                self.actions.append((i, now / before))

    def factors(self, era, rows):
        """Of each of the first rows, as seen from behind the first `era` actions."""
        out = np.ones(rows)
        for at, factor in self.actions[:era]:
            out[:at] *= factor
        return out


class Market:
    def __init__(self, folders, events=None, markets=("KOSPI", "KOSDAQ"), until=None):
        self.dates, self.broken, self.markets, self.starts, stocks = [], [], set(markets), {}, {}
        for folder in folders:
            sessions = read_folder(folder)
            if events:
                apply_events(sessions, events)
            if self.dates:
                self.broken.append(len(self.dates))
            for date, rows in sessions.items():
                if until and date > until:
                    break
                for code, row in rows.items():
                    stock = stocks.setdefault(code, Stock(code))
                    stock.sessions.append(len(self.dates))
                    stock.rows.append(row)
                self.dates.append(date)
        self.stocks = [stocks[code] for code in sorted(stocks)]
        for stock in self.stocks:
            stock.finish(self.broken)
        self._place_bars()
        self._compute()

    def _place_bars(self):
        """bar_of[session][stock]: which bar of the stock that is, -1 without; considered: who is, in each session."""
        shape = (len(self.dates), len(self.stocks))
        self.bar_of, self.row_of = np.full(shape, -1), np.full(shape, -1)
        ours = np.zeros(shape, bool)
        for s, stock in enumerate(self.stocks):
            self.row_of[stock.sessions, s] = np.arange(len(stock.rows))
            self.bar_of[stock.sessions[stock.bars], s] = np.arange(len(stock.bars))
            ours[stock.sessions, s] = [row["market"] in self.markets for row in stock.rows]
        self.considered = [np.flatnonzero((bars >= 0) & mine) for bars, mine in zip(self.bar_of, ours)]

    def _blocks(self):
        """(stock, era, bars, factors): a block of values for each stock and each way in which it sees its prices."""
        for s, stock in enumerate(self.stocks):
            ends = [at for at, _ in stock.actions] + [len(stock.rows)]
            for era, end in enumerate(ends):
                bars = stock.bars[stock.bars < end]
                yield s, era, bars, stock.factors(era, end)[bars]

    def _compute(self):
        """Flat arrays, block after block: values[name], errors[name]; start[stock][era]; session_at: of each place."""
        blocks = list(self._blocks())
        total = sum(len(bars) for _, _, bars, _ in blocks)
        self.values = {name: np.full(total, np.nan) for name in NUMBERS}
        self.errors = {name: np.zeros(total) for name in NUMBERS}
        self.session_at, self.start = np.zeros(total, int), [[] for _ in self.stocks]
        at = 0
        for s, _, bars, factors in blocks:
            self.start[s].append(at)
            self._fill_block(self.stocks[s], slice(at, at + len(bars)), bars, factors)
            at += len(bars)
        self._rate(blocks)

    def _put(self, name, place, values, errors):
        if name in self.values:  # others are of datasets that the oracle has not
            self.values[name][place], self.errors[name][place] = values, errors

    def _fill_block(self, stock, place, bars, factors):
        self.session_at[place] = stock.sessions[bars]
        if not len(bars):
            return
        column = {name: stock.columns[name][bars].astype(float) for name in stock.columns}
        away = np.where(factors == 1, 0.0, 5e-12)
        series = {name: column[name] * factors for name in PRICES} | {"volume": column["volume"] / factors}
        for name, values in series.items():
            self._put(name, place, values, away * np.abs(values))
        for name in PUBLISHED:
            self._put(name, place, column[name], 0.0)
        base = column["close"] - column["change"]
        rate = 100 * column["change"] / np.where(base > 0, base, np.nan)
        self._put("change_rate", place, rate, 0.0)
        moved = bool((factors != 1).any())
        matrix = np.column_stack([series[name] for name in (*PRICES, "volume")])
        for name, values in fields(matrix).items():
            scale = 100.0 if name in SCALE_100 else matrix[:, 4].max() if name in SCALE_VOLUME else matrix[:, :4].max()
            if name in WHOLE:
                errors = (5e-12 if moved else 0.0) * np.abs(values)
            elif name == "obv":
                errors = (1e-12 if moved else 0.0) * np.cumsum(matrix[:, 4])
            else:
                errors = 5e-10 * np.abs(values) + 1e-12 * scale
            self._put(name, place, values, errors)

    def _rate(self, blocks):
        """rs_rating: among all stocks of the archive that traded, whatever is considered. The newest prices tell it."""
        by_session = [[] for _ in self.dates]
        places = {}
        for s, stock in enumerate(self.stocks):
            at = self.start[s][-1]
            for bar, value in enumerate(self.values["rs_raw"][at : at + len(stock.bars)]):
                if not np.isnan(value):
                    by_session[self.session_at[at + bar]].append((s, bar, value))
        for found in by_session:
            ranks = talib_oracle.ranks(np.array([value for _, _, value in found]))
            if ranks is not None:
                places |= {(s, bar): rank for (s, bar, _), rank in zip(found, ranks)}
        for s, era, bars, _ in blocks:
            at = self.start[s][era]
            for bar in range(len(bars)):
                self.values["rs_rating"][at + bar] = places.get((s, bar), np.nan)

    # ---- asked by date

    def session(self, date):
        if date not in self.dates:
            raise SystemExit(f"{date}: no session of the archive")
        return self.dates.index(date)

    def places(self, session, back):
        """Indices into the flat arrays: a line for each stock considered, columns back .. 0 sessions before; -1: none."""
        column = self.bar_of[session, self.considered[session]][:, None] - np.arange(back, -1, -1)[None, :]
        return np.where(column >= 0, self._starts(session)[:, None] + column, -1)

    def _starts(self, session):
        """Of each stock considered: where its values begin, in the prices that the session sees."""
        if session not in self.starts:
            stocks = self.considered[session]
            eras = [sum(at <= self.row_of[session, s] for at, _ in self.stocks[s].actions) for s in stocks]
            self.starts[session] = np.array([self.start[s][era] for s, era in zip(stocks, eras)], dtype=int)
        return self.starts[session]

    def row(self, session, stock):
        return self.stocks[stock].rows[self.row_of[session, stock]]


def fields(bars):
    """talib_oracle's, with our limits where prices are flat."""
    out = talib_oracle.expected(bars)
    h, l, c = bars[:, 1], bars[:, 2], bars[:, 3]
    flat = talib_oracle.flat(bars)
    for name, limit in (("rsi_14", 50.0), ("mfi_14", 50.0), ("willr_14", -50.0)):
        out[name] = np.where(flat[name] & ~np.isnan(out[name]), limit, out[name])
    if flat["stoch_d"].any() and len(c) >= 14:
        highest, lowest = talib_oracle.talib.MAX(h, 14), talib_oracle.talib.MIN(l, 14)
        span = np.where(flat["willr_14"], 1.0, highest - lowest)
        fast = np.where(flat["willr_14"], 50.0, 100 * (c - lowest) / span)
        k = (fast + talib_oracle.shifted(fast, 1) + talib_oracle.shifted(fast, 2)) / 3
        d = (k + talib_oracle.shifted(k, 1) + talib_oracle.shifted(k, 2)) / 3
        for name, values in (("stoch_k", k), ("stoch_d", d)):
            out[name] = np.where(flat[name] & ~np.isnan(out[name]), values, out[name])
    return out
