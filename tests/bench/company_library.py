"""src/company as a shared library: its answers as DataFrames in the form of company_oracle.py."""

import ctypes
import glob
import os
import subprocess

import numpy as np
import pandas as pd

from company_oracle import AMOUNTS, PRICE_ITEMS, population_of

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
YEAR = 253  # sessions
ALL_AMOUNTS = [
    *("total_assets", "current_assets", "noncurrent_assets"),
    *("total_liabilities", "current_liabilities", "noncurrent_liabilities"),
    *("capital", "retained_earnings", "total_equity"),
    *("revenue", "operating_profit", "pretax_profit", "net_income"),
    *("revenue_3m", "operating_profit_3m", "pretax_profit_3m", "net_income_3m"),
]
DOUBLE = ctypes.c_double
GRADES = [None, "F", "D", "C", "C+", "B", "B+", "A", "A+", "S"]


class Report(ctypes.Structure):  # as in report.h
    _fields_ = [("period_end", ctypes.c_int32), ("kind", ctypes.c_int), ("statement", ctypes.c_int)]
    _fields_ += [("rcept_no", ctypes.c_char * 15), ("currency", ctypes.c_char * 4), ("version", ctypes.c_uint8)]
    _fields_ += [("is_live", ctypes.c_bool), ("first_seen_utc", ctypes.c_int64), ("has", ctypes.c_uint32)]
    _fields_ += [("amounts", ctypes.c_int64 * len(ALL_AMOUNTS))]


class Reports(ctypes.Structure):
    _fields_ = [("ticker", ctypes.c_char * 8), ("items", ctypes.POINTER(Report))]
    _fields_ += [("count", ctypes.c_size_t), ("capacity", ctypes.c_size_t)]


class Fundamentals(ctypes.Structure):  # as in fundamentals.h
    RATIOS = ["ttm_net_income", "ttm_revenue", "ttm_operating_profit", "total_equity", "roe", "roa", "operating_margin",
              "debt_ratio", "current_ratio", "revenue_growth", "operating_profit_growth", "z_score",
              "operating_return", "roa_change", "equity_to_assets"]  # fmt: skip
    _fields_ = [("newest", ctypes.POINTER(Report)), ("is_financial", ctypes.c_bool), ("is_won", ctypes.c_bool)]
    _fields_ += [(name, DOUBLE) for name in RATIOS] + [("has_worst_roe", ctypes.c_bool)]


class Valuation(ctypes.Structure):
    VALUES = ["eps_ttm", "bps", "per", "pbr", "psr", "earnings_yield", "book_yield", "sales_yield"]
    _fields_ = [(name, DOUBLE) for name in VALUES]


class CompassPrices(ctypes.Structure):  # as in compass.h
    _fields_ = [(name, DOUBLE) for name in PRICE_ITEMS] + [("has_year", ctypes.c_bool)]


class CompassStock(ctypes.Structure):
    _fields_ = [("fundamentals", ctypes.POINTER(Fundamentals)), ("valuation", ctypes.POINTER(Valuation))]
    _fields_ += [("prices", CompassPrices)]


class Compass(ctypes.Structure):
    AXES = ["compass_financial", "compass_valuation", "compass_technical", "compass_risk"]
    _fields_ = [("axes", DOUBLE * 4), ("score", DOUBLE), ("coverage", DOUBLE), ("grade", ctypes.c_int)]
    _fields_ += [("financial_grade", ctypes.c_int)]


class Company:
    """The library, built in a folder, with the reports of all companies."""

    def __init__(self, folder):
        path = os.path.join(folder, "libcompany.so")
        sources = [p for part in ("base", "market", "company") for p in glob.glob(os.path.join(ROOT, "src", part, "*.c"))]
        flags = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-I", os.path.join(ROOT, "include")]
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, *flags, *sorted(sources), "-o", path, "-lm", "-lzstd", "-linih"], check=True)
        self.library = ctypes.CDLL(path)
        self.library.fundamentals_of.restype = Fundamentals
        self.library.valuation_of.restype = Valuation
        self.library.valuation_of.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_int64]
        self.library.compass_rank.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
        self.reports = {}

    def day(self, text):
        day = ctypes.c_int32()
        assert self.library.day_parse(text.encode(), ctypes.byref(day))
        return day.value

    def put(self, row):
        report = Report()
        version = f":{row.version}" if row.version > 1 else ""
        identity = f"{row.period_end}:{row.report}:{row.statement}:{row.rcept_no}{version}"
        assert self.library.report_id_parse(identity.encode(), ctypes.byref(report)), identity
        report.currency = row.currency.encode()
        for name in AMOUNTS:
            value = getattr(row, name)
            if not np.isnan(value):
                report.amounts[ALL_AMOUNTS.index(name)] = int(value)
                report.has |= 1 << ALL_AMOUNTS.index(name)
        reports = self.reports.setdefault(row.ticker, Reports())
        assert self.library.reports_put(ctypes.byref(reports), ctypes.byref(report)) == 0

    def session_of(self, session, rows, prices):
        """As company_oracle.session_of, of the reports that were put."""
        codes = list(population_of(rows))
        classes = rows.assign(company=rows.code.str[:5]).groupby("company")[["market_cap", "listed_shares"]].sum()
        day, count, nothing = self.day(session), len(codes), Reports()
        stocks, ranks = (CompassStock * count)(), (Compass * count)()
        fundamentals, valuations = (Fundamentals * count)(), (Valuation * count)()
        for i, code in enumerate(codes):
            reports = self.reports.get(code, nothing)
            cap, shares = (int(value) for value in classes.loc[code[:5]])
            fundamentals[i] = self.library.fundamentals_of(ctypes.byref(reports), day)
            valuations[i] = self.library.valuation_of(ctypes.byref(fundamentals[i]), day, cap, shares)
            items = prices.loc[code]
            stocks[i].fundamentals, stocks[i].valuation = ctypes.pointer(fundamentals[i]), ctypes.pointer(valuations[i])
            stocks[i].prices = CompassPrices(*(items[name] for name in PRICE_ITEMS), bool(items.sessions >= YEAR))
        assert self.library.compass_rank(stocks, count, ranks) == 0
        return pd.DataFrame([fields_of(*each) for each in zip(fundamentals, valuations, ranks)], index=codes)


def fields_of(fundamentals, valuation, compass):
    out = {name: getattr(fundamentals, name) for name in Fundamentals.RATIOS}
    out |= {name: getattr(valuation, name) for name in Valuation.VALUES} | dict(zip(Compass.AXES, compass.axes))
    out |= {"compass_score": compass.score, "compass_coverage": compass.coverage}
    out |= {"compass_grade": GRADES[compass.grade], "financial_grade": GRADES[compass.financial_grade]}
    out["rcept_no"] = fundamentals.newest.contents.rcept_no.decode() if fundamentals.newest else None
    return out
