"""Servers, files and processes of a benchmark. Whatever is started ends with this process, however that ends."""
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request

KEY = "bench"


def fail(text):
    raise SystemExit(f"tests/bench/run: {text}")


def wait_for_port(path, process, what):
    for _ in range(1200):
        if os.path.exists(path) and os.path.getsize(path) > 0:
            with open(path, encoding="ascii") as file:
                return int(file.read())
        if process.poll() is not None:
            fail(f"{what} ended with {process.returncode}")
        time.sleep(0.05)
    return fail(f"{what} did not come up in a minute")


class World:
    def __init__(self, bin_folder, work_folder, workers):
        self.workers = workers
        self.bin, self.work = bin_folder, work_folder
        self.files = os.path.join(work_folder, "db")
        self.server = self.exchange = None
        self.port = 0
        os.makedirs(os.path.join(work_folder, "states"), exist_ok=True)

    def close(self):
        for process in (self.server, self.exchange):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.work, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.work, *names)

    def spawn(self, name, *arguments, **options):
        log = open(self.path(f"{name}.log"), "ab")
        return subprocess.Popen([os.path.join(self.bin, name), *arguments], stdin=subprocess.DEVNULL, stderr=log, **options)

    # ---- the exchange ----

    def start_exchange(self, days):
        port_file = self.path("krx.port")
        self.exchange = self.spawn("krx_replay", "--days", days.folder, "--listing", days.listing, "--key", KEY, "--port-file",
                                   port_file, "--stop-with-pid", str(os.getpid()), stdout=subprocess.DEVNULL)
        self.krx = f"http://127.0.0.1:{wait_for_port(port_file, self.exchange, 'krx_replay')}"

    def ask_exchange(self, path, method="GET"):
        request = urllib.request.Request(self.krx + path, method=method, headers={"AUTH_KEY": KEY})
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def calls(self):
        return json.loads(self.ask_exchange("/control/calls"))["calls"]

    # ---- the database ----

    def start_database(self):
        port_file = self.path("db.port")
        if os.path.exists(port_file):
            os.unlink(port_file)
        os.makedirs(self.files, exist_ok=True)
        self.server = self.spawn("embedded-db", "--dir", self.files, "--port", "0", "--port-file", port_file, "--stop-with-pid",
                                 str(os.getpid()), stdout=subprocess.DEVNULL)
        self.port = wait_for_port(port_file, self.server, "embedded-db")

    def stop_database(self, wholly):
        """wholly: its files are whole afterwards; else they are about to be thrown away."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM if wholly else signal.SIGKILL)
        self.server.wait()
        self.server = None

    def keep(self, state):
        self.stop_database(wholly=True)
        shutil.copytree(self.files, self.path("states", state))
        self.start_database()

    def restore(self, state):
        """None: an empty database."""
        self.stop_database(wholly=False)
        shutil.rmtree(self.files, ignore_errors=True)
        if state is not None:
            shutil.copytree(self.path("states", state), self.files)
        self.start_database()
        self.run("raw_driver", [self.uri(), os.devnull])  # what the server does at its first connection is nobody's

    def database_cpu(self):
        with open(f"/proc/{self.server.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def uri(self, port=None):
        return f"mongodb://127.0.0.1:{port or self.port}/"

    # ---- programs ----

    def run(self, program, arguments, port=None):
        """Runs it to its end, hourly_analysis by so many processes at once. What bench_child tells, with the database server's
        processor time: the longest time, all processor time, the largest memory."""
        output = self.path("output")
        environment = {name: value for name, value in os.environ.items() if not re.match("CLOSEBELL_|KRX_|MONGODB_", name)}
        environment |= {"MONGODB_URI": self.uri(port), "KRX_BASE_URL": getattr(self, "krx", ""), "KRX_AUTH_KEY": KEY,
                        "CLOSEBELL_KRX_RATE_PER_SECOND": "10000", "CLOSEBELL_KRX_PARALLEL": "8", "CLOSEBELL_KRX_CALLS_PER_RUN": "1000000",
                        "CLOSEBELL_KRX_CALLS_PER_DAY": "1000000", "CLOSEBELL_ANALYSIS_QUOTA": "0", "NO_COLOR": "1"}
        copies = self.workers if program == "hourly_analysis" else 1
        if copies > 1:
            arguments = [*arguments, "--workers", str(copies)]
        before = self.database_cpu()
        children = [subprocess.Popen([os.path.join(self.bin, "bench_child"), f"{output}.{i}", os.path.join(self.bin, program), *arguments],
                                     env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) for i in range(copies)]
        told = [json.loads(child.communicate()[0]) for child in children]
        for i, one in enumerate(told):
            if one["exit"] != 0:
                with open(f"{output}.{i}", encoding="utf-8", errors="replace") as file:
                    fail(f"{program} {' '.join(arguments)}: exit {one['exit']}\n{file.read()[-3000:]}")
        return {"wall": max(one["wall"] for one in told), "cpu": sum(one["user"] + one["sys"] for one in told),
                "rss_kb": max(one["rss_kb"] for one in told), "db_cpu": self.database_cpu() - before}

    def run_metered(self, program, arguments, recording):
        """The same through the meter: (result, counts). Not for timing."""
        port_file = self.path("meter.port")
        if os.path.exists(port_file):
            os.unlink(port_file)
        self.ask_exchange("/control/forget-calls", "POST")
        meter = self.spawn("bench_meter", str(self.port), port_file, recording, stdout=subprocess.PIPE)
        try:
            port = wait_for_port(port_file, meter, "bench_meter")
            result = self.run(program, [self.uri(port), *arguments] if program == "raw_driver" else arguments, port)
        finally:
            meter.terminate()
            counts = meter.communicate()[0]
        return result, json.loads(counts) | {"source_calls": self.calls()}
