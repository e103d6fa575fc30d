"""Every derived field of every company, of a whole market and many sessions, against pandas to 1e-9.

    tests/bench/company market [--dates N]
        src/company, compiled by itself, over the annual reports of ../shared/dart (interim ones are made, see
        company_data.py) and the days of ../shared/krx; price items are those of company_oracle.py on both sides
    tests/bench/company market --database URI --sessions FOLDER [--dates N]
        what hourly_analysis wrote into stock_analyzed, against financial_data and index_data of the same database;
        FOLDER: all kept sessions as published, by manual_setup --export FOLDER

Prints of each field how many values were compared and the largest relative error; exit code 1 when one differs. With
--database the price items of the two sides are computed in different ways. So places are not compared where two
different stocks have an item that is equal but for rounding: these are counted as undecided.
"""

import argparse
import os
import sys
import tempfile

import numpy as np
import pandas as pd

import company_oracle as oracle
from company_data import SHARED, Market, documents_of, shared_market
from company_library import Company

RELATIVE = 1e-9
ROUNDING = 1e-11  # items that are nearer than this may come in either order
TEXTS = ["rcept_no", "compass_grade", "financial_grade"]
FIRST_SESSION = 200
MOST_TOLD = 20


class Comparison:
    def __init__(self):
        self.fields, self.told = {}, 0

    def add(self, session, name, ours, theirs, decided=None):
        """ours, theirs: Series of the same tickers; decided: those of which the value is certain."""
        decided = np.ones(len(theirs), dtype=bool) if decided is None else decided.to_numpy()
        wrong, error = differences(name, ours, theirs)
        count = self.fields.setdefault(name, [0, 0, 0, 0.0])
        count[0] += int((theirs.notna().to_numpy() & decided).sum())
        count[1] += int((theirs.notna().to_numpy() & ~decided).sum())
        count[2] += int((wrong & decided).sum())
        count[3] = max(count[3], float(np.max(error[decided], initial=0)))
        for ticker in theirs.index[wrong & decided]:
            self.told += 1
            if self.told <= MOST_TOLD:
                print(f"{session} {ticker}: {name} is {ours[ticker]!r}, pandas says {theirs[ticker]!r}")

    def report(self):
        print(f"{'field':24} {'compared':>9} {'undecided':>9} {'differ':>7} {'largest relative error':>23}")
        for name, (compared, undecided, differ, error) in self.fields.items():
            print(f"{name:24} {compared:9} {undecided:9} {differ:7} {error:23.2g}")
        compared = sum(count[0] for count in self.fields.values())
        differ = sum(count[2] for count in self.fields.values())
        print(f"{compared} values compared, {differ} differ")
        return differ > 0 or compared == 0


def differences(name, ours, theirs):
    """Of each ticker whether it differs, and the relative error where both have a number."""
    absent, is_absent = theirs.isna().to_numpy(), ours.isna().to_numpy()
    if name in TEXTS:
        return (absent != is_absent) | (~absent & (ours != theirs).to_numpy()), np.zeros(len(theirs))
    a, b = ours.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(a == b, 0.0, np.abs(a - b) / np.abs(b))
    error = np.where(absent | is_absent, 0.0, error)
    return (absent != is_absent) | (error > RELATIVE), error


def some(dates, count):
    """So many of them, evenly spread, the last among them."""
    return [dates[int(i)] for i in np.unique(np.linspace(0, len(dates) - 1, count).round())]


# ---- src/company by itself


def compare_library(options):
    market = shared_market()
    documents = documents_of(os.path.join(SHARED, "dart"))
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        company = Company(folder)
        for row in documents.itertuples():
            company.put(row)
        for session in some(market.dates[FIRST_SESSION:], options.dates):
            rows = market.rows(session)
            prices = market.prices(session, rows.code)
            theirs = oracle.session_of(documents, session, rows, prices)
            ours = company.session_of(session, rows, prices)
            for name in [*oracle.FUNDAMENTALS, *oracle.VALUATION, *oracle.COMPASS, "rcept_no"]:
                comparison.add(session, name, ours[name], theirs[name])
    print(f"{documents.ticker.nunique()} companies, {len(documents)} documents, {options.dates} sessions")
    return comparison.report()


# ---- what a database has


def stored_documents(database):
    documents = []
    for ticker in database.list_collection_names():
        for stored in database[ticker].find():
            end, report, statement, no, *version = stored["_id"].split(":")
            documents.append({"ticker": ticker, "period_end": end, "report": report, "statement": statement, "rcept_no": no,
                              "version": int(version[0]) if version else 1, "currency": stored["currency"]}
                             | {name: stored.get(name, np.nan) for name in oracle.AMOUNTS})  # fmt: skip
    return pd.DataFrame(documents).astype({name: float for name in oracle.AMOUNTS})


def stored_index(database):
    return {name: {day["_id"]: float(day["close"]) for day in database[name].find()} for name in ("KOSPI", "KOSDAQ")}


def stored_analysis(database, session):
    found = {ticker: database[ticker].find_one({"_id": session}) for ticker in sorted(database.list_collection_names())}
    return pd.DataFrame.from_dict({ticker: row for ticker, row in found.items() if row}, orient="index")


def near_ties(values):
    """Tickers whose value is that of another but for rounding."""
    values = values.dropna().sort_values()
    is_near = values.diff() <= ROUNDING * values.abs()  # to the one before it
    return set(values.index[is_near | is_near.shift(-1, fill_value=False)])


def undecided_tickers(prices, theirs):
    """Field -> tickers whose place is not certain."""
    items = {"compass_technical": ["rs_raw", "nearness", "momentum"],
             "compass_risk": ["volatility_252", "max_drawdown_252", "beta_252"]}  # fmt: skip
    out = {axis: set().union(*(near_ties(prices[name]) for name in names)) for axis, names in items.items()}
    out["compass_score"] = out["compass_technical"] | out["compass_risk"]
    near_a_cut = set(theirs.index[is_near_a_cut(theirs.compass_score)])
    out["compass_grade"] = out["compass_score"] | near_a_cut
    return out


def is_near_a_cut(scores):
    """A stock whose neighbour may stand on the other side of it: its letter is not certain beside a cut."""
    places = oracle.places(scores).reindex(scores.index)
    step = 100 / max(1, scores.notna().sum() - 1)
    cuts = np.array([cut for cut, _ in oracle.CUTS])
    return places.map(lambda place: bool(np.min(np.abs(cuts - place)) <= 2 * step) if place == place else False)


def compare_database(options):
    import pymongo

    client = pymongo.MongoClient(options.database)
    documents = stored_documents(client["financial_data"])
    market = Market(options.sessions, index=stored_index(client["index_data"]))
    comparison = Comparison()
    for session in some(market.dates[FIRST_SESSION:], options.dates):
        rows = market.rows(session)
        prices = market.prices(session, rows.code)
        theirs = oracle.session_of(documents, session, rows, prices)
        ours = stored_analysis(client["stock_analyzed"], session)
        common = [ticker for ticker in theirs.index if ticker in ours.index]
        unsure = undecided_tickers(prices, theirs)
        for name in [*oracle.FUNDAMENTALS, *oracle.VALUATION, *oracle.COMPASS, "rcept_no"]:
            wanted = theirs.loc[common, name]
            decided = pd.Series([ticker not in unsure.get(name, ()) for ticker in common], index=common)
            comparison.add(session, name, ours.reindex(columns=[name]).loc[common, name], wanted, decided)
        every = [ticker for ticker in ours.index if ticker in prices.index]  # preferred stocks too
        for name in oracle.RISK:
            comparison.add(session, name, ours.reindex(columns=[name]).loc[every, name], prices.loc[every, name])
    print(f"{documents.ticker.nunique()} companies, {len(documents)} documents, {options.dates} sessions")
    return comparison.report()


def main():
    parser = argparse.ArgumentParser(description="what is said of companies, over a whole market, against pandas")
    parser.add_argument("--dates", type=int, default=24, help="how many sessions, evenly spread (24)")
    parser.add_argument("--database", metavar="URI", help="compare what hourly_analysis wrote there")
    parser.add_argument("--sessions", metavar="FOLDER", help="all sessions of the database, by manual_setup --export")
    options = parser.parse_args()
    if options.database:
        if not options.sessions:
            parser.error("--database needs --sessions FOLDER")
        return compare_database(options)
    return compare_library(options)


if __name__ == "__main__":
    sys.exit(main())
