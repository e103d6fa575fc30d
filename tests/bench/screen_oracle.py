"""An evaluation of screens that owes nothing to src/screen: the definition in Python, TA-Lib for the indicators.

    tests/bench/vectors                   installs TA-Lib into build/talib (and build/talib/bin/pip install pandas numpy)
    P="build/talib/bin/python tests/bench/screen_oracle.py"
    $P [DATA] list WHERE DATE             considered, unknown, count, and the tickers in default order
    $P [DATA] run FILE DATE...            a line for each expression of FILE ("name = where") and date
    $P [DATA] outcome WHERE FROM TO       what became of the signals, as JSON
    $P sample                             writes tests/data/screen/expected.txt and outcomes.txt anew
    DATA: --folder F, one or more, in order of time (screen_market.py says of which form); --events FILE;
    --markets KOSPI,KOSDAQ (default); --until DATE: as if nothing later were archived. Without --folder: tests/data/days with the events of tests/data/screen.

WHERE is an expression or the name of a strategy of deploy/strategies. A ticker with "?" behind it may be in the list or
not: two right programs may differ there. "a-b" instead of a number: so many for sure, so many at most.
"""
import argparse
import configparser
import glob
import json
import os

import numpy as np

from screen_evaluate import TRUE, UNKNOWN, Evaluator
from screen_language import parse
from screen_market import Market
from screen_outcome import Prices, outcome, undecided

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DATA = os.path.join(ROOT, "tests", "data")
SCREEN = os.path.join(DATA, "screen")
DAYS = {"days": os.path.join(DATA, "days"), "raw": os.path.join(DATA, "raw-2023")}
# An early one; on the day of an action and after it; on both sides of the delistings of events.txt; the last.
DATES = {"days": "2024-01-05 2024-03-11 2024-06-04 2024-11-12 2025-01-06 2025-04-01 2025-04-08 2025-04-16 2025-04-30".split(),
         "raw": "2023-01-03 2023-02-07 2023-02-14".split()}


def strategies():
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "deploy", "strategies", "*.ini"))):
        with open(path, encoding="utf-8") as file:
            ini = configparser.ConfigParser(interpolation=None)
            ini.read_string("[strategy]\n" + file.read())
        found[os.path.basename(path)[:-4]] = ini["strategy"]["where"]
    return found


def expressions(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    found = dict(line.split(" = ", 1) for line in lines)
    assert len(found) == len(lines), "a name stands twice"
    return found


def between(least, most):
    return str(least) if least == most else f"{least}-{most}"


def listed(market, evaluator, where, date):
    """considered, unknown, count, tickers in order, as texts."""
    session = market.session(date)
    stocks, answers = market.considered[session], evaluator.answers(parse(where), session)
    ratings = np.nan_to_num(market.values["rs_rating"][market.places(session, 0)[:, 0]], nan=-1.0)
    found = sorted((-rating, -market.row(session, s)["market_cap"], market.stocks[s].code, answer)
                   for s, answer, rating in zip(stocks, answers, ratings) if answer & TRUE)
    tickers = [code + ("" if answer == TRUE else "?") for _, _, code, answer in found]
    unknown = between(int((answers == UNKNOWN).sum()), int((answers & UNKNOWN != 0).sum()))
    return [str(len(stocks)), unknown, between(int((answers == TRUE).sum()), len(found)), *tickers]


def run(market, cases, dates):
    evaluator = Evaluator(market)
    for name, where in cases.items():
        for date in dates:
            yield " ".join([name, date, *listed(market, evaluator, where, date)])


def flat_figures(figures, before=""):
    for key, value in figures.items():
        if isinstance(value, dict):
            yield from flat_figures(value, f"{before}{key}.")
        elif isinstance(value, list):
            yield from ((f"{before}{i - 20}", x) for i, x in enumerate(value))
        elif value is not None:
            yield before + key, value


def sample_markets():
    return {"days": Market([DAYS["days"]], events=os.path.join(SCREEN, "events.txt")), "raw": Market([DAYS["raw"]])}


EXPECTED_HEAD = """\
# What each expression of expressions.txt and each strategy of deploy/strategies finds in the sample, by
# tests/bench/screen_oracle.py sample. A line: data name date considered unknown count tickers...
# data: "days" is tests/data/days with events.txt upon it, "raw" is tests/data/raw-2023 (alone, unbroken). Markets: KOSPI,
# KOSDAQ. Tickers in default order. "?" behind one: may be in the list or not; "a-b": from a to b, accordingly.
"""
OUTCOMES_HEAD = """\
# What became of each strategy's signals over all sessions of "days" (see expected.txt), by tests/bench/screen_oracle.py sample.
# A line: strategy figure value (17 digits). A figure that is absent has no line. path.K: the mean path, K sessions after D;
# hN.: of N sessions; mean, q1, median, q3, hit_rate, standard_error: of the excess; sessions: its clusters.
# strategy either DATE TICKER 1|0: two right programs may differ there; 1: it is counted as a signal here, 0: it is not.
"""


def write_sample():
    cases = expressions(os.path.join(SCREEN, "expressions.txt")) | strategies()
    markets = sample_markets()
    with open(os.path.join(SCREEN, "expected.txt"), "w", encoding="utf-8") as file:
        file.write(EXPECTED_HEAD)
        for data, market in markets.items():
            file.writelines(f"{data} {line}\n" for line in run(market, cases, DATES[data]))
    market = markets["days"]
    evaluator, bitwise, prices = Evaluator(market), Evaluator(market, bitwise=True), Prices(market)
    last = len(market.dates) - 1
    with open(os.path.join(SCREEN, "outcomes.txt"), "w", encoding="ascii") as file:
        file.write(OUTCOMES_HEAD)
        for name, where in strategies().items():
            figures = outcome(market, bitwise, parse(where), 0, last, prices)
            file.writelines(f"{name} {key} {value:.17g}\n" for key, value in flat_figures(figures))
            for d, s, counted in undecided(market, evaluator, bitwise, parse(where), 0, last):
                file.write(f"{name} either {market.dates[d]} {market.stocks[s].code} {counted:d}\n")


def main():
    parser = argparse.ArgumentParser(description="screens by the definition, in Python and TA-Lib")
    parser.add_argument("--folder", action="append")
    parser.add_argument("--events")
    parser.add_argument("--markets", default="KOSPI,KOSDAQ")
    parser.add_argument("--until")
    parser.add_argument("what", choices=["list", "run", "outcome", "sample"])
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    if options.what == "sample":
        return write_sample()
    events = options.events or (None if options.folder else os.path.join(SCREEN, "events.txt"))
    market = Market(options.folder or [DAYS["days"]], events, options.markets.split(","), options.until)
    subject, *rest = options.arguments
    if options.what == "run":
        cases = strategies() if subject == "strategies" else expressions(subject)
        for line in run(market, cases, rest):
            print(line, flush=True)
        return
    where = strategies().get(subject, subject)
    if options.what == "list":
        print(*listed(market, Evaluator(market), where, *rest))
    else:
        first, last = (market.session(date) for date in rest)
        print(json.dumps(outcome(market, Evaluator(market, bitwise=True), parse(where), first, last), indent=1))


if __name__ == "__main__":
    main()
