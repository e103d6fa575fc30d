"""An evaluation of screens that owes nothing to src/screen: the definition in Python, TA-Lib for the indicators.

    tests/bench/vectors                   installs TA-Lib into build/talib (and build/talib/bin/pip install pandas numpy)
    P="build/talib/bin/python tests/bench/screen_oracle.py"
    $P [DATA] list WHERE DATE             considered, unknown, count, and the tickers in default order
    $P [DATA] run FILE DATE...            a line for each expression and date; FILE: lines "name = where", or
                                          strategies, or every: of expressions.txt and the strategies
    $P [DATA] outcome WHERE FROM TO       what became of the signals, as JSON
    $P [DATA] outcomes FILE FROM TO       the same of each expression, a line a figure, as in tests/data/screen/outcomes.txt
    $P [DATA] export TO                   writes the archive it sees into the folder TO, as session_csv.h has it, and cases.txt
    $P compare OURS THEIRS                two outputs of run (THEIRS may have "?"); says what differs, exit code 1 if anything
    $P compare_outcomes OURS THEIRS       two outputs of outcomes
    $P sample                             writes tests/data/screen/expected.txt and outcomes.txt anew
    DATA: --folder F, one or more, in order of time (screen_market.py says of which form); --events FILE;
    --markets KOSPI,KOSDAQ (default); --until DATE: as if nothing later were archived. Without --folder: tests/data/days with the events of tests/data/screen.

WHERE is an expression or the name of a strategy of deploy/strategies. A ticker with "?" behind it may be in the list or
not: two right programs may differ there. "a-b" instead of a number: so many for sure, so many at most.
"""

import argparse
import configparser
import csv
import glob
import json
import os
import sys

import numpy as np

from screen_evaluate import TRUE, UNKNOWN, Evaluator
from screen_language import parse
from screen_market import PRICES, PUBLISHED, Market
from screen_outcome import Prices, outcome, undecided

MOST_TOLD = 40  # differences
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DATA = os.path.join(ROOT, "tests", "data")
SCREEN = os.path.join(DATA, "screen")
DAYS = {"days": os.path.join(DATA, "days"), "raw": os.path.join(DATA, "raw-2023")}
# An early one; on the day of an action and after it; on both sides of the delistings of events.txt; the last.
DATES = {
    "days": "2024-01-05 2024-03-11 2024-06-04 2024-11-12 2025-01-06 2025-04-01 2025-04-08 2025-04-16 2025-04-30".split(),
    "raw": "2023-01-03 2023-02-07 2023-02-14".split(),
}


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


def export(market, folder):
    os.makedirs(folder, exist_ok=True)
    columns = ["code", "name", "market", *PRICES, "change", "change_rate", "volume", *PUBLISHED]
    for number, date in enumerate(market.dates):
        with open(os.path.join(folder, f"{date}.csv"), "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(columns)
            for s in np.flatnonzero(market.row_of[number] >= 0):
                row = market.row(number, s)
                base = row["close"] - row["change"]
                rate = f"{100 * row['change'] / base:.2f}" if base > 0 else "0"
                out.writerow([{"code": market.stocks[s].code, "change_rate": rate, **row}[name] for name in columns])
    with open(os.path.join(folder, "broken.txt"), "w", encoding="ascii") as file:
        file.writelines(f"{market.dates[b]}\n" for b in market.broken)
    with open(os.path.join(folder, "cases.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"{name} = {where}\n" for name, where in every_case().items())


def differs(ours, theirs):
    """What is wrong with a line of `run`: "" if nothing."""
    for name, i in (("considered", 2), ("unknown", 3)):
        least, most = (theirs[i].split("-") * 2)[:2]
        if not int(least) <= int(ours[i]) <= int(most):
            return f"{name} {ours[i]}, not {theirs[i]}"
    found, may = ours[5:], [ticker.rstrip("?") for ticker in theirs[5:]]
    has, may_have = set(found), set(may)
    lacking = [ticker for ticker in theirs[5:] if not ticker.endswith("?") and ticker not in has]
    surplus = [ticker for ticker in found if ticker not in may_have]
    if lacking or surplus:
        return f"lacks {lacking[:9]}, has {surplus[:9]} too many"
    in_order = found == [ticker for ticker in may if ticker in has]
    return "" if in_order and len(found) == int(ours[4]) else "another order or count"


def compare_outcomes(ours, theirs):
    """Two outputs of `outcomes`."""

    def figures(path):
        with open(path, encoding="utf-8") as file:
            lines = [line.split() for line in file if not line.startswith("#")]
        return {(name, key): float(rest[0]) for name, key, *rest in lines if key != "either"}

    ours, theirs = figures(ours), figures(theirs)
    wrong = 0
    for key in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(key, np.nan), theirs.get(key, np.nan)
        if not abs(a - b) <= 1e-9 * max(1, abs(b)):
            wrong += 1
            if wrong <= MOST_TOLD:
                print(*key, a, b)
    print(f"{len(theirs)} figures compared, {wrong} differ")
    return wrong > 0


def compare(ours, theirs):
    def lines(path):
        with open(path, encoding="utf-8") as file:
            return {tuple(line.split()[:2]): line.split() for line in file if not line.startswith("#")}

    ours, theirs = lines(ours), lines(theirs)
    found = {key: differs(ours[key], theirs[key]) if key in ours else "missing" for key in theirs}
    wrong = sum(bool(why) for why in found.values())
    for key, why in [(key, why) for key, why in found.items() if why][:MOST_TOLD]:
        print(*key, why)
    either = sum("?" in ticker for line in theirs.values() for ticker in line[5:])
    print(
        f"{len(theirs)} lists compared, {sum(len(line) - 5 for line in theirs.values())} matches, {either} of them either; {wrong} lists differ"
    )
    return wrong > 0


def every_case():
    return expressions(os.path.join(SCREEN, "expressions.txt")) | strategies()


def cases_of(name):
    return {"strategies": strategies, "every": every_case}.get(name, lambda: expressions(name))()


def between(least, most):
    return str(least) if least == most else f"{least}-{most}"


def listed(market, evaluator, where, date):
    """considered, unknown, count, tickers in order, as texts."""
    session = market.session(date)
    stocks, answers = market.considered[session], evaluator.answers(parse(where), session)
    ratings = np.nan_to_num(market.values["rs_rating"][market.places(session, 0)[:, 0]], nan=-1.0)
    found = sorted(
        (-rating, -market.row(session, s)["market_cap"], market.stocks[s].code, answer)
        for s, answer, rating in zip(stocks, answers, ratings)
        if answer & TRUE
    )
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


def outcomes(market, cases, first, last):
    """Lines of outcomes.txt."""
    evaluator, bitwise, prices = Evaluator(market), Evaluator(market, bitwise=True), Prices(market)
    for name, where in cases.items():
        node = parse(where)
        figures = outcome(market, bitwise, node, first, last, prices)
        yield from (f"{name} {key} {value:.17g}" for key, value in flat_figures(figures))
        for d, s, counted in undecided(market, evaluator, bitwise, node, first, last):
            yield f"{name} either {market.dates[d]} {market.stocks[s].code} {counted:d}"


def write_sample():
    cases = every_case()
    markets = sample_markets()
    with open(os.path.join(SCREEN, "expected.txt"), "w", encoding="utf-8") as file:
        file.write(EXPECTED_HEAD)
        for data, market in markets.items():
            file.writelines(f"{data} {line}\n" for line in run(market, cases, DATES[data]))
    days = markets["days"]
    with open(os.path.join(SCREEN, "outcomes.txt"), "w", encoding="ascii") as file:
        file.write(OUTCOMES_HEAD)
        file.writelines(f"{line}\n" for line in outcomes(days, strategies(), 0, len(days.dates) - 1))


def main():
    parser = argparse.ArgumentParser(description="screens by the definition, in Python and TA-Lib")
    parser.add_argument("--folder", action="append")
    parser.add_argument("--events")
    parser.add_argument("--markets", default="KOSPI,KOSDAQ")
    parser.add_argument("--until")
    parser.add_argument(
        "what", choices=["list", "run", "outcome", "outcomes", "export", "compare", "compare_outcomes", "sample"]
    )
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    if options.what == "sample":
        return write_sample()
    if options.what.startswith("compare"):
        return (compare if options.what == "compare" else compare_outcomes)(*options.arguments)
    events = options.events or (None if options.folder else os.path.join(SCREEN, "events.txt"))
    market = Market(options.folder or [DAYS["days"]], events, options.markets.split(","), options.until)
    subject, *rest = options.arguments
    if options.what == "export":
        return export(market, subject)
    if options.what == "run":
        for line in run(market, cases_of(subject), rest):
            print(line, flush=True)
        return
    if options.what == "outcomes":
        for line in outcomes(market, cases_of(subject), *(market.session(date) for date in rest)):
            print(line, flush=True)
        return
    where = strategies().get(subject, subject)
    if options.what == "list":
        print(*listed(market, Evaluator(market), where, *rest))
    else:
        first, last = (market.session(date) for date in rest)
        print(json.dumps(outcome(market, Evaluator(market, bitwise=True), parse(where), first, last), indent=1))


if __name__ == "__main__":
    sys.exit(main())
