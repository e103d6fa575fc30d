"""A server of HTTP as a process: its start, a question, its processor time and memory; and times as wrk writes them."""
import http.client
import os
import re
import socket
import subprocess
import time

from bench_world import fail

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fields_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()


def cpu_of(pid):
    """Its processor seconds, and its children's."""
    total = 0
    for one in [pid, *children_of(pid)]:
        fields = fields_of(one)
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        found = [int(child) for child in file.read().split()]
    return found + [deeper for child in found for deeper in children_of(child)]


def rss_mb(pid, name="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":")) / 1024


class Server:
    def __init__(self, world, name, command, environment):
        self.name, self.port, self.begun = name, environment.pop("PORT"), time.monotonic()
        log = open(world.path(f"{name}.log"), "wb")
        plain = {key: value for key, value in os.environ.items() if not re.match("CLOSEBELL_|KRX_|MONGODB_", key)}
        self.process = subprocess.Popen(command, env=plain | environment, cwd=HERE, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def get(self, target, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", target, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def await_answer(self, target, seconds=60):
        """The time from its start to its first 200."""
        while time.monotonic() - self.begun < seconds:
            try:
                if self.get(target)[0] == 200:
                    return time.monotonic() - self.begun
            except OSError:
                pass
            if self.process.poll() is not None:
                fail(f"{self.name} ended with {self.process.returncode}; see its log")
            time.sleep(0.01)
        return fail(f"{self.name} gave no answer to {target}")

    def stop(self):
        self.process.terminate()
        self.process.wait()


UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()
    return float(number) * UNITS[unit]
