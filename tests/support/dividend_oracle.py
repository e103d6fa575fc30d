#!/usr/bin/env python3
"""dps_ttm, dividend_yield and payout_ratio by shared/definitions/dividends.md, from the documents of the database alone:
held against what stock_analyzed says. Owes nothing to src.

Standard input: a line a document, "DATABASE.COLLECTION ID JSON" (canonical extended JSON), as live_dump gives them.
Prints the first differences, and "COMPARED documents, KNOWN with a dividend, SPLIT behind an action, DIFFER differ".
Ends with 1 where any differs, or nothing was compared.
"""
import json
import sys

FIELDS = ("dps_ttm", "dividend_yield", "payout_ratio")


def number(value):
    """A number of canonical extended JSON; None: absent."""
    if isinstance(value, dict):
        return float(next(iter(value.values())))
    return None if value is None else float(value)


def read(lines):
    """{(database, collection): {_id: document}}"""
    found = {}
    for line in lines:
        if line.count(" ") < 2:
            continue  # a collection without documents
        place, name, text = line.split(" ", 2)
        if place.split(".")[0] not in ("stock_data", "stock_analyzed", "dividend_data") and \
                place != "system_info.corporate_actions":
            continue
        found.setdefault(tuple(place.split(".", 1)), {})[name] = json.loads(text)
    return found


def newest_report(dividends, date):
    """The common annual document filed before the date, of the greatest period, the highest receipt, the first version."""
    best = None
    for name, document in dividends.items():
        period_end, kind, stock, receipt, *version = name.split(":")
        if kind != "annual" or stock != "common" or document["filed"] >= date:
            continue
        rank = (period_end, receipt, -int(version[0]) if version else -1)
        if best is None or rank > best[0]:
            best = rank, period_end, document
    return best


def expected(ticker, date, close, dividends, actions):
    if ticker[5] != "0":
        return {}, False
    newest = newest_report(dividends, date)
    if newest is None:
        return {}, False
    _, period_end, document = newest
    found, split = {}, False
    if "payout_percent" in document:
        found["payout_ratio"] = number(document["payout_percent"])
    if "dps" in document:
        dps = number(document["dps"])
        for day, factor in actions:
            if period_end < day <= date:
                dps, split = dps * factor, True
        found["dps_ttm"] = dps
        found["dividend_yield"] = 100 * dps / close
    return found, split


def same(ours, theirs):
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return abs(ours - theirs) <= 1e-9 * max(abs(ours), abs(theirs))


def main():
    found = read(sys.stdin)
    compared = known = splits = differ = 0
    for (database, ticker), documents in sorted(found.items()):
        if database != "stock_analyzed":
            continue
        rows = found.get(("stock_data", ticker), {})
        actions = sorted((action["date"], number(action["factor"]))
                         for action in found.get(("system_info", "corporate_actions"), {}).values()
                         if action["ticker"] == ticker)
        for date, document in sorted(documents.items()):
            close = number(rows[date]["close"])
            ours, split = expected(ticker, date, close, found.get(("dividend_data", ticker), {}), actions)
            compared += 1
            known += "dps_ttm" in ours
            splits += split
            for field in FIELDS:
                theirs = number(document.get(field))
                if not same(ours.get(field), theirs):
                    differ += 1
                    if differ <= 10:
                        print(f"{ticker} {date} {field}: {theirs}, not {ours.get(field)}")
    print(f"{compared} documents, {known} with a dividend, {splits} behind an action, {differ} differ")
    sys.exit(differ > 0 or known == 0)


if __name__ == "__main__":
    main()
