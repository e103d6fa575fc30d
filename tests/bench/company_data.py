"""Documents of companies and prices of stocks to hold src/company against, from ../shared/dart and ../shared/krx.

Real: the annual reports (annual_reports.csv), as published, and the daily prices. Made, always the same: retained
earnings, which that file lacks; the interim reports between two annual ones, which add up to them; the first versions
of annual reports that were corrected late; separate statements beside some of the consolidated ones; and now and then
a document that lies (another version under the same receipt number) or lacks an amount.
"""

import bisect
import datetime
import os
import random

import numpy as np
import pandas as pd

from company_oracle import AMOUNTS, MONTHS, PRICE_ITEMS, price_items
from screen_market import read_csv, read_folder

SHARED = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "shared"))
FLOWS = ["revenue", "operating_profit", "net_income"]
BALANCES = [name for name in AMOUNTS if name not in FLOWS]
LATE_DAYS = 130  # an annual report filed later is a correction: there was one before


# ---- documents


def document(ticker, end, report, statement, rcept_no, currency, amounts, version=1):
    return {"ticker": ticker, "period_end": end, "report": report, "statement": statement, "rcept_no": rcept_no,
            "version": version, "currency": currency} | amounts  # fmt: skip


def annual_reports(folder):
    documents = []
    for row in read_csv(os.path.join(folder, "annual_reports.csv")):
        value = {name: int(row[name]) if row[name] else None for name in row if name in AMOUNTS}
        equity, liabilities = (int(row[name]) if row[name] else None for name in ("equity", "liabilities"))
        value["total_equity"], value["total_liabilities"] = equity, liabilities
        value["total_assets"] = equity + liabilities if None not in (equity, liabilities) else None
        chance = random.Random(f"{row['stock_code']} {row['period_end']} retained")
        value["retained_earnings"] = int(equity * chance.uniform(-0.3, 0.8)) if equity is not None else None
        documents.append(document(row["stock_code"], row["period_end"], "annual", row["fs_div"], row["rcept_no"],
                                  row["currency"], value))  # fmt: skip
    return documents


def month_end(end, months):
    """The last day of the month so many months later, as text."""
    year, month = divmod(int(end[:4]) * 12 + int(end[5:7]) - 1 + months + 1, 12)
    return str(datetime.date(year, month + 1, 1) - datetime.timedelta(days=1))


def rcept_no_after(end, days, number):
    return (datetime.date.fromisoformat(end) + datetime.timedelta(days=days)).strftime("%Y%m%d") + f"{number:06d}"


def between(before, after, share, is_flow):
    if after is None or (not is_flow and before is None):
        return None
    return int(after * share) if is_flow else int(before + (after - before) * share)


def interim(before, after, report):
    """The report of so many months after the annual report `before`, on the way to the annual report `after`."""
    ticker, end = after["ticker"], month_end(before["period_end"], MONTHS[report])
    chance = random.Random(f"{ticker} {end} {report}")
    share = MONTHS[report] / 12 + chance.uniform(-0.04, 0.04)
    amounts = {name: between(before[name], after[name], share, name in FLOWS) for name in AMOUNTS}
    if None not in (amounts["total_assets"], amounts["total_liabilities"]):
        amounts["total_equity"] = amounts["total_assets"] - amounts["total_liabilities"]
    if chance.random() < 0.02:
        amounts[chance.choice(FLOWS)] = None
    no = rcept_no_after(end, 45 - chance.choice((0, 0, 1, 2, 5)), chance.randrange(900000))
    return document(ticker, end, report, after["statement"], no, after["currency"], amounts)


def scaled(source, factor, rcept_no=None, statement=None, version=1):
    amounts = {name: source[name] if source[name] is None else int(source[name] * factor) for name in AMOUNTS}
    if None not in (amounts["total_assets"], amounts["total_liabilities"]):
        amounts["total_equity"] = amounts["total_assets"] - amounts["total_liabilities"]
    return source | amounts | {"rcept_no": rcept_no or source["rcept_no"], "version": version,
                               "statement": statement or source["statement"]}  # fmt: skip


def beside(source):
    """What else is known of a report: the version before a late correction, separate statements, another version."""
    chance = random.Random(f"{source['ticker']} {source['period_end']} {source['report']} beside")
    deadline = rcept_no_after(source["period_end"], LATE_DAYS, 0)
    if source["report"] == "annual" and source["rcept_no"] > deadline:
        yield scaled(source, 0.98, rcept_no_after(source["period_end"], 88, chance.randrange(900000)))
    if source["statement"] == "CFS" and int(source["ticker"][:5], 36) % 3 == 0:
        yield scaled(source, 0.8, statement="OFS")
    if chance.random() < 0.02:
        yield scaled(source, 1.5, version=2)


def documents_of(folder, tickers=None):
    """All documents, a DataFrame as company_oracle wants it."""
    annual = [d for d in annual_reports(folder) if tickers is None or d["ticker"] in tickers]
    by_end = {(d["ticker"], d["period_end"]): d for d in annual}
    real = list(annual)
    for after in annual:
        before = by_end.get((after["ticker"], month_end(after["period_end"], -12)))
        if before and (before["statement"], before["currency"]) == (after["statement"], after["currency"]):
            real += [interim(before, after, report) for report in ("q1", "half", "q3")]
    every = real + [more for one in real for more in beside(one)]
    frame = pd.DataFrame(every).astype({name: float for name in AMOUNTS})
    return frame.sort_values(["ticker", "period_end", "report", "statement", "rcept_no", "version"]).reset_index(drop=True)


# ---- prices


class Market:
    """Sessions of a folder (screen_market.py says of which form); index: market -> date -> close."""

    def __init__(self, folder, index):
        self.sessions = read_folder(folder)
        self.dates = sorted(self.sessions)
        self.index = index
        self.bars = {}
        for date in self.dates:
            for code, row in self.sessions[date].items():
                self.bars.setdefault(code, Bars()).add(date, row)

    def rows(self, date):
        rows = self.sessions[date]
        columns = {name: [row[name] for row in rows.values()] for name in ("market_cap", "listed_shares", "market")}
        return pd.DataFrame({"code": list(rows)} | columns)

    def prices(self, date, codes):
        """A row a stock; NaN of those that did not trade."""
        items = {code: self.bars[code].items(date, self.index.get(self.sessions[date][code]["market"], {})) for code in codes}
        return pd.DataFrame.from_dict(items, orient="index", columns=[*PRICE_ITEMS, "rs_index", "sessions"])


class Bars:
    """One stock's sessions with trades, prices divided by the factors of its corporate actions so far."""

    def __init__(self):
        self.dates, self.closes, self.highs, self.before, self.factor = [], [], [], 0, 1.0

    def add(self, date, row):
        base = row["close"] - row["change"]
        if self.before > 0 and base > 0 and 1000 * abs(base - self.before) >= 5 * self.before:
            self.factor *= base / self.before
        self.before = row["close"]
        if row["open"] > 0:
            self.dates.append(date)
            self.closes.append(row["close"] / self.factor)
            self.highs.append(row["high"] / self.factor)

    def items(self, date, index):
        count = bisect.bisect_right(self.dates, date)
        if count == 0 or self.dates[count - 1] != date:
            return dict.fromkeys([*PRICE_ITEMS, "rs_index"], np.nan) | {"sessions": 0}
        return price_items(self.dates[:count], self.closes[:count], self.highs[:count], index) | {"sessions": count}


def read_index(folder):
    """market -> date -> close of its index."""
    paths = {name: os.path.join(folder, f"{name}.csv") for name in ("KOSPI", "KOSDAQ")}
    return {name: {row["date"]: float(row["close"]) for row in read_csv(path)} for name, path in paths.items()}


def shared_market():
    return Market(os.path.join(SHARED, "krx", "days"), read_index(os.path.join(SHARED, "krx", "index")))
