"""The language of screens as the definition has it (sections 2, 3, 4 and 6), read by recursive descent.

Written from the definition alone, as the other half of a comparison: nothing of it comes from src/screen. parse() gives
a tree of Node; ScreenError says where a text goes wrong (by byte of the text, not by line and column).
"""

import re
from fractions import Fraction

NUMBERS = """open high low close volume value market_cap listed_shares change_rate
    sma_5 sma_10 sma_20 sma_50 sma_60 sma_120 sma_150 sma_200 ema_12 ema_26 macd macd_signal macd_hist rsi_14
    bb_upper bb_middle bb_lower stoch_k stoch_d atr_14 adx_14 plus_di_14 minus_di_14 cci_20 mfi_14 obv willr_14 roc_10
    volume_sma_20 high_52w low_52w ichimoku_conversion ichimoku_base ichimoku_span_a ichimoku_span_b rs_raw rs_rating""".split()
# Of datasets that the files here do not have: known names without values.
ABSENT = (
    """beta_252 volatility_252 max_drawdown_252 rs_index eps_ttm bps per pbr psr roe roa operating_margin debt_ratio
    current_ratio revenue_growth operating_profit_growth z_score compass_financial compass_valuation compass_technical
    compass_risk compass_score compass_coverage dps_ttm dividend_yield payout_ratio""".split()
)
SIGNALS = (
    """near_high_52w golden_cross dead_cross macd_cross_up macd_cross_down rsi_oversold rsi_overbought bb_breakout_up
    bb_breakout_down volume_surge ichimoku_above_cloud trend_template""".split()
)
TEXTS = ["ticker", "name", "market"]
MARKETS = ["KOSPI", "KOSDAQ", "KONEX"]
WORDS = {"or", "and", "not", "between", "in"}
WINDOWS = {"highest", "lowest", "mean", "count"}
CROSSES = {"crosses_above", "crosses_below"}
KINDS = (
    {name: "number" for name in NUMBERS + ABSENT}
    | {name: "truth" for name in SIGNALS}
    | {name: "text" for name in TEXTS}
)
SUFFIXES = {"%": Fraction(1, 100), "억": Fraction(10**8), "조": Fraction(10**12)}
MAX_BYTES, MAX_PARTS, MAX_DEPTH, MAX_BACK = 2048, 128, 16, 260

TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.[0-9]+)?(?:%|억|조)?)|(?P<text>"[^"\n\r]*"|'[^'\n\r]*')"""
    r"""|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign><=|>=|==|!=|[<>=+\-*/(),\[\]])"""
)


class ScreenError(ValueError):
    pass


class Node:
    """op: what it does; kind: number, truth or text; args: its operands; n: sessions; value: of a constant or a name.
    key is the same for two nodes that mean the same."""

    def __init__(self, op, kind, args=(), n=0, value=None):
        self.op, self.kind, self.args, self.n, self.value = op, kind, tuple(args), n, value
        self.key = (op, n, value, tuple(a.key for a in self.args))
        deepest = max((a.back for a in self.args), default=0)
        self.back = deepest + {"index": n, "cross": 1}.get(op, n - 1 if op in WINDOWS else 0)


def tokens(text):
    at, out = 0, []
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ScreenError(f"{at}: nothing begins with {text[at]!r}")
        if match.lastgroup != "blank":
            out.append((match.lastgroup, match.group(), at))
        at = match.end()
    return out + [("end", "", len(text))]


def constant(text):
    factor = SUFFIXES.get(text[-1], Fraction(1))
    value = Fraction(text[:-1] if text[-1] in SUFFIXES else text) * factor
    if value > 10**18:
        raise ScreenError(f"{text}: more than 10^18")
    return Node("constant", "number", value=float(value))


class Parser:
    def __init__(self, text):
        if len(text.encode()) > MAX_BYTES:
            raise ScreenError("longer than 2,048 bytes")
        self.tokens, self.at, self.depth, self.parts = tokens(text), 0, 0, 0

    # ---- tokens

    def peek(self, *wanted):
        kind, text, _ = self.tokens[self.at]
        return kind in ("name", "sign") and text in wanted

    def take(self, *wanted):
        if not self.peek(*wanted):
            return None
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, wanted):
        if not self.take(wanted):
            self.fail(f"{wanted!r} was expected")

    def fail(self, why):
        raise ScreenError(f"{self.tokens[self.at][2]}: {why}, not {self.tokens[self.at][1]!r}")

    def part(self, node):
        self.parts += 1
        if self.parts > MAX_PARTS:
            self.fail("more than 128 parts")
        return node

    def deeper(self, by):
        self.depth += by
        if self.depth > MAX_DEPTH:
            self.fail("deeper than 16")

    # ---- the grammar, from the loosest to the tightest

    def where(self):
        node = self.either()
        if self.tokens[self.at][0] != "end":
            self.fail("the end was expected")
        if node.kind != "truth":
            raise ScreenError("the whole is no condition")
        return node

    def either(self):
        node = self.both()
        while self.take("or"):
            node = self.logic("or", node, self.both())
        return node

    def both(self):
        node = self.denial()
        while self.take("and"):
            node = self.logic("and", node, self.denial())
        return node

    def logic(self, op, *args):
        for arg in args:
            if arg.kind != "truth":
                raise ScreenError(f"{op} wants conditions")
        return self.part(Node(op, "truth", args))

    def denial(self):
        if not self.take("not"):
            return self.clause()
        self.deeper(1)
        node = self.logic("not", self.denial())
        self.deeper(-1)
        return node

    def clause(self):
        left = self.sum()
        sign = self.take("<", "<=", ">", ">=", "==", "=", "!=")
        if sign:
            return self.comparison("==" if sign == "=" else sign, left, self.sum())
        denied = self.take("not")
        if self.take("between"):
            low = self.sum()
            self.expect("and")
            node = Node("between", "truth", [self.number(x) for x in (left, low, self.sum())])
        elif self.take("in"):
            node = self.membership(left)
        elif denied:
            self.fail("between or in was expected")
        else:
            return left
        node = self.part(node)
        return Node("not", "truth", [node]) if denied else node

    def comparison(self, sign, left, right):
        if "text" in (left.kind, right.kind):
            if left.kind != right.kind or sign not in ("==", "!="):
                raise ScreenError("texts are compared with texts, by == and !=")
        return self.part(Node(sign, "truth", [left, right]))

    def membership(self, left):
        self.expect("(")
        items = [self.item()]
        while self.take(","):
            items.append(self.item())
        self.expect(")")
        if len(items) > 64 or any((item.kind == "text") != (left.kind == "text") for item in items):
            raise ScreenError("in takes 1 to 64 constants of one kind")
        return Node("in", "truth", [left, *items])

    def item(self):
        sign = -1 if self.take("-") else 1
        kind, text, _ = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            node = constant(text)
            return self.part(Node("constant", "number", value=sign * node.value))
        if sign == 1 and (kind == "text" or text in MARKETS):
            return self.text()
        self.fail("a constant was expected")

    def sum(self):
        node = self.product()
        while sign := self.take("+", "-"):
            node = self.arithmetic(sign, node, self.product())
        return node

    def product(self):
        node = self.prefix()
        while sign := self.take("*", "/"):
            node = self.arithmetic(sign, node, self.prefix())
        return node

    def number(self, node):
        if node.kind == "text":
            raise ScreenError("a number is due, not a text")
        return node

    def arithmetic(self, op, *args):
        return self.part(Node(op, "number", [self.number(a) for a in args]))

    def prefix(self):
        if not self.take("-"):
            return self.postfix()
        self.deeper(1)
        node = self.arithmetic("negate", self.prefix())
        self.deeper(-1)
        return node

    def postfix(self):
        node = self.primary()
        while self.take("["):
            n = self.whole(0)
            self.expect("]")
            node = self.part(Node("index", self.number(node).kind, [node], n))
        return node

    def whole(self, least):
        kind, text, _ = self.tokens[self.at]
        if kind != "number" or not text.isdigit() or not least <= int(text) <= MAX_BACK:
            self.fail(f"a whole number from {least} to 260 was expected")
        self.at += 1
        return int(text)

    def text(self):
        kind, text, _ = self.tokens[self.at]
        self.at += 1
        value = text if kind == "name" else text[1:-1]
        if len(value) > 64:
            self.fail("a text of more than 64 characters")
        return self.part(Node("constant", "text", value=value))

    def primary(self):
        kind, text, _ = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            return self.part(constant(text))
        if kind == "text" or kind == "name" and text in MARKETS:
            return self.text()
        if self.take("("):
            self.deeper(1)
            node = self.either()
            self.expect(")")
            self.deeper(-1)
            return node
        if kind != "name" or text in WORDS:
            self.fail("a value was expected")
        self.at += 1
        if text in WINDOWS or text in CROSSES or text == "rank":
            return self.function(text)
        if text not in KINDS:
            raise ScreenError(f"{text}: no such name")
        return self.part(Node("name", KINDS[text], value=text))

    def function(self, name):
        self.expect("(")
        self.deeper(1)
        first, n, second = self.number(self.either()), 0, None
        if name != "rank":
            self.expect(",")
        if name in WINDOWS:
            n = self.whole(1)
        elif name in CROSSES:
            second = self.number(self.either())
        self.expect(")")
        self.deeper(-1)
        if name == "count" and first.kind != "truth":
            raise ScreenError("count wants a condition")
        if name in CROSSES:
            return self.part(Node("cross", "truth", [first, second], value=name))
        return self.part(Node(name, "number", [first], n))


def parse(text):
    node = Parser(text).where()
    if node.back > MAX_BACK:
        raise ScreenError(f"looks back {node.back} sessions, more than 260")
    return node
