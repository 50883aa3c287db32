"""What the inspection knows of libraries, and the values that it reasons about.

A value is a set of labels, tuples that say where it may come from:

    ("data",) ("raw",) ("response",)   an answer of a server: parsed, as text or bytes, the object itself
    ("client",) ("sender",)            what requests are sent with; what sends one when it is called
    ("http",) ("error",)               a status or header; a caught exception
    ("param", f, i)                    parameter i of function f, whatever it is called with
    ("via", ("param", f, i))           a value taken from that parameter: its item, a method's result
    ("difference", ("param", f, i))    that parameter minus, or divided by, something else
    ("func", f) ("bound", f, label)    a function of the submission; a method with its first argument
    ("class", c) ("inst", c)           a class of the submission; an object of it
    ("module", f) ("ext", name)        a module of the submission; a name of a library
"""

import ast

SANITY_BOUND = 1e9  # a literal this large guards against nonsense; it is no threshold

DATA, RAW, RESPONSE, CLIENT, SENDER, ERROR = (
    ("data",), ("raw",), ("response",), ("client",), ("sender",), ("error",))

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
SENDERS = {f"{lib}.{verb}" for lib in ("requests", "requests.api", "httpx") for verb in VERBS} | {
    "urllib.request.urlopen", "urllib.request.urlretrieve", "aiohttp.request", "urllib3.request"}
CLIENTS = {
    "requests.Session", "requests.session", "requests.sessions.Session", "httpx.Client",
    "httpx.AsyncClient", "httpx.HTTPTransport", "aiohttp.ClientSession", "aiohttp.client.ClientSession",
    "http.client.HTTPConnection", "http.client.HTTPSConnection", "urllib.request.build_opener",
    "urllib.request.OpenerDirector", "urllib3.PoolManager", "urllib3.HTTPConnectionPool",
    "socket.socket"}
CONNECTORS = {"socket.create_connection", "asyncio.open_connection"}  # send, and give a client
# Methods of a client that neither send nor receive.
QUIET = {"close", "aclose", "mount", "settimeout", "setsockopt", "setblocking", "set_debuglevel",
         "set_tunnel", "build_request", "prepare_request", "add_handler", "update", "shutdown",
         "get_adapter", "clear", "cookies", "headers", "params", "auth"}
STATUS = {"status_code", "status", "code", "ok", "reason", "reason_phrase", "is_error", "is_success",
          "raise_for_status", "getcode"}
READS_RAW = {"read", "text", "content", "data", "readline", "readlines", "iter_content", "iter_lines",
             "iter_bytes", "iter_text", "iter_any", "aread", "aiter_bytes", "recv", "readinto"}
READS_OTHER = {"headers", "getheader", "getheaders", "info"}
ORDERINGS = {f"operator.{n}" for n in ("lt", "le", "gt", "ge", "eq", "ne")}
ORDER_METHODS = {"__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"}
# Calls whose result says nothing about the values that went in.
OPAQUE = {"builtins.type", "builtins.isinstance", "builtins.repr", "builtins.format", "builtins.print",
          "builtins.callable", "builtins.hasattr", "builtins.id", "builtins.issubclass"}
COMMON_METHODS = {"get", "items", "keys", "values", "read", "close", "update", "append", "format", "join",
                  "strip", "split", "encode", "decode", "lower", "upper", "pop", "copy", "json", "add"}
CLIENT_NAMES = ("session", "client", "http", "conn", "opener", "transport")


class Value:
    """Where a value may come from; `const` where only literals made it, `nums` those literals."""

    __slots__ = ("labels", "const", "nums")

    def __init__(self, labels=frozenset(), const=False, nums=frozenset()):
        self.labels, self.const, self.nums = frozenset(labels), const, nums


UNKNOWN = Value()
LITERAL = Value(const=True)


def join(*values):
    if not values:
        return UNKNOWN
    if len(values) == 1:
        return values[0]
    nums = frozenset().union(*(v.nums for v in values))
    return Value(frozenset().union(*(v.labels for v in values)), all(v.const for v in values),
                 nums if len(nums) <= 8 else frozenset())


def plain(label):
    """A parameter, where the label says that something was taken from it."""
    return label[1] if label[0] == "via" else label


def taken(labels):
    """What a value that was made from others holds of them: no functions, clients or objects of ours."""
    return {("via", l) if l[0] == "param" else l for l in labels if l[0] in (
        "param", "via", "data", "raw", "response", "error", "http", "difference")}


class Function:
    def __init__(self, number, file, name, node, kind, parent, owner):
        self.number, self.file, self.name, self.node, self.kind = number, file, name, node, kind
        self.parent, self.owner = parent, owner  # enclosing Function; class number of a method
        decorators = getattr(node, "decorator_list", [])
        self.line = min([d.lineno for d in decorators] + [getattr(node, "lineno", 1)])
        self.end_line = getattr(node, "end_lineno", None) or self.line
        args = getattr(node, "args", None)
        self.positional = [a for a in args.posonlyargs + args.args] if args else []
        self.keyword_only = list(args.kwonlyargs) if args else []
        self.vararg = args.vararg if args else None
        self.kwarg = args.kwarg if args else None
        self.parameters = self.positional + self.keyword_only
        self.parameters += [a for a in (self.vararg, self.kwarg) if a]
        names = {getattr(d, "id", getattr(d, "attr", "")) for d in decorators}
        self.is_static, self.is_class = "staticmethod" in names, "classmethod" in names
        self.is_property = bool(names & {"property", "cached_property"})
        self.env, self.globals, self.nonlocals = {}, set(), set()
        self.returns = None
        self.unread = False

    def home(self):
        """The function that a reader sees this code in: a lambda inside a function belongs to it."""
        fn = self
        while fn.kind == "lambda" and fn.parent.kind != "module":
            fn = fn.parent
        return fn

    def bound_first(self):
        return self.owner is not None and not self.is_static


class Class:
    def __init__(self, number, name, node, file):
        self.number, self.name, self.node, self.file = number, name, node, file
        self.methods, self.fields, self.bases = {}, [], set()


def idle_comparisons(node):
    """The comparisons whose result nobody gets where nobody gets the value of `node`. Not one that decides whether
    something else is evaluated."""
    waiting, found = [node], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Compare) and len(part.ops) == 1:
            found.add(part)
        elif isinstance(part, ast.UnaryOp):
            waiting.append(part.operand)
        elif isinstance(part, (ast.Tuple, ast.List)):
            waiting += part.elts
    return found
