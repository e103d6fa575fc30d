"""Writes tests/data/company/*.txt anew: reports of some companies, their market, and what pandas makes of them.

    tests/bench/company vectors        needs ../shared/dart and ../shared/krx

Run it when a definition changes, after company_oracle.py has learned it. tests/unit/test_company_vectors.c holds
src/company to these files. Real are the annual reports and the prices; company_data.py says what is made.
"""

import os

import numpy as np

import company_oracle as oracle
from company_data import SHARED, documents_of, shared_market

FOLDER = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "data", "company"))
# From the 200th session on without a year of prices; nine months are the newest report; the year is.
SESSIONS = ["2024-10-10", "2025-01-10", "2025-04-10"]
OLDEST = "2021-11-30"
# Nothing of other kinds is looked at in these sessions, and q1 least: it is left out, so that the files stay small.
REPORTS = ("annual", "half", "q3")
FINANCIAL, OTHERS = 34, 46
COMMENTS = {
    "reports": "Annual reports as published (../shared/dart), but for retained_earnings; interim reports are made.",
    "market": "Real rows of these companies' stocks (../shared/krx); ratios of prices by company_oracle.py. -: absent.",
    "expected": "By tests/bench/company_vectors.py, pandas. -: absent.",
}


EACH_KIND = 6


def kinds(documents):
    """Companies for the sake of which there is a rule, a list a rule."""
    annual = documents[documents.report == "annual"].groupby("ticker")
    yield annual.total_equity.min() <= 0
    yield annual.currency.agg(lambda currencies: (currencies != "KRW").any())
    yield annual.period_end.agg(lambda ends: ends.str[5:7].nunique() > 1)
    yield annual.period_end.agg(lambda ends: (ends.str[5:7] != "12").all())
    yield annual.statement.agg(lambda statements: statements.iloc[0] != statements.iloc[-1])


def choose(documents, listed):
    """Tickers: those with something special first, and as many financial companies as a group needs."""
    documents = documents[documents.ticker.isin(listed)]
    annual = documents[documents.report == "annual"]
    is_financial = annual[annual.period_end >= "2024"].groupby("ticker").current_assets.count().eq(0)
    financial = sorted(is_financial.index[is_financial])[:FINANCIAL]
    others = sorted(is_financial.index[~is_financial])
    special = [[ticker for ticker in kind.index[kind] if ticker in others][:EACH_KIND] for kind in kinds(documents)]
    special = sorted(set().union(*special))
    plain = [ticker for ticker in others if ticker not in special]
    return financial + special + plain[::37][: OTHERS - len(special)]


def cell(value):
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "-"
    return value if isinstance(value, str) else f"{value:.14g}"


def write(name, header, lines):
    path = os.path.join(FOLDER, f"{name}.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"# {COMMENTS[name]}\n" + " ".join(header) + "\n")
        file.writelines(" ".join(line) + "\n" for line in lines)
    print(f"{os.path.relpath(path)}: {len(lines)} lines")


def report_lines(documents):
    for row in documents.itertuples():
        version = f":{row.version}" if row.version > 1 else ""
        amounts = [getattr(row, name) for name in oracle.AMOUNTS]
        yield [row.ticker, f"{row.period_end}:{row.report}:{row.statement}:{row.rcept_no}{version}", row.currency,
               *("-" if np.isnan(amount) else str(int(amount)) for amount in amounts)]  # fmt: skip


def rounded(prices):
    """As they are written: what is expected is of these."""
    return prices.map(lambda value: float(cell(float(value))) if not np.isnan(value) else value)


def main():
    market = shared_market()
    documents = documents_of(os.path.join(SHARED, "dart"))
    chosen = choose(documents, set.intersection(*[set(market.sessions[date]) for date in SESSIONS]))
    wanted = documents.ticker.isin(chosen) & documents.report.isin(REPORTS)
    documents = documents[wanted & (documents.period_end >= OLDEST) & (documents.rcept_no < "20250501")]
    companies = {ticker[:5] for ticker in chosen}
    market_lines, expected_lines, fields = [], [], oracle.FUNDAMENTALS + oracle.VALUATION + oracle.COMPASS
    for date in SESSIONS:
        rows = market.rows(date)
        rows = rows[rows.code.str[:5].isin(companies)].sort_values("code")
        prices = rounded(market.prices(date, rows.code))
        found = oracle.session_of(documents, date, rows, prices)
        for row in rows.itertuples():
            items = prices.loc[row.code]
            market_lines.append([date, row.code, str(row.market_cap), str(row.listed_shares),
                                 *(cell(float(items[name])) for name in oracle.PRICE_ITEMS), str(int(items.sessions))])  # fmt: skip
        for ticker, row in found.iterrows():
            expected_lines.append([date, ticker, cell(row.rcept_no), *(cell(row[name]) for name in fields)])
    os.makedirs(FOLDER, exist_ok=True)
    write("reports", ["ticker", "id", "currency", *oracle.AMOUNTS], list(report_lines(documents)))
    write("market", ["session", "code", "market_cap", "listed_shares", *oracle.PRICE_ITEMS, "sessions"], market_lines)
    write("expected", ["session", "ticker", "rcept_no", *fields], expected_lines)


if __name__ == "__main__":
    main()
