"""What tests/bench/month prints: the month by day, by part and by provider; the server under load."""
import statistics

from month_world import PACE


def median(values):
    values = list(values)
    return statistics.median(values) if values else 0


def trips(run):
    return sum(part["round_trips"] for part in run["parts"])


def written(part):
    return part["inserted"] + part["updated"] + part["deleted"]


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *("| " + " | ".join(row) + " |" for row in rows), ""])


def is_idle(run):
    """Nothing was due: no lease was taken, nobody was asked."""
    return len(run["parts"]) == 1 and not any(run["calls"].values())


# ---- by program and day ----


def programs(days):
    sessions, others = [d for d in days if d["session"]], [d for d in days if not d["session"]]
    rows = []
    for name, of in (("a day with a session", sessions), ("a day without", others)):
        for program in ("daily_update", "hourly_analysis"):
            runs = [[r for r in d["runs"] if r["program"] == program] for d in of]
            if runs:
                rows.append([f"{program}, {name}", f"{median(len(r) for r in runs):.0f}", spread(sum(r["cpu"] for r in day) for day in runs),
                             spread(sum(r["db_cpu"] for r in day) for day in runs), f"{max(r['rss_kb'] for day in runs for r in day) / 1024:.0f}",
                             f"{median(sum(map(trips, day)) for day in runs):,.0f}",
                             f"{median(sum(sum(r['calls'].get(p, {}).get('calls', 0) for p in PACE) for r in day) for day in runs):,.0f}"])
    return table(["program", "starts", "our CPU s: median (min to max)", "database's CPU s", "memory MB, most", "round trips", "calls"], rows)


def spread(values):
    values = list(values)
    return f"{median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def idle(days):
    """What a start with nothing to do costs."""
    rows = []
    for program in ("daily_update", "hourly_analysis"):
        runs = [r for d in days for r in d["runs"] if r["program"] == program and is_idle(r)]
        if runs:
            rows.append([program, f"{len(runs):,}", f"{median(r['cpu'] for r in runs):.3f}", f"{median(r['db_cpu'] for r in runs):.3f}",
                         f"{median(map(trips, runs)):.0f}", f"{median(sum(p['read'] for p in r['parts']) for r in runs):,.0f}",
                         f"{max(r['rss_kb'] for r in runs) / 1024:.0f}"])
    return table(["nothing to do", "starts in the month", "our CPU s", "database's CPU s", "round trips", "documents read", "memory MB, most"], rows)


# ---- by part: a lease, so a dataset ----


def parts(days):
    sessions = [d for d in days if d["session"]]
    names = sorted({p["name"] for d in sessions for r in d["runs"] for p in r["parts"]})
    rows = []
    for program in ("daily_update", "hourly_analysis"):
        for name in names:
            by_day = [[p for r in d["runs"] if r["program"] == program for p in r["parts"] if p["name"] == name] for d in sessions]
            if not any(by_day):
                continue
            label = f"{program}: reading what is due" if name == "-" else name.removeprefix("daily_update/") if "/" in name else f"{program} itself"
            rows.append([label, f"{sum(map(len, by_day))}"] + [f"{median(sum(p[key] for p in day) for day in by_day):{form}}"
                        for key, form in (("cpu", ".2f"), ("db_cpu", ".2f"), ("round_trips", ",.0f"))]
                        + [f"{median(sum(map(written, day)) for day in by_day):,.0f}, {median(sum(p['read'] for p in day) for day in by_day):,.0f}"])
    return table(["part", "times in the month", "our CPU s a day", "database's CPU s", "round trips", "documents written, read"], rows)


# ---- by provider ----


def providers(days):
    sessions = [d for d in days if d["session"]]
    rows = []
    for name, pace in PACE.items():
        by_day = [sum(r["calls"].get(name, {}).get("calls", 0) for r in d["runs"]) for d in sessions]
        services = {}
        for d in sessions:
            for r in d["runs"]:
                for key, count in r["calls"].get(name, {}).items():
                    if key != "calls":
                        services[key] = services.get(key, 0) + count
        said = ", ".join(f"{key.rsplit('/', 1)[-1]} {count / len(sessions):,.1f}" for key, count in sorted(services.items(), key=lambda one: -one[1])[:12]
                         if not key[:4].isdigit())
        rows.append([name, f"{median(by_day):,.0f} ({min(by_day):,} to {max(by_day):,})", f"{median(by_day) / pace:,.0f}", said])
    return table(["provider", "calls a session's day", "seconds at its pace", "by service, on average"], rows)


# ---- disk ----


def disk(report):
    begin, days = report["begin"]["disk"], report["days"]
    end = days[-1]["disk"]
    sessions = sum(d["session"] for d in days)
    rows = [[name, f"{begin.get(name, 0) / 1e6:,.1f}", f"{end[name] / 1e6:,.1f}", f"{(end[name] - begin.get(name, 0)) / sessions / 1e3:,.0f}"]
            for name in sorted(end, key=end.get, reverse=True) if end[name] > 100000]
    rows.append(["all", *(f"{sum(of.values()) / 1e6:,.1f}" for of in (begin, end)), f"{(sum(end.values()) - sum(begin.values())) / sessions / 1e3:,.0f}"])
    return table(["database", "MB before the month", "MB after it", "KB more a session"], rows)


def set_up(report):
    rows = [[f"{r['program']} ({'; '.join(p['name'].removeprefix('daily_update/') for p in r['parts'] if p['name'] != '-')})", f"{r['wall']:.0f}", f"{r['cpu']:.1f}", f"{r['db_cpu']:.1f}",
             f"{r['rss_kb'] / 1024:.0f}", f"{trips(r):,}", f"{sum(r['calls'].get(p, {}).get('calls', 0) for p in PACE):,}"] for r in report["set_up"]]
    return table(["before the month", "seconds", "our CPU s", "database's CPU s", "memory MB", "round trips", "calls"], rows)


def growth(days):
    """The first and the last third of the sessions: what grows with the days."""
    sessions = [d for d in days if d["session"]]
    third = max(1, len(sessions) // 3)
    rows = []
    for what, value in (("our CPU s a day", lambda d: sum(r["cpu"] for r in d["runs"])), ("database's CPU s a day", lambda d: sum(r["db_cpu"] for r in d["runs"])),
                        ("round trips a day", lambda d: sum(map(trips, d["runs"]))), ("documents read a day", lambda d: sum(p["read"] for r in d["runs"] for p in r["parts"])),
                        ("memory of a program, most, MB", lambda d: max(r["rss_kb"] for r in d["runs"]) / 1024),
                        ("memory of the database, MB", lambda d: d["database_mb"]["VmRSS"])):
        rows.append([what, f"{median(map(value, sessions[:third])):,.1f}", f"{median(map(value, sessions[-third:])):,.1f}"])
    return table(["median", f"first {third} sessions", f"last {third}"], rows)


# ---- the server ----


def load(report):
    got = report["load"]
    rows = []
    for name, alone in got["alone"].items():
        beside = got["beside"][name]
        rows.append([name, f"{alone['rate']:,.0f}", f"{alone['p50']:.2f}, {alone['p99']:.1f}"]
                    + ([f"{beside['rate']:,.0f}", f"{beside['p50']:.2f}, {beside['p99']:.1f}", f"{beside['p99_most']:.0f}", f"{alone['errors'] + beside['errors']} of {alone['requests'] + beside['requests']:,}"]
                       if beside else ["-"] * 4))
    lines = [table(["route", "alone: a second", "p50, p99 ms", "beside the jobs: a second", "p50, p99 ms", "worst p99 of a turn", "errors"], rows)]
    for alone, beside in zip(got["jobs_alone"], got["jobs_beside"]):
        lines.append(f"{alone['program']}: {alone['wall']:.1f} s alone, {beside['wall']:.1f} s beside wrk (x {beside['wall'] / alone['wall']:.2f}); "
                     f"our CPU {alone['cpu']:.2f} and {beside['cpu']:.2f} s, exit {alone['exit']} and {beside['exit']}")
    late = [event["seconds"] for event in got["events"]]
    lines.append(f"events: {len(late)}, late by {median(late):.1f} s (at most {max(late, default=0):.1f} s)")
    lines.append(f"server: {got['server_mb']['now']:.0f} MB, {got['server_mb']['most']:.0f} MB at most; CPU {got['server_cpu']:.1f} s of {got['seconds']:.0f} s")
    return "\n".join(lines)


def text(report):
    pieces = []
    if "days" in report:
        days = report["days"]
        pieces = [f"{report['tickers']} stocks, {sum(d['session'] for d in days)} sessions in {len(days)} days; {report['machine']}", set_up(report), programs(days), idle(days),
                  parts(days), providers(days), disk(report), growth(days)]
    if "load" in report:
        pieces.append(load(report))
    return "\n".join(pieces)
