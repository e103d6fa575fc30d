"""What an expression of screens is worth, by the definition (sections 4 and 5), session by session.

Every value is a matrix: a line for each stock considered in the session, the last column is the session itself, the one
before it the stock's traded session before, and so on. A number has its possible error beside it: 0 where two right
programs have the same bits (published prices, and arithmetic on them in the order written), 1e-11 behind a corporate
action, 1e-9 where TA-Lib has a say. A truth is the set of what it may be: where two sides are nearer than their errors,
true and false are both in it. So a stock's answer is a set as well, and a set of more than one is "either".
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from screen_language import ABSENT, SIGNALS, TEXTS, parse

FALSE, TRUE, UNKNOWN = 1, 2, 4


def combine(rule):
    """rule of two truths -> table of sets."""
    table = np.zeros((8, 8), np.uint8)
    for a in range(8):
        for b in range(8):
            for x in (FALSE, TRUE, UNKNOWN):
                for y in (FALSE, TRUE, UNKNOWN):
                    if a & x and b & y:
                        table[a, b] |= rule(x, y)
    return table


def and_rule(x, y):
    return FALSE if FALSE in (x, y) else UNKNOWN if UNKNOWN in (x, y) else TRUE


def or_rule(x, y):
    return TRUE if TRUE in (x, y) else UNKNOWN if UNKNOWN in (x, y) else FALSE


AND, OR = combine(and_rule), combine(or_rule)
# All that a clause is: unknown with any part unknown, else what `and` says.
CLAUSE = combine(lambda x, y: UNKNOWN if UNKNOWN in (x, y) else and_rule(x, y))
# The signals of stock_analyzed (deploy/mongosh/README.md), their parts in the language itself.
SIGNAL_PARTS = {
    "near_high_52w": ["close >= 0.95 * high_52w"],
    "golden_cross": ["crosses_above(sma_20, sma_60)"],
    "dead_cross": ["crosses_below(sma_20, sma_60)"],
    "macd_cross_up": ["crosses_above(macd, macd_signal)"],
    "macd_cross_down": ["crosses_below(macd, macd_signal)"],
    "rsi_oversold": ["rsi_14 < 30"],
    "rsi_overbought": ["rsi_14 > 70"],
    "bb_breakout_up": ["close > bb_upper"],
    "bb_breakout_down": ["close < bb_lower"],
    "volume_surge": ["volume >= 3 * volume_sma_20", "volume > 0"],
    "ichimoku_above_cloud": ["close > ichimoku_span_a[26]", "close > ichimoku_span_b[26]"],
    "trend_template": [
        "close > sma_150",
        "close > sma_200",
        "sma_150 > sma_200",
        "sma_200 > sma_200[22]",
        "sma_50 > sma_150",
        "sma_50 > sma_200",
        "close > sma_50",
        "close >= 1.3 * low_52w",
        "close >= 0.75 * high_52w",
        "rs_rating >= 70",
    ],
}
SIGNAL_PARTS = {name: [parse(part) for part in SIGNAL_PARTS[name]] for name in SIGNALS}
NOT = np.array(
    [sum({FALSE: TRUE, TRUE: FALSE, UNKNOWN: UNKNOWN}[x] for x in (1, 2, 4) if a & x) for a in range(8)], np.uint8
)


class Number:
    """errors: infinite where it is not even sure that there is a value."""

    def __init__(self, values, errors):
        self.values = np.where(np.isfinite(values), values, np.nan)
        self.errors = np.where(np.isnan(self.values), 0.0, np.where(np.isnan(errors), np.inf, errors))


def compare(sign, a, b):
    with np.errstate(invalid="ignore"):
        held = {
            "<": np.less,
            "<=": np.less_equal,
            ">": np.greater,
            ">=": np.greater_equal,
            "==": np.equal,
            "!=": np.not_equal,
        }[sign](a.values, b.values)
        error = a.errors + b.errors
        near = (error > 0) & (np.abs(a.values - b.values) <= error)
    out = np.where(near, FALSE | TRUE, np.where(held, TRUE, FALSE))
    out = np.where(np.isinf(error), FALSE | TRUE | UNKNOWN, out)
    return np.where(np.isnan(a.values) | np.isnan(b.values), UNKNOWN, out).astype(np.uint8)


def from_truth(truth):
    values = np.where(truth == UNKNOWN, np.nan, np.where(truth & FALSE, 0.0, 1.0))
    errors = np.where(truth & UNKNOWN, np.inf, (truth == FALSE | TRUE).astype(float))
    return Number(values, errors)


def arithmetic(op, a, b=None):
    with np.errstate(all="ignore"):
        x, y = a.values, None if b is None else b.values
        if op == "negate":
            return Number(-x, a.errors)
        if op in "+-":
            return Number(x + y if op == "+" else x - y, a.errors + b.errors)
        if op == "*":
            return Number(x * y, np.abs(x) * b.errors + np.abs(y) * a.errors)
        perhaps_zero = (b.errors > 0) & (np.abs(y) <= b.errors)
        quotient = np.where(perhaps_zero, 0.0 * x, np.where(y == 0, np.nan, x / y))
        errors = np.where(perhaps_zero, np.inf, (a.errors + np.abs(quotient) * b.errors) / np.abs(y))
        return Number(quotient, errors)


def windows(values, n):
    return sliding_window_view(values, n, axis=1)


def window(op, x, n):
    values, errors = windows(x.values, n), windows(x.errors, n)
    if op == "highest":
        return Number(values.max(axis=2), errors.max(axis=2))
    if op == "lowest":
        return Number(values.min(axis=2), errors.max(axis=2))
    total = values.sum(axis=2)
    whole = (x.values == np.rint(x.values)) & (np.abs(x.values) < 2.0**53 / n)  # whatever the order of adding
    rounding = np.where(windows(whole, n).all(axis=2), 0.0, 1e-13 * np.abs(values).sum(axis=2))
    return Number(total / n, (errors.sum(axis=2) + rounding) / n)


def count(truth, n):
    parts = windows(truth, n)
    values = np.where((parts == UNKNOWN).any(axis=2), np.nan, (parts == TRUE).sum(axis=2))
    open_ones = (parts == FALSE | TRUE).sum(axis=2)
    errors = np.where((parts & UNKNOWN != 0).any(axis=2), np.inf, open_ones)
    return Number(values.astype(float), errors.astype(float))


def rank(values, errors):
    """Of one session: what rank() gives for each, and how far it is open."""
    out, unsure, here = np.full(len(values), np.nan), np.zeros(len(values)), ~np.isnan(values)
    x, e, m = values[here], errors[here], int(here.sum())
    if m < 2:
        return out, unsure
    ordered = np.sort(x)
    less = np.searchsorted(ordered, x, "left")
    equal = np.searchsorted(ordered, x, "right") - less
    out[here] = 100 * (less + (equal - 1) / 2) / (m - 1)
    near = np.searchsorted(np.sort(x - e), x + e, "right") - np.searchsorted(np.sort(x + e), x - e, "left")
    sure, counts = np.unique(x[e == 0], return_counts=True)
    same = np.zeros(m)
    if len(sure):
        at = np.minimum(np.searchsorted(sure, x), len(sure) - 1)
        same = np.where((sure[at] == x) & (e == 0), counts[at], 0)
    open_ones = np.where(e == 0, near - same, near - 1)
    unsure[here] = 100 * np.maximum(open_ones, 0) / (m - 1)
    return out, unsure


class Evaluator:
    """bitwise: as if no value had an error; then each answer is one truth."""

    def __init__(self, market, bitwise=False):
        self.market, self.bitwise, self.cache, self.ranks = market, bitwise, {}, {}

    def answers(self, node, session):
        """A set of truths for each stock considered."""
        self.cache = {}
        return self.truth(node, session, 1)[:, -1]

    def evaluate(self, node, session, width):
        key = (node.key, session, width)
        if key not in self.cache:
            self.cache[key] = self._evaluate(node, session, width)
        return self.cache[key]

    def number(self, node, session, width):
        value = self.evaluate(node, session, width)
        return from_truth(value) if node.kind == "truth" else value

    truth = evaluate

    def _evaluate(self, node, session, width):
        op, args = node.op, node.args
        if op == "constant":
            exists = self.market.places(session, width - 1) >= 0
            return Number(np.where(exists, node.value, np.nan), np.zeros(exists.shape))
        if op == "name":
            return self.named(node, session, width)
        if op == "index":
            return self.shift(self.evaluate(args[0], session, width + node.n), 0, width)
        if op in ("highest", "lowest", "mean"):
            return self.bare(window(op, self.number(args[0], session, width + node.n - 1), node.n))
        if op == "count":
            return count(self.truth(args[0], session, width + node.n - 1), node.n)
        if op == "cross":
            return self.cross(node, session, width)
        if op == "rank":
            return self.ranked(args[0], session, width)
        if op == "not":
            return NOT[self.truth(args[0], session, width)]
        if op in ("and", "or"):
            return (AND if op == "and" else OR)[tuple(self.truth(a, session, width) for a in args)]
        if op == "in" or args[0].kind == "text":
            return self.membership(node, session, width)
        values = [self.number(a, session, width) for a in args]
        if op == "between":
            return CLAUSE[compare(">=", values[0], values[1]), compare("<=", values[0], values[2])]
        if node.kind == "number":
            return arithmetic(op, *values)
        if args[0].key == args[1].key:  # the same on both sides, to the bit
            values = [Number(x.values, 0.0 * x.values) for x in values]
        return compare(op, *values)

    def bare(self, number):
        return Number(number.values, 0.0 * number.values) if self.bitwise else number

    @staticmethod
    def shift(value, start, width):
        part = slice(start, start + width)
        return value[:, part] if isinstance(value, np.ndarray) else Number(value.values[:, part], value.errors[:, part])

    def named(self, node, session, width):
        if node.kind == "truth":
            return self.signal(node, session, width)
        places = self.market.places(session, width - 1)
        if node.value in ABSENT:
            value = Number(np.full(places.shape, np.nan), np.zeros(places.shape))
        else:
            values = np.where(places >= 0, self.market.values[node.value][places], np.nan)
            value = Number(values, 0.0 * values if self.bitwise else self.market.errors[node.value][places])
        return value

    def signal(self, node, session, width):
        """Absent as long as any of its parts is."""
        out = None
        for part in SIGNAL_PARTS[node.value]:
            truth = self.truth(part, session, width)
            out = truth if out is None else CLAUSE[out, truth]
        return out

    def cross(self, node, session, width):
        a, b = (self.number(x, session, width + 1) for x in node.args)
        now, before = (">", "<=") if node.value == "crosses_above" else ("<", ">=")
        parts = [
            compare(sign, self.shift(a, at, width), self.shift(b, at, width)) for sign, at in ((now, 1), (before, 0))
        ]
        return CLAUSE[tuple(parts)]

    def ranked(self, x, session, width):
        places = self.market.places(session, width - 1)
        values, errors = np.full(places.shape, np.nan), np.zeros(places.shape)
        sessions = np.where(places >= 0, self.market.session_at[places], -1)
        stocks = np.broadcast_to(self.market.considered[session][:, None], places.shape)
        for t in np.unique(sessions[sessions >= 0]):
            here = sessions == t
            ranks, unsure = self.ranks_of(x, int(t))
            values[here], errors[here] = ranks[stocks[here]], unsure[stocks[here]]
        return Number(values, errors)

    def ranks_of(self, x, session):
        """By the number of the stock; absent for whoever is not considered there."""
        key = (x.key, session)
        if key not in self.ranks:
            value = self.number(x, session, 1)
            found = rank(value.values[:, 0], value.errors[:, 0])
            full = np.full((2, len(self.market.stocks)), np.nan)
            full[:, self.market.considered[session]] = found
            self.ranks[key] = full
        return self.ranks[key]

    def membership(self, node, session, width):
        """Texts are those published on the session, whatever column; numbers are compared one by one."""
        left, *items = node.args
        if left.kind != "text":
            x, out = self.number(left, session, width), None
            for item in items:
                same = compare("==", x, self.number(item, session, width))
                out = same if out is None else OR[out, same]
            return out
        ours, *texts = [self.texts(a, session) for a in (left, *items)]
        found = [any(text[i] == mine for text in texts) != (node.op == "!=") for i, mine in enumerate(ours)]
        told = np.where(np.array(found, bool), TRUE, FALSE)[:, None]
        return np.where(self.market.places(session, width - 1) >= 0, told, UNKNOWN).astype(np.uint8)

    def texts(self, node, session):
        stocks = self.market.considered[session]
        if node.op == "constant":
            return [node.value] * len(stocks)
        assert node.value in TEXTS
        if node.value == "ticker":
            return [self.market.stocks[s].code for s in stocks]
        return [self.market.row(session, s)[node.value] for s in stocks]
