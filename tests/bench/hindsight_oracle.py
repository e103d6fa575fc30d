"""The shadow radar and the outcomes of decisions, by the headers of src/hindsight, without any of it: TA-Lib and numpy.

    P="build/talib/bin/python tests/bench/hindsight_oracle.py"      (tests/bench/hindsight runs all of it)
    $P decisions FOLDER FROM SEED       planted decisions, "ID DATE KIND FINAL TICKER..." a line
    $P run FOLDER STRATEGIES DECISIONS FROM
    $P compare OURS THEIRS              what differs; exit code 1 if anything
    $P card DECISIONS OUTCOMES          the report card of these outcomes, a line a prompt, decision and horizon
    $P items DECISIONS OUTCOMES         the same as /ledger gives it, for the page's own module
    $P cards OURS THEIRS                two cards compared

FOLDER: days as screen_market.py reads them. A line "either DATE TICKER" says that two right programs may differ there:
an indicator was nearer to a rule than TA-Lib's rounding.
"""

import collections
import glob
import json
import os
import random
import sys

import numpy as np

from screen_evaluate import FALSE, TRUE, Evaluator
from screen_language import parse
from screen_market import Market
from screen_outcome import HORIZONS, Prices

BACK, LIMIT = 20, 100
ENTER, EXIT, EXIT_SESSIONS, MISSING = 100_000_000_000, 80_000_000_000, 20, 3
RATING, RATIO, LEADERS = 80, 1.0, 40
FINALS = ("BUY", "SELL", "HOLD", "NO_DECISION")


class Universe:
    """Who is followed, by the text of market/universe.h."""

    def __init__(self, market):
        self.market, self.added, self.removed = market, {}, {}
        caps = np.full(market.row_of.shape, -1, dtype=np.int64)
        for s, stock in enumerate(market.stocks):
            caps[stock.sessions, s] = stock.columns["market_cap"]
        self.caps = caps

    def step(self, t):
        caps = self.caps
        for s in list(self.added):
            if s in self.removed:
                continue
            if caps[t, s] < 0:
                missing = 0
                while missing <= t and caps[t - missing, s] < 0:
                    missing += 1
                if missing >= MISSING:
                    self.removed[s] = t - missing + 1
            elif t + 1 >= EXIT_SESSIONS:
                last = caps[t - EXIT_SESSIONS + 1 : t + 1, s]
                if ((last >= 0) & (last < EXIT)).all():
                    self.removed[s] = t
        for s in np.flatnonzero(caps[t] >= ENTER):
            if s not in self.added:
                self.added[s] = t
            elif s in self.removed:
                del self.removed[s]

    def follows(self, s, t):
        return s in self.added and self.added[s] <= t and not (s in self.removed and t >= self.removed[s])


def clauses_of(where):
    """The conditions that `and` joins, by the tree."""
    found, todo = [], [parse(where)]
    while todo:
        node = todo.pop(0)
        if node.op == "and":
            todo[:0] = node.args
        else:
            found.append(node)
    return found


def clause_texts(where):
    """Good for the strategies that are compared: no brackets around an `and`."""
    parts, words, between = [[]], where.split(" "), False
    for word in words:
        if word == "and" and not between and " ".join(parts[-1]).count("(") == " ".join(parts[-1]).count(")"):
            parts.append([])
            continue
        between = word == "between" or (between and word != "and")
        parts[-1].append(word)
    return [" ".join(part) for part in parts]


class Radar:
    def __init__(self, market, strategies, decisions):
        self.market, self.strategies, self.evaluator = market, strategies, Evaluator(market)
        self.universe = Universe(market)
        self.seen = {}  # what a session says of each stock, as long as the universe is asked by its own state
        self.decisions = collections.defaultdict(dict)
        for one in decisions:  # the newest of a stock and session counts
            for ticker in one["tickers"]:
                self.decisions[ticker][one["date"]] = one
        self.close, self.traded = self._closes()
        self.rises = self._rises()
        self.conditions = {"near": parse("near_high_52w"), "above": parse("close > sma_60"), "rated": parse(f"rs_rating >= {RATING}")}

    def _closes(self):
        shape = self.market.row_of.shape
        close, traded = np.full(shape, np.nan), np.zeros(shape, bool)
        for s, stock in enumerate(self.market.stocks):
            close[stock.sessions, s] = stock.columns["close"] * stock.factors(len(stock.actions), len(stock.rows))
            traded[stock.sessions[stock.bars], s] = True
        return close, traded

    # ---- rises ----

    @staticmethod
    def risen(before, now):
        """True, False, or None where rounding decides."""
        if abs(5 * now - 6 * before) < 1e-9 * now and 5 * now != 6 * before:
            return None
        return 5 * now >= 6 * before

    def bars_before(self, s, t):
        return [u for u in range(max(0, t - BACK), t) if self.traded[u, s]]

    def _rises(self):
        """1: a rise, 0: none, -1: rounding decides; of each session and stock that traded."""
        rises = np.zeros(self.close.shape, np.int8)
        for back in range(1, BACK + 1):
            now, before = self.close[back:], self.close[:-back]
            both = self.traded[back:] & self.traded[:-back]
            with np.errstate(invalid="ignore"):
                near = (np.abs(5 * now - 6 * before) < 1e-9 * now) & (5 * now != 6 * before)
                up = 5 * now >= 6 * before
            part = rises[back:]
            part[both & near & (part == 0)] = -1
            part[both & ~near & up] = 1
        return rises

    def begins(self, s, t):
        return self.rises[t, s] == 1 and all(self.rises[u, s] == 0 for u in self.bars_before(s, t))

    # ---- what a session says ----

    def session(self, t):
        if t not in self.seen:
            self.seen = {u: x for u, x in self.seen.items() if u >= t - BACK - 1}
            self.seen[t] = self.look(t)
        return self.seen[t]

    def look(self, t):
        market, considered = self.market, self.market.considered[t]
        place = {s: i for i, s in enumerate(considered)}
        near, matched, unsure = {}, set(), set()
        for name, (where, nodes, texts) in self.strategies.items():
            truths = np.array([self.evaluator.answers(node, t) for node in nodes])
            for i, s in enumerate(considered):
                column = truths[:, i]
                if any(x not in (1, 2, 4) for x in column):
                    unsure.add(s)
                held, false = (column == TRUE).sum(), np.flatnonzero(column == FALSE)
                if held == len(nodes):
                    matched.add(s)
                if len(nodes) >= 2 and held == len(nodes) - 1 and len(false) == 1:
                    if s not in near or len(nodes) > near[s][0]:
                        near[s] = (len(nodes), f"{name}: {texts[false[0]]}")
        rules = {key: self.evaluator.answers(node, t) for key, node in self.conditions.items()}
        return {"place": place, "near": near, "matched": matched, "unsure": unsure, "rules": rules}

    def value_passes(self, s, t):
        stock, rows = self.market.stocks[s], self.market.row_of[max(0, t - 19) : t + 1, s]
        if len(rows) < 20 or (rows < 0).any():
            return False
        return int(stock.columns["value"][rows[-1]]) > RATIO * (stock.columns["value"][rows].astype(float).sum() / 20)

    def leaders(self, t):
        """ticker index -> rules that stand against it, in order; and who was chosen."""
        said, against, passing = self.session(t), {}, []
        for s, i in said["place"].items():
            if not self.universe.follows(s, t):
                continue
            fails = []
            if not self.value_passes(s, t):
                fails.append("value > 1 x its average over 20 sessions")
            for key, rule in (("rated", f"rs_rating >= {RATING}"), ("near", "near_high_52w"), ("above", "close > sma_60")):
                if said["rules"][key][i] not in (1, 2, 4):
                    said["unsure"].add(s)
                if said["rules"][key][i] != TRUE:
                    fails.append(rule)
            against[s] = fails
            if not fails:
                stock = self.market.stocks[s]
                row = self.market.row_of[t, s]
                rating = self.rating(s, t)
                passing.append((-rating, -int(stock.columns["market_cap"][row]), stock.code, s))
        chosen = {s for *_, s in sorted(passing)[:LEADERS]}
        return against, chosen

    def rating(self, s, t):
        node = parse("rs_rating > 0").args[0]
        return int(self.evaluator.number(node, t, 1).values[self.session(t)["place"][s], 0])

    # ---- a session's documents ----

    def of_model(self, s, t):
        made = self.decisions.get(self.market.stocks[s].code, {})
        for u in range(t - 1, max(-1, t - BACK - 1), -1):
            one = made.get(self.market.dates[u])
            if not one or one["final"] not in ("SELL", "NO_DECISION") or self.market.row_of[: u + 1, s].max() < 0:
                continue
            rows = self.market.row_of[: u + 1, s]
            before = self.close[np.flatnonzero(rows >= 0)[-1], s]
            between = [v for v in range(u + 1, t) if self.traded[v, s]]
            if self.risen(before, self.close[t, s]) and not any(self.risen(before, self.close[v, s]) for v in between):
                return u, before, "ai", f"{one['kind']}: {one['final']}"
        return None

    def of_rules(self, s, t, leaders):
        mine = [u for u in reversed(self.bars_before(s, t)) if s in self.session(u)["place"] and self.risen(self.close[u, s], self.close[t, s])]
        follows = {u: self.universe.follows(s, u) for u in mine}
        for u in mine:
            if not follows[u] and self.universe.caps[u, s] < ENTER:
                return u, self.close[u, s], "entry_filter", "market_cap"
        open_ones = [u for u in mine if follows[u] and s not in leaders[u][1] and s not in self.session(u)["matched"]]
        for u in open_ones:
            if len(leaders[u][0][s]) <= 1:
                return u, self.close[u, s], "leaders", (leaders[u][0][s] or [f"the first {LEADERS}"])[0]
        for u in open_ones:
            if s in self.session(u)["near"]:
                return u, self.close[u, s], "strategy", self.session(u)["near"][s][1]
        for u in open_ones:
            return u, self.close[u, s], "leaders", leaders[u][0][s][0]
        return None

    def documents(self, t):
        found, either, leaders = [], [], {}
        for s in self.market.considered[t]:
            is_risen = self.begins(s, t)
            answer = self.of_model(s, t)
            if not answer and is_risen:
                for u in range(max(0, t - BACK), t):
                    if u not in leaders:
                        leaders[u] = self.leaders(u)
                answer = self.of_rules(s, t, leaders)
                if any(s in self.session(u)["unsure"] for u in self.bars_before(s, t)):
                    either.append(self.market.stocks[s].code)
            if answer:
                u, before, stage, rule = answer
                found.append((-100 * (self.close[t, s] / before - 1), self.market.stocks[s].code, u, stage, rule))
        found.sort(key=lambda one: (one[0], one[1]))
        return found[:LIMIT], either


# ---- outcomes ----


def outcomes(market, decisions):
    prices = Prices(market)
    number, last = {stock.code: s for s, stock in enumerate(market.stocks)}, len(market.dates) - 1
    for one in decisions:
        d = market.dates.index(one["date"])
        if d == last:
            continue
        fate = lambda s: prices.fate[d + 1, s].strip()
        mine = [number[x] for x in one["tickers"] if x in number and fate(number[x]) == "entered"]
        everybody = [s for s in market.considered[d] if fate(s) == "entered"]
        line = f"outcome {one['id']} {len(mine)}"
        for h in HORIZONS:
            if d + h <= last and mine:
                gain = lambda stocks: (prices.close[d + h, stocks] / prices.open[d + 1, stocks] - 1).mean()
                mean = gain(mine)
                line += f" {h}:{mean:.17g}:{mean - gain(everybody):.17g}"
        yield line


# ---- files ----


def read_decisions(path):
    with open(path, encoding="ascii") as file:
        for line in file:
            number, date, kind, final, *tickers = line.split()
            yield {"id": number, "date": date, "kind": kind, "final": final, "tickers": tickers}


def read_strategies(folder):
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.ini"))):
        with open(path, encoding="utf-8") as file:
            where = next(line.split("=", 1)[1].strip() for line in file if line.startswith("where"))
        nodes, texts = clauses_of(where), clause_texts(where)
        assert len(nodes) == len(texts), (path, texts)
        found[os.path.basename(path)[:-4]] = (where, nodes, texts)
    return found


def plant(market, first, seed):
    """Several a session, sometimes of the same stock; rather those that move, so that some are missed."""
    chance, count = random.Random(seed), 0
    for t in range(first, len(market.dates)):
        codes = [market.stocks[s].code for s in market.considered[t]]
        for _ in range(8):
            tickers = chance.sample(codes, chance.choice((1, 1, 1, 2, 5)))
            yield f"01JRF{count:021d} {market.dates[t]} {chance.choice(('debate', 'own'))} {chance.choice(FINALS)} {' '.join(tickers)}"
            count += 1
        yield f"01JRF{count:021d} {market.dates[t]} debate {chance.choice(FINALS)} {tickers[0]}"
        count += 1


def run(folder, strategies, decisions, first):
    market, planted = Market([folder]), list(read_decisions(decisions))
    radar = Radar(market, read_strategies(strategies), planted)
    begin = market.session(first)
    for t, date in enumerate(market.dates):
        radar.universe.step(t)
        if t < begin:
            continue
        found, either = radar.documents(t)
        for value, code, u, stage, rule in found:
            print(f"radar {date} {code} {market.dates[u]} {stage} {-value:.17g} {rule}")
        for code in either:
            print(f"either {date} {code}")
        sys.stdout.flush()
    for line in outcomes(market, planted):
        print(line)


def same_number(a, b):
    return abs(float(a) - float(b)) <= 1e-9 * max(1, abs(float(b)))


def same_line(a, b):
    if a[0] == "radar":
        return a[1:5] == b[1:5] and same_number(a[5], b[5]) and a[6:] == b[6:]
    if a[:3] != b[:3] or len(a) != len(b):
        return False
    pairs = zip((x.split(":") for x in a[3:]), (x.split(":") for x in b[3:]))
    return all(x[0] == y[0] and same_number(x[1], y[1]) and same_number(x[2], y[2]) for x, y in pairs)


def compare(ours, theirs):
    def read(path):
        with open(path, encoding="utf-8") as file:
            lines = [line.split() for line in file]
        key = lambda line: tuple(line[:3]) if line[0] == "radar" else tuple(line[:2])
        return {key(x): x for x in lines if x[0] != "either"}, {("radar", *x[1:]) for x in lines if x[0] == "either"}

    (a, _), (b, either) = read(ours), read(theirs)
    keys = [key for key in sorted(a.keys() | b.keys()) if key not in either]
    differ = [key for key in keys if key not in a or key not in b or not same_line(a[key], b[key])]
    for key in differ[:40]:
        print(" ".join(key), "| ours:", " ".join(a.get(key, ["none"])), "| theirs:", " ".join(b.get(key, ["none"])))
    kinds = collections.Counter(key[0] for key in keys)
    print(f"{kinds['radar']} documents of the radar, {kinds['outcome']} outcomes compared; {len(either)} where either is right; {len(differ)} differ")
    return 1 if differ else 0


def card(decisions, ours):
    """prompt decision horizon n hits mean: of decisions whose outcome is known."""
    made, rows = {one["id"]: one for one in read_decisions(decisions)}, collections.defaultdict(list)
    with open(ours, encoding="utf-8") as file:
        for word, *rest in (line.split() for line in file):
            if word != "outcome":
                continue
            one = made[rest[0]]
            for part in rest[2:]:
                h, _, excess = part.split(":")
                rows[one["kind"], one["final"], int(h)].append(float(excess))
    for (kind, final, h), values in sorted(rows.items()):
        hits = sum(x > 0 for x in values) if final == "BUY" else sum(x < 0 for x in values) if final == "SELL" else "-"
        print(f"card {kind} {final} {h} {len(values)} {hits} {sum(values) / len(values):.9g}")


def items(decisions, ours):
    """The same as /ledger's items, for deploy/web/lib/hindsight.js."""
    outcome = {}
    with open(ours, encoding="utf-8") as file:
        for word, *rest in (line.split() for line in file):
            if word == "outcome":
                outcome[rest[0]] = {f"excess_{part.split(':')[0]}": float(part.split(":")[2]) for part in rest[2:]}
    print(json.dumps([{"kind": one["kind"], "model": "m", "date": one["date"], "verdict": "accepted", "final_decision": one["final"], "outcome": outcome.get(one["id"])} for one in read_decisions(decisions)]))


def cards(ours, theirs):
    read = lambda path: [line.split() for line in open(path, encoding="utf-8")]
    a, b = read(ours), read(theirs)
    differ = [pair for pair in zip(a, b) if pair[0][:6] != pair[1][:6] or not same_number(pair[0][6], pair[1][6])]
    for pair in differ[:40]:
        print(*(" ".join(line) for line in pair), sep=" | ")
    print(f"{len(b)} rows of the report card compared, {len(differ) + abs(len(a) - len(b))} differ")
    return 1 if differ or len(a) != len(b) else 0


def main():
    what, *rest = sys.argv[1:]
    if what == "compare":
        return compare(*rest)
    if what == "cards":
        return cards(*rest)
    if what == "decisions":
        market = Market([rest[0]])
        print("\n".join(plant(market, market.session(rest[1]), int(rest[2]))))
        return 0
    return {"run": run, "card": card, "items": items}[what](*rest)


if __name__ == "__main__":
    sys.exit(main())
