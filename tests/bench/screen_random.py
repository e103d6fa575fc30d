"""Expressions of screens by a seed: screen_random.py COUNT SEED prints lines "name = where", all of which parse.

For comparing src/screen with the oracle far from what somebody would write: screen_oracle.py run, screen_lists, compare.
"""

import random
import sys

from screen_language import ABSENT, NUMBERS, SIGNALS, ScreenError, parse

# Most fields now and then, those that tie or are absent more often.
OFTEN = ["close", "open", "high", "low", "volume", "change_rate", "rs_rating", "value"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *items):
        return self.random.choice(items)

    def whole(self, most):
        return min(most, int(self.random.paretovariate(0.6)))

    def number(self, depth):
        if depth <= 0 or self.random.random() < 0.25:
            return self.leaf()
        a = lambda: self.number(depth - 1)
        kind = self.random.randrange(12)
        if kind < 4:
            return f"({a()} {self.pick('+', '-', '*', '/')} {a()})"
        if kind < 6:
            return f"{self.pick('highest', 'lowest', 'mean')}({self.pick(a(), a(), self.truth(depth - 1))}, {self.whole(40)})"
        if kind < 8:
            return f"({a()})[{self.whole(30) - 1}]"
        if kind == 8:
            return f"count({self.truth(depth - 1)}, {self.whole(20)})"
        if kind == 9:
            return f"rank({a()})"
        return f"-{a()}" if kind == 10 else f"{self.leaf()} {self.pick('-', '/')} {self.leaf()}"

    def leaf(self):
        kind = self.random.randrange(10)
        if kind < 4:
            return self.pick(*OFTEN)
        if kind < 8:
            return self.pick(*NUMBERS)
        if kind == 8 and self.random.random() < 0.1:
            return self.pick(*ABSENT)
        return self.pick("0", "1", "2", "0.5", "50", "70", "1000", "3%", "10억", "0.97", "1.02")

    def truth(self, depth):
        a, t = lambda: self.number(depth - 1), lambda: self.truth(depth - 1)
        kind = self.random.randrange(20)
        if depth <= 0 or kind < 7:
            return f"{a()} {self.pick('<', '<=', '>', '>=', '>', '<', '==', '!=')} {a()}"
        if kind < 10:
            return f"({t()} {self.pick('and', 'or')} {t()})"
        if kind == 10:
            return f"(not {t()})"
        if kind == 11:
            return f"{a()} {self.pick('', 'not ')}between {a()} and {a()}"
        if kind == 12:
            return f"{self.pick('change_rate', 'rs_rating', 'close - close[1]', 'count(close > open, 5)')} {self.pick('', 'not ')}in (0, 1, -2, 3)"
        if kind < 15:
            return f"crosses_{self.pick('above', 'below')}({a()}, {a()})"
        if kind == 15:
            return f"market {self.pick('==', '!=')} {self.pick('KOSPI', 'KOSDAQ')}"
        if kind == 16:
            return f"({t()})[{self.whole(30) - 1}]"
        return self.pick(*SIGNALS)


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    maker, made = Maker(seed), 0
    while made < count:
        where = maker.truth(maker.random.randrange(1, 5))
        try:
            parse(where)
        except ScreenError:
            continue
        print(f"random_{seed}_{made} = {where}")
        made += 1


if __name__ == "__main__":
    main()
