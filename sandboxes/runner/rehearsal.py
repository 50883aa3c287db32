"""What cases do, for the profile of the warm image: heap_profile.h says what for.

Programs of the kind that candidates hand in, with each client, against a server that answers as
warehouses do on good days and on bad ones. It is no test and nothing is expected of any answer; what
counts is that whatever a case uses is used here as well. What no program here touches is slower in a
case.
"""

import asyncio
import importlib
import os
import socket
import struct
import sys
import tempfile
import threading
import types

from rehearsal_programs import COMMON, OUTCOMES, PROGRAMS

BODY = b'{"table": "orders", "rows": 1500, "mean": 2.5, "complete": true, "parent": null, "days": ["a", "b"]}'
ERROR = b'{"error": {"code": "not_found", "message": "no such day"}}'
PAGE = b"<html><body>Service unavailable</body></html>"


def answer(status, body, *fields, length=None):
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % (len(body) if length is None else length)]
    if not any(field.startswith(b"Content-Type") for field in fields):
        head.append(b"Content-Type: application/json")
    return b"\r\n".join([*head, b"Date: Sat, 14 Mar 2026 06:00:00 GMT", b"Server: warehouse", *fields]) + \
        b"\r\n\r\n" + body


HTML = b"Content-Type: text/html; charset=utf-8"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
# What stands for a path; the connection ends behind those of the second kind.
ANSWERS = {
    "rows": answer(b"200 OK", BODY),
    "chunks": CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "missing": answer(b"404 Not Found", ERROR),
    "denied": answer(b"401 Unauthorized", ERROR, b"WWW-Authenticate: Bearer"),
    "forbidden": answer(b"403 Forbidden", ERROR),
    "limited": answer(b"429 Too Many Requests", ERROR, b"Retry-After: 0"),
    "limited-until": answer(b"429 Too Many Requests", ERROR, b"Retry-After: Sat, 14 Mar 2026 06:00:01 GMT"),
    "failed": answer(b"500 Internal Server Error", ERROR),
    "busy": answer(b"503 Service Unavailable", PAGE, HTML, b"Retry-After: 0"),
    "proxy": answer(b"502 Bad Gateway", PAGE, HTML),
    "page": answer(b"200 OK", PAGE, HTML),
    "half": answer(b"200 OK", BODY[:40]),
    "moved": answer(b"302 Found", b"", b"Location: /rows"),
    "loop": answer(b"302 Found", b"", b"Location: /loop"),
    "not-gzip": answer(b"503 Service Unavailable", PAGE, HTML, b"Content-Encoding: gzip"),
}
LAST = {
    "empty": b"",
    "cut": answer(b"200 OK", BODY[:30], length=len(BODY)),
    "cut-chunks": CHUNKED + b"10\r\n0123456789abcdef\r\n",
    "bad-chunk": CHUNKED + b"xyz\r\nabc\r\n",
    "no-http": b"what is this\r\n\r\n",
    "closed": answer(b"200 OK", BODY, b"Connection: close"),
}
PATHS = ("rows", "rows", *ANSWERS, *LAST, "reset", "hang", "refused", "unknown")
PATIENCE = 0.02  # seconds


def serve_one(connection):
    with connection:
        request = b""
        while True:
            while b"\r\n\r\n" not in request:
                piece = connection.recv(65536)
                if not piece:
                    return
                request += piece
            path = request.split(b" ", 2)[1].decode().strip("/").partition("?")[0]
            request = request.partition(b"\r\n\r\n")[2]
            if path == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if path == "hang":
                connection.recv(65536)  # nothing but its end
                return
            if path in LAST:
                connection.sendall(LAST[path])
                return
            connection.sendall(ANSWERS.get(path, ANSWERS["missing"]))


def serve(listener):
    def serve_quietly(connection):
        try:
            serve_one(connection)
        except OSError:
            pass

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_quietly, args=(connection,), daemon=True).start()


def load(folder, source):
    """As a case does: the file as a module of that name, and another one beside it."""
    path = os.path.join(folder, "solution.py")
    module = types.ModuleType("solution")
    module.__file__ = path
    sys.modules["solution"] = module
    sys.modules.pop("outcomes", None)
    exec(compile(source, path, "exec"), module.__dict__)
    return module


def worked(outcome):
    """Whether it is an answer of the good kind: what is made of it, its JSON or its status."""
    if isinstance(outcome, dict):
        return outcome.get("rows") == 1500
    return outcome == 200 or getattr(outcome, "status_code", None) == 200


def act(program, folder, url, paths):
    module = load(folder, COMMON + program)
    for path in paths:
        os.environ["WAREHOUSE_URL"] = "http://localhost:1/" if path == "refused" else url
        os.environ["WAREHOUSE_TIMEOUT"] = str(PATIENCE if path == "hang" else 5)
        try:
            outcomes = module.run(path)
        except Exception as error:
            outcomes = [error]
        # Nothing else is expected of any; but a program that never works would rehearse nothing.
        if path == "rows" and not all(map(worked, outcomes)):
            raise RuntimeError(f"a program of the rehearsal does not work: {outcomes}\n{program}")
    if paths is PATHS:
        module.others()


def trust_one(folder):
    """As in a box, whose list of authorities is short (box/layers/root.cpp): httpx reads it for each client."""
    import certifi
    end = "-----END CERTIFICATE-----\n"
    with open(certifi.where()) as file:
        first = file.read().partition(end)[0] + end
    path = os.path.join(folder, "authorities.crt")
    with open(path, "w") as file:
        file.write(first)
    os.environ["SSL_CERT_FILE"] = path


def threads():
    from concurrent.futures import ThreadPoolExecutor, as_completed
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(len, "abc") for _ in range(3)]
        [future.result() for future in as_completed(futures)]
        list(pool.map(len, ["a", "b"]))
    thread = threading.Thread(target=threading.Event().wait, args=(0.0001,))
    thread.start()
    thread.join()


def has(package):
    try:
        return package is None or importlib.import_module(package) is not None
    except ImportError:
        return False


# The uses that a layout tells apart: the programs of a package, on good days alone and on all.
USES = [(package, paths) for package in PROGRAMS for paths in (PATHS[:2], PATHS)]


def rehearse(use):
    package, paths = USES[use]
    if not has(package):
        return
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = os.fork()
    if server == 0:
        try:
            listener.settimeout(60)  # if nobody is left to end it
            serve(listener)
        finally:
            os._exit(1)
    url = "http://localhost:%d/" % listener.getsockname()[1]
    listener.close()
    try:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "outcomes.py"), "w") as file:
                file.write(OUTCOMES)
            sys.path.insert(0, folder)
            if package == "httpx":
                trust_one(folder)
            for program in PROGRAMS[package]:
                act(program, folder, url, paths)
            if package is None and paths is PATHS:
                threads()
    finally:
        os.kill(server, 9)
        os.waitpid(server, 0)
