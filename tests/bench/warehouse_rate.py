"""warehouse_rate.py WAREHOUSE_BENCH [ROUNDS]

The rate at which the mock warehouse answers over kept connections, with its journal on, beside nginx
with one worker and a static file of the same size. Both serve on one core and the load comes from
another; they take turns, so that whatever else the machine does meets both. Where something else takes
of either core, the rate says less than what a server does in a second of its own cpu time, told as well.
Started by script/bench.
"""
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.request

PATH = "/v1/tables/orders/partitions/2026-03-13"
SECONDS = 3
CONNECTIONS = 16
# No log, no limit of requests a connection: what nginx does at its quickest.
NGINX = """
worker_processes 1;
daemon off;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type application/json;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {work}/files;
  }}
}}
"""


def on_core(core, *command):
    return ["taskset", "-c", str(core), *command]


def fetch(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{PATH}", timeout=10) as answer:
        return answer.read()


@contextlib.contextmanager
def warehouse(program, core):
    with subprocess.Popen(on_core(core, program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield server, int(server.stdout.readline())
        server.stdin.close()
        server.journal = int(server.stdout.readline())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def nginx(core, body):
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)  # its worker is another user where we are root
        file = os.path.join(work, "files" + PATH)
        os.makedirs(os.path.dirname(file))
        with open(file, "wb") as out:
            out.write(body)
        port = free_port()
        with open(f"{work}/nginx.conf", "w", encoding="utf-8") as out:
            out.write(NGINX.format(work=work, port=port))
        with subprocess.Popen(on_core(core, "/usr/sbin/nginx", "-p", work, "-e", f"{work}/error.log",
                                      "-c", f"{work}/nginx.conf")) as server:
            try:
                wait_until_served(server, port)
                yield server, port
            finally:
                server.terminate()


def wait_until_served(server, port):
    for _ in range(200):
        if server.poll() is not None:
            sys.exit("nginx did not start; see its message above")
        try:
            fetch(port)
            return
        except OSError:
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
    sys.exit("nginx does not answer")


def cpu_seconds(pid):
    """Of a process and its children."""
    ticks = 0
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        for one in [str(pid), *children.read().split()]:
            with open(f"/proc/{one}/stat", encoding="ascii") as stat:
                fields = stat.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def rate(core, port, pid):
    """(requests a second, requests a second of the server's cpu time, requests) of one run of the load."""
    before = cpu_seconds(pid)
    ran = subprocess.run(
        on_core(core, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{PATH}"),
        capture_output=True, text=True, check=True)
    bad = re.search(r"(Non-2xx.*|Socket errors.*)", ran.stdout)
    if bad:
        sys.exit(f"the load met errors: {bad[1]}")
    answered = int(re.search(r"(\d+) requests in", ran.stdout)[1])
    return (float(re.search(r"Requests/sec:\s*([\d.]+)", ran.stdout)[1]),
            answered / max(cpu_seconds(pid) - before, 0.01), answered)


def told(name, runs):
    for what, values in (("requests/s", [run[0] for run in runs]), ("of its cpu time", [run[1] for run in runs])):
        print(f"  {name:<32} {statistics.median(values):>9,.0f} {what:<16} ({min(values):,.0f} to {max(values):,.0f})")
        name = ""


def ratio(ours, theirs, which):
    return statistics.median(run[which] for run in ours) / statistics.median(run[which] for run in theirs)


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("this takes two cores: one that serves, and one that asks")
    serving, asking = cores[0], cores[1]
    with warehouse(program, serving) as (_, port):
        body = fetch(port)
    ours, theirs = [], []
    with nginx(serving, body) as (other, port_of_nginx):
        if fetch(port_of_nginx) != body:
            sys.exit("nginx serves something else")
        for _ in range(rounds):
            theirs.append(rate(asking, port_of_nginx, other.pid))
            with warehouse(program, serving) as (server, port):
                ours.append(rate(asking, port, server.pid))
            if server.journal < ours[-1][2]:
                sys.exit(f"{ours[-1][2]} requests were answered, and the journal has {server.journal}")
    print(f"  a body of {len(body)} bytes, {CONNECTIONS} kept connections, {rounds} rounds of {SECONDS} s each in turn;")
    print("  median (least to most)")
    told("nginx, a static file, no log", theirs)
    told("mock warehouse, with its journal", ours)
    reached = ratio(ours, theirs, 0)
    each = [own[0] / their[0] for own, their in zip(ours, theirs)]
    print(f"  the warehouse has {reached:.2f} of nginx's rate (by round {min(each):.2f} to {max(each):.2f}),"
          f" {ratio(ours, theirs, 1):.2f} by cpu time: half of the rate is {'' if reached >= 0.5 else 'not '}reached")
    sys.exit(0 if reached >= 0.5 else 1)


main()
