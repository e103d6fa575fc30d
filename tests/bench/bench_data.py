"""The exchange's days for a benchmark: real rows where they are, else made ones of the same size by a seed."""
import datetime
import os
import random

SESSIONS = 340  # of the real sample
TICKERS = 2724


def make(folder, tickers, sessions, seed=1):
    """Writes folder/days/YYYY-MM-DD.csv and folder/listing.csv: weekdays up to 2025-04-30, prices that wander, half of
    the stocks worth more than 100 billion won, two in a hundred without trades."""
    rng = random.Random(seed)
    days = os.path.join(folder, "days")
    os.makedirs(days)
    prices = [int(1000 * 100 ** rng.random()) for _ in range(tickers)]
    codes = [f"{100000 + i:06}" for i in range(tickers)]
    with open(os.path.join(folder, "listing.csv"), "w", encoding="utf-8") as file:
        file.write("code,name,market,listed_shares\n")
        for i, (code, price) in enumerate(zip(codes, prices)):
            market = "KOSPI" if i % 3 == 0 else "KOSDAQ"
            file.write(f"{code},종목 {i},{market},{int(1e10 * 100 ** rng.random() / price) + 1}\n")
    for date in weekdays_until(datetime.date(2025, 4, 30), sessions):
        with open(os.path.join(days, f"{date}.csv"), "w", encoding="ascii") as file:
            file.write("code,open,high,low,close,volume\n")
            file.writelines(f"{code},{row}\n" for code, row in zip(codes, map_rows(prices, rng)))
    return days, os.path.join(folder, "listing.csv")


def weekdays_until(last, count):
    dates, date = [], last
    while len(dates) < count:
        if date.weekday() < 5:
            dates.append(date.isoformat())
        date -= datetime.timedelta(days=1)
    return dates[::-1]


def map_rows(prices, rng):
    draw = rng.random
    for i, before in enumerate(prices):
        if draw() < 0.02:
            yield f"0,0,0,{before},0"
            continue
        close = prices[i] = max(100, int(before * (0.97 + 0.0602 * draw())))
        high, low = int(max(before, close) * (1 + 0.02 * draw())), int(min(before, close) * (1 - 0.02 * draw()))
        yield f"{before},{high},{low},{close},{int(1e6 * draw()) + 1}"


class Days:
    """What the replay server answers from, and the instants at which its sessions are due."""

    def __init__(self, days, listing):
        self.folder, self.listing = days, listing
        self.dates = sorted(name[:10] for name in os.listdir(days) if name.endswith(".csv"))

    def count_tickers(self):
        with open(self.listing, encoding="utf-8") as file:
            return sum(1 for _ in file) - 1

    def due(self, index):
        """09:00 in Korea on the session after it, when its data have been published."""
        return f"{self.dates[index + 1]}T00:00:00Z"
