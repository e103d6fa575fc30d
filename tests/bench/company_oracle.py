"""What score.md says of companies, by pandas: fundamentals, valuation, risk and compass of a session.

Written from the definitions of the derived fields alone (deploy/FIELDS.md, the page "definitions/score.md" of the
project), not from src/company. Imported by company_vectors.py and company_market.py; needs pandas and numpy.

documents: a DataFrame, a row a document of financial_data: ticker, period_end ("2024-12-31"), report, statement,
rcept_no, version (2 for an `_id` that ends with ":2"), currency, and the amounts, NaN where not published.
rows: a DataFrame, a row of the session's archive: code, market, market_cap, listed_shares.
prices: a DataFrame by ticker with the items of PRICE_ITEMS, NaN where a stock has none. Absent is NaN everywhere.
"""

import numpy as np
import pandas as pd

AMOUNTS = [
    "total_assets",
    "current_assets",
    "total_liabilities",
    "current_liabilities",
    "retained_earnings",
    "total_equity",
    "revenue",
    "operating_profit",
    "net_income",
]
ORDER = {"q1": 0, "half": 1, "q3": 2, "annual": 3}
MONTHS = {"q1": 3, "half": 6, "q3": 9, "annual": 12}
FEWEST = 30
FUNDAMENTALS = ["roe", "roa", "operating_margin", "debt_ratio", "current_ratio", "revenue_growth",
                "operating_profit_growth", "z_score"]  # fmt: skip
VALUATION = ["eps_ttm", "bps", "per", "pbr", "psr"]
RISK = ["volatility_252", "beta_252", "max_drawdown_252", "rs_index"]
PRICE_ITEMS = ["rs_raw", "nearness", "momentum", "volatility_252", "max_drawdown_252", "beta_252"]
COMPASS = ["compass_financial", "compass_valuation", "compass_technical", "compass_risk", "compass_score",
           "compass_coverage", "compass_grade", "financial_grade"]  # fmt: skip


# ---- section 1: what is known


def filed(documents):
    no = documents.rcept_no
    return no.str[:4] + "-" + no.str[4:6] + "-" + no.str[6:8]


def known(documents, session):
    """One document of each period, report and statement, filed before the session."""
    rows = documents[filed(documents) < session]
    rows = rows.sort_values(["rcept_no", "version"], ascending=[False, True], kind="stable")
    return rows.drop_duplicates(["ticker", "period_end", "report", "statement"])


def in_basis(rows):
    """Those in the statement that the newest report of the company is read in, by ticker, report and month; with a
    column is_newest. Of two that end in one month the later."""
    rows = rows.assign(order=rows.report.map(ORDER))
    newest = rows.sort_values(["period_end", "order"], kind="stable").groupby("ticker").tail(1)
    newest = set(zip(newest.ticker, newest.period_end, newest.report))
    is_newest = np.array([key in newest for key in zip(rows.ticker, rows.period_end, rows.report)], dtype=bool)
    consolidated = set(rows.ticker[is_newest & (rows.statement == "CFS")])
    basis = np.where(rows.ticker.isin(consolidated), "CFS", "OFS")
    rows = rows.assign(is_newest=is_newest)[rows.statement == basis]
    month = rows.period_end.str[:4].astype(int) * 12 + rows.period_end.str[5:7].astype(int)
    rows = rows.assign(month=month).sort_values("period_end", kind="stable")
    rows = rows.drop_duplicates(["ticker", "report", "month"], keep="last")
    return rows.set_index(["ticker", "report", "month"])


# ---- section 2: fundamentals


def keys(table, months, report=None):
    ticker, kind, month = (table.index.get_level_values(k) for k in range(3))
    kind = kind if report is None else pd.Index([report] * len(table))
    return pd.MultiIndex.from_arrays([ticker, kind, month - months], names=table.index.names)


def where(condition, values):
    return np.where(condition, values, np.nan)


def quotient(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(np.asarray(b) > 0, np.asarray(a) / np.asarray(b))


def periods(table):
    """Columns of every report: TTM and averages, and the ratios that a year later are compared with."""
    kind = table.index.get_level_values("report")
    before = table.reindex(keys(table, 12)).set_axis(table.index)
    annual = table.reindex(keys(table, kind.map(MONTHS), "annual")).set_axis(table.index)
    same_before = before.currency == table.currency
    same_annual = annual.currency == table.currency
    out = pd.DataFrame(index=table.index)
    for name in ("net_income", "revenue", "operating_profit"):
        sum_ = annual[name] + table[name] - before[name]
        out[f"ttm_{name}"] = np.where(kind == "annual", table[name], where(same_before & same_annual, sum_))
    for name in ("total_equity", "total_assets"):
        out[f"avg_{name}"] = where(same_before, (table[name] + before[name]) / 2)
    out["roa"] = 100 * quotient(out.ttm_net_income, out.avg_total_assets)
    out["currency"] = table.currency
    return out


def fundamentals(documents, session):
    """A row a ticker of which anything is known."""
    table = in_basis(known(documents, session))
    period = periods(table)
    before = period.reindex(keys(table, 12)).set_axis(table.index)
    out = period.join(table.drop(columns="currency"))
    out["is_financial"] = out.current_assets.isna()
    has_equity = out.total_equity > 0
    out["roe"] = where(has_equity, 100 * quotient(out.ttm_net_income, out.avg_total_equity))
    out["worst_roe"] = (out.total_equity <= 0) | (out.avg_total_equity <= 0)
    out["operating_margin"] = 100 * quotient(out.ttm_operating_profit, out.ttm_revenue)
    out["debt_ratio"] = 100 * quotient(out.total_liabilities, out.total_equity)
    out["current_ratio"] = 100 * quotient(out.current_assets, out.current_liabilities)
    for name in ("revenue", "operating_profit"):
        now, older = out[f"ttm_{name}"], before[f"ttm_{name}"]
        comparable = (now >= 0) & (period.currency == before.currency)
        out[f"{name}_growth"] = where(comparable, 100 * (quotient(now, older) - 1))
    out["z_score"] = where(~out.is_financial, z_score(out))
    out["operating_return"] = quotient(out.ttm_operating_profit, out.avg_total_assets)
    out["roa_change"] = out.roa - before.roa
    out["equity_to_assets"] = quotient(out.total_equity, out.total_assets)
    return out[out.is_newest].reset_index("ticker").reset_index(drop=True).set_index("ticker").sort_index()


def z_score(x):
    assets = x.total_assets
    return (
        3.25
        + 6.56 * quotient(x.current_assets - x.current_liabilities, assets)
        + 3.26 * quotient(x.retained_earnings, assets)
        + 6.72 * quotient(x.ttm_operating_profit, assets)
        + 1.05 * quotient(x.total_equity, x.total_liabilities)
    )


def valuation(companies, session, rows):
    """companies: what fundamentals() gave."""
    classes = rows.assign(company=rows.code.str[:5]).groupby("company")[["market_cap", "listed_shares"]].sum()
    classes = classes.reindex(companies.index.str[:5]).set_axis(companies.index)
    cap, shares = classes.market_cap, classes.listed_shares
    is_won = companies.currency == "KRW"
    out = pd.DataFrame(index=companies.index)
    out["eps_ttm"] = where(is_won, quotient(companies.ttm_net_income, shares))
    out["bps"] = where(is_won, quotient(companies.total_equity, shares))
    for name, amount in (("per", "ttm_net_income"), ("pbr", "total_equity"), ("psr", "ttm_revenue")):
        out[name] = where(is_won, quotient(cap, companies[amount]))
    age = (pd.Timestamp(session) - pd.to_datetime(companies.period_end)).dt.days
    fresh = is_won & (age <= 200)
    out["earnings_yield"] = where(fresh, quotient(companies.ttm_net_income, cap))
    out["book_yield"] = where(fresh, quotient(companies.total_equity, cap))
    out["sales_yield"] = where(fresh & ~companies.is_financial, quotient(companies.ttm_revenue, cap))
    return out


# ---- section 3: prices of one stock


def risk(dates, closes, index):
    """dates, closes: of its own traded sessions up to the session, adjusted; index: date -> close of its market.
    field -> value at the last of them."""
    closes = np.asarray(closes, dtype=float)
    level = np.array([index.get(date, np.nan) for date in dates])
    out = dict.fromkeys(RISK, np.nan)
    window, market = closes[-253:], level[-253:]
    returns = np.diff(np.log(window))
    if len(returns) >= 200:
        out["volatility_252"] = 100 * np.std(returns, ddof=1) * np.sqrt(252)
        out["max_drawdown_252"] = 100 * np.min(window / np.maximum.accumulate(window) - 1)
        of_market = np.diff(np.log(market))
        both = ~np.isnan(of_market)
        if both.sum() >= 200 and np.var(of_market[both], ddof=1) > 0:
            out["beta_252"] = np.cov(returns[both], of_market[both])[0, 1] / np.var(of_market[both], ddof=1)
    if len(closes) >= 253:
        out["rs_index"] = 100 * ((closes[-1] / closes[-253]) / (level[-1] / level[-253]) - 1)
    return out


def price_items(dates, closes, highs, index):
    """risk(), and the three items of the technical axis, from the 253rd session on."""
    out = risk(dates, closes, index)
    out |= {"rs_raw": np.nan, "nearness": np.nan, "momentum": np.nan}
    if len(closes) >= 253:
        newest = closes[-1]
        weights = {63: 0.4, 126: 0.2, 189: 0.2, 252: 0.2}
        out["rs_raw"] = sum(w * 100 * (newest - closes[-1 - n]) / closes[-1 - n] for n, w in weights.items())
        out["nearness"] = newest / np.max(highs[-250:])
        out["momentum"] = closes[-1 - 21] / closes[-1 - 252] - 1
    return out


# ---- section 4: the compass


def places(values):
    """p of those that have a value; -inf: ranks below all, and has 0."""
    values = values.dropna()
    if len(values) < FEWEST:
        return values[:0]
    p = 100 * (values.rank(method="average") - 1) / (len(values) - 1)
    return p.where(values != -np.inf, 0.0)


AXES = {  # weight, items, items of financial companies (None: everybody together)
    "compass_financial": (30, ["roe", "operating_return", "roa_change", "z_score"], ["roe", "roa_change", "equity_to_assets"]),
    "compass_valuation": (20, ["earnings_yield", "book_yield", "sales_yield"], ["earnings_yield", "book_yield"]),
    "compass_technical": (30, ["rs_raw", "nearness", "momentum"], None),
    "compass_risk": (20, ["volatility_252", "max_drawdown_252", "beta_252"], None),
}
CUTS = [(90, "S"), (80, "A+"), (70, "A"), (60, "B+"), (50, "B"), (40, "C+"), (30, "C"), (20, "D"), (-1, "F")]


def axis(group, items):
    p = pd.DataFrame({item: places(group[item]) for item in items}, index=group.index)
    return p.mean(axis=1).where(2 * p.count(axis=1) >= len(items))


def letters(scores):
    p = places(scores)
    return pd.Series({ticker: next(letter for cut, letter in CUTS if place >= cut) for ticker, place in p.items()},
                     dtype=object).reindex(scores.index)  # fmt: skip


def compass(population, companies, values, prices):
    """population: tickers of the common stocks with a row; companies, values: of fundamentals() and valuation()."""
    x = companies.join(values).reindex(population).join(prices[PRICE_ITEMS].reindex(population))
    x["is_financial"] = x.is_financial.eq(True)
    x.loc[x.worst_roe.eq(True), "roe"] = -np.inf
    x["volatility_252"], x["beta_252"] = -x.volatility_252, -x.beta_252
    out = pd.DataFrame(index=x.index)
    for name, (_, items, financial_items) in AXES.items():
        if financial_items is None:
            out[name] = axis(x, items)
        else:
            parts = [axis(x[~x.is_financial], items), axis(x[x.is_financial], financial_items)]
            out[name] = pd.concat(parts).reindex(x.index)
    weights = pd.Series({name: row[0] for name, row in AXES.items()})
    axes = out[list(AXES)]
    weight = axes.notna().mul(weights).sum(axis=1)
    score = axes.mul(weights).sum(axis=1) / weight.where(weight > 0)
    out["compass_score"] = score.where(weight >= 80)
    out["compass_coverage"] = (weight / 100).where(weight > 0)
    out["compass_grade"] = letters(out.compass_score)
    out["financial_grade"] = letters(out.compass_financial)
    return out


def population_of(rows):
    """Common stocks of KOSPI and KOSDAQ."""
    return rows.code[(rows.code.str[5] == "0") & rows.market.isin(["KOSPI", "KOSDAQ"])].sort_values()


def session_of(documents, session, rows, prices):
    """Every derived field of sections 2 and 4, a row a common stock of the session's archive."""
    population = population_of(rows)
    companies = fundamentals(documents[documents.ticker.isin(population)], session)
    values = valuation(companies, session, rows)
    ranks = compass(population, companies, values, prices)
    out = companies[FUNDAMENTALS + ["rcept_no"]].join(values[VALUATION])
    return out.reindex(population).join(ranks)
