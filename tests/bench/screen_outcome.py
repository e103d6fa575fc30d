"""What became of a strategy's signals, by section 9 of the definition."""

import numpy as np

from screen_evaluate import TRUE

HORIZONS = (5, 20, 60)
BACK, AHEAD = 20, 60


class Prices:
    """Matrices session x stock; prices adjusted for every action, the close carried on where there is no row."""

    def __init__(self, market):
        shape = (len(market.dates), len(market.stocks))
        self.open, self.close, self.first = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape[1], shape[0])
        self.fate = np.full(shape, "gone   ")  # what happens to one who wants to enter at this session's open
        for s, stock in enumerate(market.stocks):
            factors, column = stock.factors(len(stock.actions), len(stock.rows)), stock.columns
            self.open[stock.sessions, s] = np.where(column["open"] > 0, column["open"] * factors, np.nan)
            for row, session in enumerate(stock.sessions):
                last = stock.sessions[row + 1] if row + 1 < len(stock.rows) else shape[0]
                self.close[session:last, s] = column["close"][row] * factors[row]
            base = column["close"] - column["change"]
            locked = (100 * (column["open"] - base) >= 29 * base) & (column["low"] == column["open"])
            self.fate[stock.sessions, s] = np.where(
                column["open"] == 0, "halted", np.where(locked, "locked", "entered")
            )
            self.first[s] = stock.sessions[0]


def spread(values):
    values = np.sort(values)
    return {name: float(np.quantile(values, p)) for name, p in (("q1", 0.25), ("median", 0.5), ("q3", 0.75))}


def clustered_error(excess, sessions):
    groups = np.unique(sessions)
    if len(groups) < 2:
        return None
    inner = np.array([(excess[sessions == g] - excess.mean()).sum() for g in groups])
    return float(np.sqrt(len(groups) / (len(groups) - 1) * (inner**2).sum()) / len(excess))


def horizon(prices, signals, members, h):
    """signals: [(session, stock)] entered; members: session -> stocks of the equal-weight market."""
    last = len(prices.open) - 1
    done = [(d, s) for d, s in signals if d + h <= last]
    figures = {"n": len(done), "unfinished": len(signals) - len(done)}
    if not done:
        return figures
    gain = lambda d, s: prices.close[d + h, s] / prices.open[d + 1, s] - 1
    market_of = {d: gain(d, members[d]).mean() for d in {d for d, _ in done}}
    returns = np.array([gain(d, s) for d, s in done])
    market = np.array([market_of[d] for d, _ in done])
    excess = returns - market
    figures |= (
        {"mean": float(excess.mean())}
        | spread(excess)
        | {
            "hit_rate": float((excess > 0).mean()),
            "standard_error": clustered_error(excess, np.array([d for d, _ in done])),
            "sessions": len({d for d, _ in done}),
            "return_mean": float(returns.mean()),
            "return_median": float(np.median(returns)),
            "market_mean": float(market.mean()),
        }
    )
    return figures


def path(prices, signals, members):
    last = len(prices.open) - 1
    used = [(d, s) for d, s in signals if d >= BACK and d + AHEAD <= last and prices.first[s] <= d - BACK]
    lines, market_of = [], {}
    for d, s in used:
        sessions = np.arange(d - BACK, d + AHEAD + 1)
        if d not in market_of:
            market = prices.close[np.ix_(sessions, members[d])] / prices.open[d + 1, members[d]] - 1
            market_of[d] = np.nanmean(market, axis=1)
        lines.append(prices.close[sessions, s] / prices.open[d + 1, s] - 1 - market_of[d])
    return {"n": len(used), "values": [float(x) for x in np.mean(lines, axis=0)] if used else []}


def undecided(market, evaluator, bitwise, node, first, last):
    """(session, stock, whether the figures count it): where two right programs may differ."""
    for d in range(first, last + 1):
        answers = evaluator.answers(node, d)
        if ((answers & TRUE != 0) & (answers != TRUE)).any():
            for s, may, does in zip(market.considered[d], answers, bitwise.answers(node, d)):
                if may & TRUE and may != TRUE:
                    yield d, int(s), bool(does == TRUE)


def outcome(market, evaluator, node, first, last, prices=None):
    """Figures as a dictionary, of the answers to the bit; `evaluator` is bitwise. See undecided()."""
    prices = prices or Prices(market)
    answers = {}

    def matches(session):
        if session not in answers:
            answers[session] = evaluator.answers(node, session)
        return {int(s) for s, a in zip(market.considered[session], answers[session]) if a == TRUE}

    signals = [(d, s) for d in range(first, last + 1) for s in sorted(matches(d))]
    newest = len(market.dates) - 1
    fates = ["pending" if d == newest else prices.fate[d + 1, s].strip() for d, s in signals]
    repeated = 0
    for d, s in signals:
        bar, stock = market.bar_of[d, s], market.stocks[s]
        repeated += bool(bar > 0) and s in matches(int(stock.sessions[stock.bars[bar - 1]]))
    entered = [signal for signal, fate in zip(signals, fates) if fate == "entered"]
    members = {d: market.considered[d][prices.fate[d + 1, market.considered[d]] == "entered"] for d, _ in entered}
    figures = {
        "signals": len(signals),
        "sessions": len({d for d, _ in signals}),
        "tickers": len({s for _, s in signals}),
        "repeated": repeated,
    }
    figures |= {fate: fates.count(fate) for fate in ("pending", "gone", "halted", "locked", "entered")}
    figures |= {f"h{h}": horizon(prices, entered, members, h) for h in HORIZONS}
    return figures | {"path": path(prices, entered, members)}
