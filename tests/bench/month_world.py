"""The world of tests/bench/month: an installation with everything on, its providers, and a clock that is set."""
import datetime
import json
import os
import re
import shutil
import subprocess
import urllib.request

from bench_world import World, fail, wait_for_port

UTC = datetime.timezone.utc
KEYS = {"krx": "bench", "kis": "PSMadeUpMonth", "dart": "0123456789abcdef0123456789abcdef01234567"}
SECRET = "aMadeUpMonth/98765432109876=="
FEEDS = ["bithumb_ticker", "x_posts_primary", "fred_rates", "coingecko_markets", "alpha_overview"]
# What the product keeps to by default: calls a second. The replay servers answer at once and are asked without it.
PACE = {"krx": 4, "kis": 15, "dart": 1, "web": 1, "model": 1}


def text_of(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Month(World):
    """Files and database stay when it is closed."""

    def __init__(self, bin_folder, work_folder, root, options):
        super().__init__(bin_folder, work_folder, 1)
        self.root, self.options = root, options
        self.providers, self.ports = {}, {}
        self.now = None

    def close(self):
        if self.server is not None:
            self.stop_database(wholly=True)
        for process in self.providers.values():
            process.kill()
            process.wait()

    # ---- providers ----

    def start_provider(self, name, *arguments):
        port_file = self.path(f"{name}.port")
        if os.path.exists(port_file):
            os.unlink(port_file)
        self.providers[name] = self.spawn(f"{name}_replay", *arguments, "--port-file", port_file, "--stop-with-pid", str(os.getpid()),
                                          stdout=subprocess.DEVNULL)
        self.ports[name] = wait_for_port(port_file, self.providers[name], f"{name}_replay")

    def start_providers(self, days, dart):
        market = ["--days", days.folder, "--listing", days.listing]
        self.start_provider("krx", *market, "--key", KEYS["krx"], "--funds", str(self.options.funds))
        self.start_provider("kis", *market, "--appkey", KEYS["kis"], "--appsecret", SECRET, "--more-days", "60")
        self.start_provider("dart", "--data", dart, "--key", KEYS["dart"], "--per-day", "0", "--per-minute", "0")
        self.start_provider("web")
        self.start_provider("model")
        for provider in ("alpha", "fred", "coingecko", "x"):
            self.control("web", f"limits?provider={provider}&per_day=0&per_window=0")
        self.control("kis", "market?drift=1&auction_back=1545")
        self.write_feeds()

    def control(self, name, what, method="POST"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[name]}/control/{what}", method=method)
        if name == "krx":
            request.add_header("AUTH_KEY", KEYS["krx"])
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def calls(self):
        """Of each provider, by service."""
        seen = {}
        for name in self.providers:
            told = json.loads(self.control(name, "seen" if name == "model" else "calls", "GET"))
            told |= told.pop("by_path", {})
            seen[name] = {key: value for key, value in told.items()
                          if isinstance(value, int) and not re.match(r"most_|refused|too_many|limited|wrong_key|closed|redirected|faults_left|moved|door", key)}
        return seen

    def write_feeds(self):
        """The shipped ones, asked at the replay server, at no pace."""
        folder, source = self.path("feeds"), os.path.join(self.root, "deploy", "feeds")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for name in FEEDS:
            with open(os.path.join(source, f"{name}.ini"), encoding="utf-8") as file:
                text = file.read()
            text = re.sub(r"(?m)^url = https://[^/]+", f"url = http://127.0.0.1:{self.ports['web']}", text)
            text = re.sub(r"(?m)^rate = .*$", "rate = 100/s", text)
            with open(os.path.join(folder, f"{name}.ini"), "w", encoding="utf-8") as file:
                file.write(text)
            for listed in re.findall(r"(?m)^items = @(\S+)", text):
                shutil.copy(os.path.join(source, listed), folder)
            for keys in re.findall(r"(?m)^keys_file = (\S+)", text):
                with open(os.path.join(folder, keys), "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                    file.write(f"madeup{name.replace('_', '')}\n")

    # ---- the clock ----

    def set_clock(self, instant):
        """Providers' clocks stand there, and programs act as of then."""
        self.now = instant
        for name in self.providers:
            if name != "model":
                self.control(name, f"now?instant={text_of(instant)}" + ("" if name == "krx" else "&speed=0"))

    def environment(self):
        plain = {name: value for name, value in os.environ.items() if not re.match("CLOSEBELL_|KRX_|MONGODB_", name)}
        base = "http://127.0.0.1:"
        plain |= {f"CLOSEBELL_{name}_CALLS_PER_DAY": "1000000000" for name in ("KRX", "KIS", "DART", "AI")}  # the month is a day of the host
        plain |= {"NO_COLOR": "1", "STATE_DIRECTORY": self.path("state"), "MONGODB_URI": self.uri(),
                  "KRX_BASE_URL": f"{base}{self.ports['krx']}", "KRX_AUTH_KEY": KEYS["krx"],
                  "CLOSEBELL_KRX_RATE_PER_SECOND": "10000", "CLOSEBELL_KRX_CALLS_PER_RUN": "1000000", "CLOSEBELL_KRX_BASE_INFO": "auto",
                  "CLOSEBELL_KIS_BASE_URL": f"{base}{self.ports['kis']}", "CLOSEBELL_KIS_APP_KEY": KEYS["kis"], "CLOSEBELL_KIS_APP_SECRET": SECRET,
                  "CLOSEBELL_KIS_RATE_PER_SECOND": "10000",
                  "CLOSEBELL_DART_BASE_URL": f"{base}{self.ports['dart']}/api", "CLOSEBELL_DART_AUTH_KEY": KEYS["dart"],
                  "CLOSEBELL_DART_RATE_PER_SECOND": "10000",
                  "CLOSEBELL_ETF_DAYS": str(self.options.history), "CLOSEBELL_FLOW_STOCKS": self.options.flow, "CLOSEBELL_MINUTES_STOCKS": self.options.minutes,
                  "CLOSEBELL_MINUTES_KEEP_DAYS": "30", "CLOSEBELL_FEEDS_FOLDER": self.path("feeds"), "CLOSEBELL_FEEDS_ALLOW": "127.0.0.1",
                  "CLOSEBELL_AI_PROVIDER": "openai", "CLOSEBELL_AI_BASE_URL": f"{base}{self.ports['model']}/v1", "CLOSEBELL_AI_MODEL": "replay-honest",
                  "CLOSEBELL_AI_AFTER_ANALYSIS": "summary trend_template 5",
                  "CLOSEBELL_API_STRATEGIES": os.path.join(self.root, "deploy", "strategies"),
                  "CLOSEBELL_API_PROMPTS": os.path.join(self.root, "deploy", "prompts"),
                  "CLOSEBELL_RETRY_SCALE": "0.001"}
        return plain

    # ---- programs ----

    def step(self, program, *arguments, may_end=(0,)):
        """Runs it to its end; what bench_step tells, with the calls that providers got."""
        output = self.path("output")
        command = [os.path.join(self.bin, "bench_step"), str(self.port), str(self.server.pid), output, os.path.join(self.bin, program), "--now", text_of(self.now),
                   *arguments]
        before, cpu = self.calls(), self.database_cpu()
        told = json.loads(subprocess.run(command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout)
        with open(output, encoding="utf-8", errors="replace") as file:
            words = file.read()
        with open(self.path("words.log"), "a", encoding="utf-8") as file:
            file.write(f"== {text_of(self.now)} {program} {' '.join(arguments)}: {told['exit']}\n{words}")
        if told["exit"] not in may_end:
            fail(f"{program} {' '.join(arguments)} at {text_of(self.now)}: exit {told['exit']}\n{words[-3000:]}")
        after = self.calls()
        return told | {"program": program, "at": text_of(self.now), "words": words.strip().splitlines()[-1:],
                       "db_cpu": self.database_cpu() - cpu, "cpu": told["user"] + told["sys"],
                       "calls": {name: {key: count - before[name].get(key, 0) for key, count in by.items() if count != before[name].get(key, 0)}
                                 for name, by in after.items()}}

    # ---- what the database takes ----

    def disk(self):
        """Bytes on disk of each database, and of all."""
        sizes = {}
        for name in os.listdir(self.files):
            path = os.path.join(self.files, name)
            if os.path.isfile(path):
                key = re.sub(r"\.sqlite.*$", "", name)
                sizes[key] = sizes.get(key, 0) + os.stat(path).st_blocks * 512
        return sizes

    def database_rss_mb(self):
        with open(f"/proc/{self.server.pid}/status", encoding="ascii") as file:
            return {line.split(":")[0]: int(line.split()[1]) // 1024 for line in file if line.startswith(("VmRSS", "VmHWM"))}


# ---- when cron starts them ----


def read_crontab(path):
    """(minutes, hours, guard's format and patterns) of each line with programs."""
    lines = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if "@RECURRING@" not in line or line.startswith("#"):
                continue
            minute, hour, day, month, weekday, command = line.split(None, 5)
            if (hour, day, month, weekday) != ("*", "*", "*", "*"):
                fail(f"{path}: {line}")
            guard = re.match(r"case \$\(date -u \+(\S+)\) in (.*?)\)", command)
            lines.append((minute, guard and (guard.group(1).replace("\\", ""), guard.group(2).split("|"))))
    return lines


def minute_matches(field, minute):
    span, _, step = field.partition("/")
    first, last = (0, 59) if span == "*" else (int(one) for one in (span.split("-") if "-" in span else (span, span)))
    return first <= minute <= last and (minute - first) % int(step or 1) == 0


def pattern_of(text):
    return re.compile(text.strip().replace("?", ".") + r"\Z")


def starts(crontab, begin, end):
    """The instants at which cron starts both programs."""
    at = begin
    while at < end:
        for minute, guard in crontab:
            if minute_matches(minute, at.minute) and (guard is None or any(pattern_of(one).match(at.strftime(guard[0])) for one in guard[1])):
                yield at
                break
        at += datetime.timedelta(minutes=1)
