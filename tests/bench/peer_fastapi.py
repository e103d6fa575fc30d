"""The peer of tests/bench/readers: the same routes as a FastAPI application over pymongo, as one writes it.

PEER_MEMORY=1: documents are read once, when it starts, and each answer is made from them by orjson. Without it each
request reads its documents. Both keep as_of, restatement and proof for 30 s, as closebell_api does. It does less than
closebell_api: no ETag, no check of parameters, no limits, and its screens see followed stocks only.

  MONGODB_URI=... uvicorn peer_fastapi:app --workers 2
"""
import asyncio
import datetime
import os
import time

import orjson
from contextlib import asynccontextmanager
from fastapi import FastAPI, HTTPException, Response
from pymongo import AsyncMongoClient

STATE_SECONDS = 30
AT_ONCE = 16  # collections read at the same time
SCREENED = ["name", "market", "market_cap", "close", "rs_rating"]
STRATEGIES = {"trend_template": {"trend_template": True}, "golden_cross": {"golden_cross": True},
              "macd_golden_cross": {"macd_cross_up": True}}
IN_MEMORY = os.environ.get("PEER_MEMORY") == "1"


def session_item(day, update):
    item = {"date": day["_id"], "state": day["state"]}
    if day["state"] != "closed":
        item["status"] = update["status"] if update else "absent"
        item |= {name: update[name] for name in ("expected_rows", "stored_rows") if update and name in update}
    return item


class Reader:
    """Reads at each request."""

    def __init__(self):
        self.client = AsyncMongoClient(os.environ["MONGODB_URI"])
        self.system = self.client["system_info"]
        self.known, self.until = None, 0.0

    async def open(self):
        await self.client.admin.command("ping")

    async def state(self):
        if time.monotonic() >= self.until:
            newest = await self.system.latest_analysis.find_one({}, {"as_of": 1})
            restated = await self.system.restatements.find_one({}, {"_id": 1}, sort=[("_id", -1)])
            open_days = await self.system.job_status.distinct(
                "date_kst", {"job_name": "daily_update", "status": {"$nin": ["completed", "closed"]}})
            self.known = {"as_of": newest["as_of"], "restatement": restated["_id"] if restated else 0,
                          "proof": {"proven": not open_days, "unproven": sorted(open_days, reverse=True)[:20]}}
            self.until = time.monotonic() + STATE_SECONDS
        return dict(self.known)

    async def stock(self, ticker):
        latest = await self.system.latest_analysis.find_one({"_id": ticker})
        master = await self.system.target_tickers.find_one({"_id": ticker})
        return {**master, **(latest or {})} if master else None

    async def stocks(self, limit):
        return await self.system.latest_analysis.find().sort("_id").limit(limit).to_list()

    async def screen(self, where):
        fields = {name: 1 for name in SCREENED}
        return await self.system.latest_analysis.find(where, fields).sort("market_cap", -1).limit(100).to_list()

    async def sessions(self):
        days = await self.system.trading_calendar.find().sort("_id").to_list()
        updates = await self.system.job_status.find({"job_name": "daily_update"}).to_list()
        by_date = {update["date_kst"]: update for update in updates}
        return [session_item(day, by_date.get(day["_id"])) for day in days]

    async def closes(self, since):
        tickers = await self.system.target_tickers.distinct("_id", {"is_active": True})
        turn = asyncio.Semaphore(AT_ONCE)

        async def read(ticker):
            async with turn:
                rows = self.client["stock_analyzed"][ticker].find({"_id": {"$gte": since}}, {"close": 1})
                return ticker, {row["_id"]: row.get("close") async for row in rows}

        return dict(await asyncio.gather(*(read(ticker) for ticker in sorted(tickers))))


class Memory(Reader):
    """Has read all of it before."""

    async def open(self):
        self.kept_state = await super().state()
        self.kept_latest = await self.system.latest_analysis.find().sort("_id").to_list()
        by_ticker = {latest["_id"]: latest for latest in self.kept_latest}
        masters = await self.system.target_tickers.find().to_list()
        self.kept_stocks = {master["_id"]: {**master, **by_ticker.get(master["_id"], {})} for master in masters}
        self.kept_sessions = await super().sessions()
        self.kept_screens = {str(where): await super(Memory, self).screen(where) for where in STRATEGIES.values()}

    async def state(self):
        return dict(self.kept_state)

    async def stock(self, ticker):
        return self.kept_stocks.get(ticker)

    async def stocks(self, limit):
        return self.kept_latest[:limit]

    async def screen(self, where):
        return self.kept_screens[str(where)]

    async def sessions(self):
        return self.kept_sessions


@asynccontextmanager
async def lifespan(app):
    app.state.data = Memory() if IN_MEMORY else Reader()
    await app.state.data.open()
    yield
    await app.state.data.client.close()


app = FastAPI(lifespan=lifespan, openapi_url=None)


def named(document, name):
    return {name: document["_id"]} | {key: value for key, value in document.items() if key != "_id"}


def as_text(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    raise TypeError


def reply(content):
    return Response(orjson.dumps(content, default=as_text), media_type="application/json")


@app.get("/stocks")
async def stocks(limit: int = 100):
    data = app.state.data
    return reply(await data.state() | {"items": [named(latest, "ticker") for latest in await data.stocks(limit)]})


@app.get("/stocks/{ticker}")
async def stock(ticker: str):
    data = app.state.data
    found = await data.stock(ticker)
    if found is None:
        raise HTTPException(404)
    return reply(await data.state() | named(found, "ticker"))


@app.get("/screener")
async def screener(strategy_name: str):
    data = app.state.data
    if strategy_name not in STRATEGIES:
        raise HTTPException(400)
    found = await data.screen(STRATEGIES[strategy_name])
    matches = [named(latest, "ticker") for latest in found]
    return reply(await data.state() | {"strategy": strategy_name, "count": len(matches), "matches": matches})


@app.get("/sessions")
async def sessions():
    data = app.state.data
    return reply(await data.state() | {"items": await data.sessions()})


@app.get("/matrix")
async def matrix(since: str):
    closes = await app.state.data.closes(since)
    tickers = sorted(closes)
    lines = [",".join(["date", *tickers])]
    for date in sorted({date for rows in closes.values() for date in rows}):
        lines.append(",".join([date, *("" if closes[t].get(date) is None else repr(closes[t][date]) for t in tickers)]))
    return Response("\n".join(lines) + "\n", media_type="text/csv")
