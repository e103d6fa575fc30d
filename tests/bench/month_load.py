"""The server under wrk, alone and while the jobs of a session run, and how late /events is: tests/bench/month."""
import datetime
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

from bench_server import Server, cpu_of, free_port, milliseconds, rss_mb
from bench_world import fail
from month_world import UTC

ROUTES = {"healthz": "/healthz", "stocks": "/stocks?sort=market_cap&order=desc&limit=100", "prices": "/stocks/005930/prices",
          "screener": "/screener?strategy_name=trend_template", "matrix": "/matrix?field=close&tickers={tickers}&from={since}", "dashboard": "/",
          "status": "/status?limit=20"}
EVENTS_PATIENCE = 45  # seconds after the last job


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def routes_of(world, days, index):
    with open(days.listing, encoding="utf-8") as file:
        tickers = [row.split(",")[0] for row in file.read().splitlines()[1:]]
    fill = {"tickers": ",".join(tickers[:: max(1, len(tickers) // 30)][:30]), "since": days.dates[max(0, index - 60)]}
    if "005930" not in tickers:
        ROUTES["prices"] = f"/stocks/{tickers[0]}/prices"
    return {name: target.format(**fill) for name, target in ROUTES.items()}


# ---- the server ----


def start_server(world):
    port = free_port()
    environment = world.environment() | {"PORT": port}
    server = Server(world, "closebell_api", [os.path.join(world.bin, "closebell_api"), "--quiet", "--listen", f"127.0.0.1:{port}"], environment)
    server.await_answer("/readyz")
    return server


def wrk(server, options, target):
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "--latency", "--timeout", "20s", f"http://127.0.0.1:{server.port}{target}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    number = lambda pattern: sum(int(found) for found in re.findall(pattern, told))  # noqa: E731
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1)), "requests": number(r"(\d+) requests in"),
            "errors": number(r"Non-2xx or 3xx responses: (\d+)") + (sum(int(one) for one in socket_errors.groups()) if socket_errors else 0),
            **{name: milliseconds(re.search(rf"\s{name[1:]}%\s+(\S+)", told).group(1)) for name in ("p50", "p99")}}


class Load(threading.Thread):
    """Asks for one route after the other until it is told to stop; whole turns of one route."""

    def __init__(self, server, options, routes):
        super().__init__(daemon=True)
        self.server, self.options, self.routes, self.stop = server, options, routes, threading.Event()
        self.seen = {name: [] for name in routes}

    def run(self):
        while not self.stop.is_set():
            for name, target in self.routes.items():
                if not self.stop.is_set():
                    self.seen[name].append(wrk(self.server, self.options, target))

    def end(self):
        self.stop.set()
        self.join()


# ---- events ----


class Listener(threading.Thread):
    """Reads /events; how long after its stored instant each event came."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.late, self.joined = server, [], threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

    def run(self):
        kind = None
        try:
            self.connection.request("GET", "/events")
            answer = self.connection.getresponse()
            while line := answer.readline():
                self.joined.set()
                text = line.decode().rstrip("\n")
                if text.startswith("event: "):
                    kind = text[7:]
                elif text.startswith("data: "):
                    data = json.loads(text[6:])
                    at = datetime.datetime.fromisoformat(data["at_utc"].replace("Z", "+00:00"))
                    self.late.append({"kind": kind, "name": data.get("name"), "date": data.get("date"), "seconds": time.time() - at.timestamp()})
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the server was stopped


# ---- the jobs ----


def jobs_of(world, days, index):
    """The morning after a session: daily_update, then hourly_analysis; as of then."""
    world.set_clock(datetime.datetime.fromisoformat(days.dates[index + 1]).replace(tzinfo=UTC))
    told = []
    for program in ("daily_update", "hourly_analysis"):
        told.append(world.step(program, may_end=(0, 75)))
        say(f"  {program}: {told[-1]['wall']:.1f} s, exit {told[-1]['exit']}, {' '.join(told[-1]['words'])[:200]}")
    return told


def keep_database(world):
    world.stop_database(wholly=True)
    shutil.rmtree(world.path("kept"), ignore_errors=True)
    shutil.copytree(world.files, world.path("kept"))
    world.start_database()


def return_database(world):
    world.stop_database(wholly=True)
    shutil.rmtree(world.files)
    shutil.copytree(world.path("kept"), world.files)
    world.start_database()


def add_up(turns):
    return {"turns": len(turns), "requests": sum(t["requests"] for t in turns), "errors": sum(t["errors"] for t in turns),
            "rate": statistics.median(t["rate"] for t in turns), "p50": statistics.median(t["p50"] for t in turns),
            "p99": statistics.median(t["p99"] for t in turns), "p99_most": max(t["p99"] for t in turns)} if turns else None


def measure(world, days, index, describe):
    """Jobs alone; the server alone; then both, from the same content."""
    options, routes = world.options, routes_of(world, days, index)
    if not os.path.exists(world.path("kept")):
        keep_database(world)
    else:
        return_database(world)
    report = {"machine": describe()}
    say("the jobs of a session, alone")
    report["jobs_alone"] = jobs_of(world, days, index)
    return_database(world)
    server = start_server(world)
    try:
        for name, target in routes.items():
            status = server.get(target)[0]
            if status != 200:
                fail(f"{target}: {status}")
        say("the server, alone")
        report["alone"] = {name: add_up([wrk(server, options, target) for _ in range(3)]) for name, target in routes.items()}
        report |= both(world, server, days, index, routes)
    finally:
        server.stop()
    report["machine"]["load_after"] = os.getloadavg()
    return report


def both(world, server, days, index, routes):
    say("both")
    listener, load = Listener(server), Load(server, world.options, routes)
    listener.start()
    listener.joined.wait(60)
    before, begun, pid = cpu_of(server.process.pid), time.monotonic(), server.process.pid
    load.start()
    told = jobs_of(world, days, index)
    took = time.monotonic() - begun
    load.end()
    cpu = cpu_of(pid) - before
    time.sleep(EVENTS_PATIENCE)
    beside = {name: add_up(turns) for name, turns in load.seen.items()}
    return {"jobs_beside": told, "beside": beside, "server_cpu": cpu, "seconds": took, "events": listener.late,
            "server_mb": {"now": rss_mb(pid), "most": rss_mb(pid, "VmHWM")}}
