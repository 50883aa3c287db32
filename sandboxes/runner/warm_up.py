"""What the runner's own Python code is: the warm-up, and two helpers of a candidate's process.

Everything that is imported here is shared by every candidate's process, copy on write, so a candidate
that imports it pays for a look into a dictionary. A module that this host does not have is left out.
"""

import importlib
import os

fork_handlers = []


def remember(**handlers):
    """In place of os.register_at_fork while all is warmed.

    The fork that makes a candidate's process is none of the candidate's: no lock is held and no other thread
    runs, so there is nothing for these to mend, and they would take a tenth of what a small case does.
    """
    fork_handlers.append(handlers)


register_at_fork, os.register_at_fork = os.register_at_fork, remember

# What nearly every candidate uses, before all else: it then lies side by side in memory, and each page
# that a candidate writes to is copied for it.
for name in ("json", "urllib.request", "http.client", "email.utils", "datetime", "time", "dataclasses",
             "logging", "random"):
    importlib.import_module(name)

import asyncio
import gc
import importlib.metadata
import inspect
import logging
import marshal
import socket
import sys
import time
import warnings

MODULES = """
    abc argparse array ast base64 binascii bisect calendar cmath collections collections.abc
    concurrent.futures configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal
    difflib email email.message email.parser email.utils encodings.ascii encodings.idna
    encodings.latin_1 encodings.utf_8_sig enum errno fnmatch fractions functools getpass glob gzip
    hashlib heapq hmac html html.parser http http.client http.cookiejar http.cookies http.server
    importlib.resources importlib.util inspect io ipaddress itertools json keyword linecache locale
    logging logging.config logging.handlers math mimetypes multiprocessing netrc numbers operator
    os.path pathlib pickle pprint pwd queue random re secrets select selectors shlex shutil signal
    socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess tempfile
    textwrap threading time timeit token tokenize traceback types typing unittest unittest.mock urllib
    urllib.error urllib.parse urllib.request urllib.response urllib.robotparser uuid warnings weakref
    xml.etree.ElementTree zipfile zlib zoneinfo
""".split()

# Of packages: what importing the package itself does not import.
SUBMODULES = ("urllib3.util.retry", "anyio._backends._asyncio", "dateutil.parser")

PACKAGES = ("requests", "urllib3", "httpx", "httpcore", "anyio", "aiohttp", "tenacity", "PyYAML", "attrs",
            "python-dateutil", "pydantic", "backoff")


def import_modules(packages):
    submodules = [name for name in SUBMODULES if name.partition(".")[0] in packages]
    for name in [*MODULES, *packages, *submodules]:
        try:
            importlib.import_module(name)
        except ImportError:
            pass


def define_exit():
    """exit, quit and help are names that `site` adds, and the runner starts without it."""
    import site
    site.setquit()
    site.sethelper()


def resolve_without_thread():
    """Lets asyncio resolve names in its own thread.

    It asks getaddrinfo in an executor, because a name server may take long. There is none in a box:
    names come from /etc/hosts. To start and end the executor's threads would take about as long as all
    else that a small case of an async client does.
    """

    async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):
        return socket.getaddrinfo(host, port, family, type, proto, flags)

    async def getnameinfo(self, sockaddr, flags=0):
        return socket.getnameinfo(sockaddr, flags)

    asyncio.base_events.BaseEventLoop.getaddrinfo = getaddrinfo
    asyncio.base_events.BaseEventLoop.getnameinfo = getnameinfo


def serve(listener, count):
    """Answers `count` requests on as many connections, one after the other."""
    body = b'{"rows": [1, 2.5, null], "name": "warm"}'
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    for _ in range(count):
        connection, _ = listener.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                break
            request += piece
        status = b"404 Not Found" if b"/missing" in request else b"200 OK"
        connection.sendall(head % (status, len(body)) + body)
        connection.close()


def with_urllib(url):
    import json
    import urllib.error
    import urllib.request
    request = urllib.request.Request(url, headers={"Authorization": "Bearer warm"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        json.load(answer)
    try:
        urllib.request.urlopen(url + "/missing", timeout=5)
    except urllib.error.HTTPError as error:
        error.close()


def with_http_client(url):
    import http.client
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    connection.request("GET", "/")
    connection.getresponse().read()
    connection.close()


def with_requests(url):
    import requests
    requests.get(url, params={"a": "b"}, timeout=5).json()
    try:
        requests.get(url + "/missing", timeout=5).raise_for_status()
    except requests.HTTPError:
        pass


def with_httpx(url):
    import httpx
    httpx.get(url, timeout=5).json()

    async def ask():
        async with httpx.AsyncClient() as client:
            (await client.get(url, timeout=5)).json()

    asyncio.run(ask())


def with_aiohttp(url):
    import aiohttp

    async def ask():
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                await answer.json()

    asyncio.run(ask())


# Each with the number of its requests, and the package that it needs.
CLIENTS = ((with_urllib, 2, None), (with_http_client, 1, None), (with_requests, 2, "requests"),
           (with_httpx, 2, "httpx"), (with_aiohttp, 1, "aiohttp"))


ROUNDS = 12


def send_requests(packages):
    """Several times each: CPython adapts the instructions of a function to what they meet, from the
    eighth call on, and a function that has settled runs faster and writes to fewer pages.
    """
    for client, count, package in CLIENTS:
        if package is not None and package not in packages:
            continue
        listener = socket.create_server(("127.0.0.1", 0))
        child = os.fork()
        if child == 0:
            try:
                listener.settimeout(10)
                serve(listener, count * ROUNDS)
            finally:
                os._exit(0)
        url = "http://localhost:%d" % listener.getsockname()[1]
        listener.close()
        try:
            for round in range(ROUNDS):
                sys.audit("assay.stretch", f"{client.__name__} {round}")
                client(url)
        except ImportError:
            os.kill(child, 9)
        os.waitpid(child, 0)


def hold_starts_back(stand_back):
    """Of a varied case: a new thread stands back once it has said that it runs.

    It says so by an event, in Thread._bootstrap_inner, the first that any thread sets; `stand_back`
    does nothing from the second time on.
    """
    import threading
    set_event = threading.Event.set

    def set(self):
        set_event(self)
        stand_back()

    threading.Event.set = set


async def nothing():
    pass


def register_fork_handlers():
    """For the forks that are the candidate's."""
    for handlers in fork_handlers:
        register_at_fork(**handlers)


def set_environment(environment):
    """Through os.environ, which keeps the C library's in step. It is empty before."""
    for name, value in environment.items():
        os.environ[name] = value
    if "TZ" in environment:
        time.tzset()  # the C library and this module looked when there was none


def set_up_and_forget():
    """What is done with every job, so that it has been done before."""
    for _ in range(ROUNDS):
        set_environment({"WARM": "1", "WARMER": "2"})
        refresh_start_times()
        os.environ.clear()


def warm(packages):
    """Imports and uses the standard library and those of `packages` that this host has."""
    import_modules(packages)
    sys.audit("assay.stretch", "use")
    define_exit()
    take_known_codes()
    resolve_without_thread()
    send_requests(packages)
    asyncio.run(nothing())
    set_up_and_forget()
    os.register_at_fork = register_at_fork
    importlib.invalidate_caches()
    sys.path_importer_cache.clear()
    gc.collect()


def packages():
    """Versions of what candidates may import beside the standard library."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


async def finish(awaitable):
    return await awaitable


def run_awaitable(awaitable):
    return asyncio.run(finish(awaitable))


def compile_file(path, source):
    """The code of a file in marshal's form. None where compiling it fails or warns of something: then
    it is compiled in every process that runs it, so that each of them says so.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return marshal.dumps(compile(source, path, "exec", dont_inherit=True))
    except Exception:
        return None


known_codes = {}


def know_codes(known):
    """For source_to_code: what files hold and their code, in marshal's form, by path."""
    known_codes.update(known)


def take_known_codes():
    """Lets importlib take the code of a file that has been compiled, as long as it is what it was.

    The function passes for importlib's own, which leaves its frames out of a traceback by their file's name.
    """
    from importlib._bootstrap_external import SourceLoader
    compile_anew = SourceLoader.source_to_code

    def source_to_code(self, data, path, *, _optimize=-1):
        if _optimize == -1 and type(path) is str and path in known_codes:
            source, code = known_codes[path]
            if data == source:
                try:
                    return marshal.loads(code)
                except (EOFError, ValueError, TypeError):
                    pass  # that of another Python
        return compile_anew(self, data, path, _optimize=_optimize)

    source_to_code.__code__ = source_to_code.__code__.replace(co_filename=compile_anew.__code__.co_filename)
    for name in "__doc__", "__module__", "__qualname__":
        setattr(source_to_code, name, getattr(compile_anew, name))
    SourceLoader.source_to_code = source_to_code


def signature_problem(function, count):
    """Why `function` cannot be called with that many positional arguments, or None."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*range(count))
    except TypeError as error:
        return f"{error}; its parameters are {signature}"
    return None


def refresh_start_times():
    """What modules noted as the time when they were imported."""
    logging._startTime = time.time()
