"""Reads a submission's source with Python's own parser and reports what its functions do.

inspect(files) takes {path: source} and gives plain lists with line numbers; it never imports or runs
what it reads. It answers questions that running the code cannot: which functions talk to a server,
which read its answer, and where a parameter is compared with something else.

It is a small abstract interpreter. A value is a set of labels (where it may come from), and passes
over all functions repeat until no label moves. It does not follow order or branches: a name holds
all that is ever assigned to it. Parameters stay symbolic inside their function, so a helper that is
called with two kinds of values does not mix them; `expand` resolves them over all call sites.

The source is hostile: files, nodes and passes are bounded, and whatever cannot be read is reported.
"""

import ast
import hashlib

MAX_FILES = 64
MAX_SOURCE = 1 << 20
MAX_NODES = 40_000
MAX_PASSES = 10
MAX_TEXT = 200
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


class Analysis:
    def __init__(self):
        self.functions, self.classes, self.modules = [], [], {}  # modules: dotted name → Function
        self.by_node = {}
        self.flows = {}   # parameter label → labels of all arguments
        self.heap = {}    # (class number | None, attribute) or ("key", name) → Value
        self.guess = False  # whether a value of unknown origin may be taken for a response by its use
        self.changed = True
        self.clear()

    def clear(self):
        self.marks, self.comparisons, self.literals, self.calls = set(), set(), set(), set()

    # ---- declarations -------------------------------------------------------------------------

    def add_module(self, path, tree):
        dotted = path[:-3].replace("/", ".")
        dotted = dotted[: -len(".__init__")] if dotted.endswith(".__init__") else dotted
        module = Function(len(self.functions), path, "<module>", tree, "module", None, None)
        self.functions.append(module)
        self.modules[dotted] = module
        self._declare(tree, module, "", None)

    def _declare(self, tree, parent, prefix, owner):
        stack = [(child, parent, prefix, owner) for child in reversed(list(ast.iter_child_nodes(tree)))]
        while stack:  # not recursive: nesting is the candidate's to choose
            node, parent, prefix, owner = stack.pop()
            scope, inner, child_owner = parent, prefix, owner
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
                kind = {ast.Lambda: "lambda", ast.AsyncFunctionDef: "async"}.get(type(node), "function")
                method_of = owner if kind != "lambda" else None
                scope = Function(len(self.functions), parent.file, prefix + name, node, kind, parent,
                                 method_of.number if method_of else None)
                self.functions.append(scope)
                self.by_node[node] = scope
                if method_of:
                    method_of.methods[name] = scope
                inner, child_owner = f"{prefix}{name}.<locals>.", None
            elif isinstance(node, ast.ClassDef):
                child_owner = Class(len(self.classes), node.name, node, parent.file)
                self.classes.append(child_owner)
                self.by_node[node] = child_owner
                child_owner.fields = [s.target.id for s in node.body
                                      if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
                inner = f"{prefix}{node.name}."
            for child in reversed(list(ast.iter_child_nodes(node))):
                stack.append((child, scope, inner, child_owner))

    # ---- labels ---------------------------------------------------------------------------------

    def expand(self, labels):
        """All labels that `labels` may stand for, with parameters resolved over all call sites."""
        seen, todo = set(labels), list(labels)
        while todo:
            label = todo.pop()
            if label[0] == "difference":
                more = {("difference", l) for l in self.flows.get(label[1], ()) if l[0] == "param"}
            else:
                more = self.flows.get(label, ())
            for other in more:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    def flow(self, label, value):
        known = self.flows.setdefault(label, set())
        if not value.labels <= known:
            known |= value.labels
            self.changed = True

    def store(self, table, key, value):
        old = table.get(key)
        new = value if old is None else join(old, value)
        if old is None or (new.labels, new.const, new.nums) != (old.labels, old.const, old.nums):
            table[key] = new
            self.changed = True

    def params(self, labels):
        return {l for l in self.expand(labels) if l[0] == "param"}

    # ---- what is found -----------------------------------------------------------------------------

    def mark(self, fn, kind, node):
        self.marks.add((fn.home().number, kind, node.lineno))

    def compare(self, fn, node, how, left, right, sides=()):
        """Notes a comparison of a parameter with something that is neither a literal nor itself."""
        for one, other in ((left, right), (right, left)):
            other_labels = self.expand(other.labels)
            if other.const or any(l[0] in ("ext", "func", "class") for l in other.labels):
                continue
            for param in self.params(one.labels):
                if other.labels and other_labels <= self.expand({param}):
                    continue  # a parameter against itself
                if other_labels & self.params(one.labels) and other_labels <= self.expand(one.labels):
                    continue
                self._note(fn, node, how, param, bool(other_labels & {DATA, RAW}))
        for value in (left, right):
            self.test(fn, node, value)
        self._literals(fn, node, left, right)

    def test(self, fn, node, value):
        """A value that is tested or compared: the sign of a difference is a comparison."""
        for label in self.expand(value.labels):
            if label[0] == "difference":
                self._note(fn, node, "difference", label[1], True)

    def _note(self, fn, node, how, param, with_answer):
        self.comparisons.add((fn.home().number, node.lineno, node.end_lineno, how, param, with_answer))

    def _literals(self, fn, node, left, right):
        for one, other in ((left, right), (right, left)):
            labels = self.expand(one.labels)
            if not labels & {DATA, RAW} or ("http",) in labels:
                continue
            for number in other.nums:
                if abs(number) > 1 and abs(number) < SANITY_BOUND:
                    self.literals.add((fn.home().number, node.lineno, number))

    # ---- names and attributes ------------------------------------------------------------------------

    def lookup(self, fn, name):
        scope = fn
        while scope is not None:
            if name in scope.globals:
                scope = self._module_of(scope)
            if name in scope.env and not (scope is not fn and scope.kind == "classbody"):
                return scope.env[name]
            scope = scope.parent
        return Value({("ext", "builtins." + name)})

    def _module_of(self, fn):
        while fn.parent is not None:
            fn = fn.parent
        return fn

    def bind(self, fn, name, value):
        scope = fn
        if name in fn.globals:
            scope = self._module_of(fn)
        elif name in fn.nonlocals:
            scope = fn.parent
            while scope.parent is not None and name not in scope.env:
                scope = scope.parent
        self.store(scope.env, name, value)

    def external(self, name):
        """What a name of a library stands for."""
        if name in SENDERS:
            return Value({("ext", name), SENDER})
        return Value({("ext", name)})

    def method(self, number, name, depth=0):
        cls = self.classes[number]
        if name in cls.methods:
            return cls.methods[name]
        for base in sorted(cls.bases):
            found = self.method(base, name, depth + 1) if depth < 8 and base != number else None
            if found:
                return found
        return None

    def attribute(self, fn, node, base, name):
        labels = self.expand(base.labels)
        found, owners = set(), False
        for label in sorted(labels, key=repr):
            kind = label[0]
            if kind == "ext":
                found |= self.external(f"{label[1]}.{name}").labels
            elif kind == "module":
                found |= self.functions[label[1]].env.get(name, UNKNOWN).labels
            elif kind in ("inst", "class"):
                owners = True
                method = self.method(label[1], name)
                if method and method.is_property:
                    found |= self.call_function(fn, node, method, [Value({label})], {}).labels
                elif method:
                    bound = kind == "inst" or method.is_class
                    found.add(("bound", method.number, label) if bound else ("func", method.number))
                found |= self._field(label[1], name)
            elif kind == "client" and name not in QUIET:
                found.add(SENDER)
            elif kind == "response":
                found |= self._response_part(fn, node, name)
            elif kind == "error" and name in ("read", "json", "text", "content"):
                found |= self._response_part(fn, node, name)  # urllib's HTTPError is the answer
            elif kind in ("data", "raw", "error", "difference"):
                found.add(label)
        concrete = {l for l in labels if l[0] != "param"}
        if not owners:
            found |= self.heap.get((None, name), UNKNOWN).labels
            if not concrete:
                for cls in self.classes:
                    found |= self.heap.get((cls.number, name), UNKNOWN).labels
                    if name in cls.methods and name not in COMMON_METHODS and name[:2] != "__":
                        found.add(("bound", cls.methods[name].number, ("inst", cls.number)))
        if not concrete and self.guess:
            found |= self._guess(fn, node, base, name)
        return Value(found)

    def _field(self, number, name, depth=0):
        found = set(self.heap.get((number, name), UNKNOWN).labels) | self.heap.get((None, name), UNKNOWN).labels
        for base in self.classes[number].bases:
            if depth < 8 and base != number:
                found |= self._field(base, name, depth + 1)
        return found

    def _response_part(self, fn, node, name):
        if name in STATUS:
            self.mark(fn, "status", node)
            return {("http",)}
        if name == "json":
            self.mark(fn, "read", node)
            return {DATA}
        if name in READS_RAW:
            self.mark(fn, "read", node)
            return {RAW}
        if name in READS_OTHER:
            self.mark(fn, "read", node)
            return {("http",)}
        return {RESPONSE}

    def _guess(self, fn, node, base, name):
        """An object of unknown origin that is used as only a response or a client is used."""
        if name in ("status_code", "raise_for_status"):
            return self._response_part(fn, node, name)
        if name == "json" and isinstance(node, ast.Attribute) and node in self.called:
            return self._response_part(fn, node, name)
        text = getattr(node.value, "attr", getattr(node.value, "id", "")).lower() if isinstance(
            node, ast.Attribute) else ""
        if name in VERBS + ("send", "open", "urlopen") and node in self.called and any(
                word in text for word in CLIENT_NAMES):
            return {SENDER}
        return set()

    # ---- calls --------------------------------------------------------------------------------------

    def call(self, fn, node, target, args, kwargs, star=False):
        """The result of calling `target`; `args` and `kwargs` are Values."""
        labels = self.expand(target.labels)
        results, known = [], False
        for label in sorted(labels, key=repr):
            kind = label[0]
            if kind == "func":
                results.append(self.call_function(fn, node, self.functions[label[1]], args, kwargs, star))
            elif kind == "bound":
                first = [Value({label[2]})]
                results.append(
                    self.call_function(fn, node, self.functions[label[1]], first + args, kwargs, star))
            elif kind == "class":
                results.append(self.construct(fn, node, label[1], args, kwargs, star))
            elif kind == "inst":
                method = self.method(label[1], "__call__")
                if method:
                    results.append(self.call_function(fn, node, method, [Value({label})] + args, kwargs, star))
            elif kind == "sender":
                self.mark(fn, "request", node)
                results.append(Value({RESPONSE}))
            elif kind == "ext":
                results.append(self.call_external(fn, node, label[1], args, kwargs))
            elif kind in ("data", "raw", "error", "http", "difference"):
                results.append(Value({label}))
            else:
                continue
            known = True
        if not known:
            results.append(self._through(fn, node, args, kwargs))
        return join(*results)

    def call_function(self, fn, node, callee, args, kwargs, star=False):
        self.calls.add((fn.home().number, callee.number, node.lineno))
        given = {}
        for i, value in enumerate(args):
            if i < len(callee.positional) and not star:
                given[i] = value
            elif callee.vararg or star:
                targets = [callee.parameters.index(callee.vararg)] if callee.vararg else []
                targets += list(range(i, len(callee.positional))) if star else []
                for t in targets:
                    given[t] = join(given[t], value) if t in given else value
        for name, value in kwargs.items():
            for i, p in enumerate(callee.parameters):
                if p.arg == name and p is not callee.vararg and p is not callee.kwarg:
                    given[i] = value
                    break
            else:
                if callee.kwarg:
                    i = callee.parameters.index(callee.kwarg)
                    given[i] = join(given[i], value) if i in given else value
        for i, value in given.items():
            self.flow(("param", callee.number, i), value)
        if callee.returns is None:
            return UNKNOWN
        out, nums_const = set(), callee.returns.const
        for label in callee.returns.labels:
            inner = label[1] if label[0] == "difference" else label
            if inner[0] == "param" and inner[1] == callee.number and inner[2] in given:
                passed = given[inner[2]].labels
                out |= {("difference", l) for l in self.params(passed)} if label[0] == "difference" else passed
            else:
                out.add(label)
        return Value(out, nums_const, callee.returns.nums)

    def construct(self, fn, node, number, args, kwargs, star):
        cls, this = self.classes[number], Value({("inst", number)})
        init = self.method(number, "__init__")
        if init:
            self.call_function(fn, node, init, [this] + args, kwargs, star)
        else:
            fields = list(cls.fields)
            for base in sorted(cls.bases):
                fields = self.classes[base].fields + fields
            for name, value in list(zip(fields, args)) + list(kwargs.items()):
                self.store(self.heap, (number, name), value)
        post = self.method(number, "__post_init__")
        if post:
            self.call_function(fn, node, post, [this], {})
        return this

    def call_external(self, fn, node, name, args, kwargs):
        values = args + list(kwargs.values())
        if name in CLIENTS:
            return Value({CLIENT})
        if name in CONNECTORS:
            self.mark(fn, "request", node)
            return Value({CLIENT, RESPONSE})
        if name in SENDERS or name in OPAQUE:
            return UNKNOWN  # a sender is handled by its own label
        if name in ("json.load", "json.loads") and args:
            inside = self.expand(args[0].labels)
            if inside & {RESPONSE, RAW, ERROR}:
                self.mark(fn, "read", node)
                return Value({DATA})
        if name in ORDERINGS and len(args) >= 2:
            self.compare(fn, node, "call", args[0], args[1])
            return UNKNOWN
        if name in ("builtins.max", "builtins.min", "builtins.sorted") or name.startswith("bisect."):
            parts = args if len(args) > 1 else [
                self.eval(e, fn) for e in getattr(node.args[0] if node.args else None, "elts", [])]
            for i, one in enumerate(parts):
                for other in parts[i + 1:]:
                    self.compare(fn, node, name.rpartition(".")[2], one, other)
        if name == "operator.sub" and len(args) == 2:
            return self.subtract(args[0], args[1])
        if name == "functools.partial" or name.endswith((".wraps", ".lru_cache", ".cache")):
            return args[0] if args else UNKNOWN
        if name in ("builtins.getattr",) and len(node.args) >= 2 and isinstance(node.args[1], ast.Constant):
            return self.attribute(fn, node, args[0], str(node.args[1].value))
        if name == "builtins.super":
            owner = next((f for f in self._chain(fn) if f.owner is not None), None)
            return Value({("inst", b) for b in self.classes[owner.owner].bases}) if owner else UNKNOWN
        return self._through(fn, node, args, kwargs, values)

    def _chain(self, fn):
        while fn is not None:
            yield fn
            fn = fn.parent

    def _through(self, fn, node, args, kwargs, values=None):
        """A call of something that is not ours: functions that it is given are called by it."""
        values = args + list(kwargs.values()) if values is None else values
        results = []
        for i, value in enumerate(args):
            if any(l[0] in ("func", "bound", "sender") for l in self.expand(value.labels)):
                callables = Value({l for l in self.expand(value.labels) if l[0] in ("func", "bound", "sender")})
                results.append(self.call(fn, node, callables, args[i + 1:], {}))
        kept = [Value({l for l in v.labels if l[0] not in ("func", "bound", "sender", "ext", "client")}, v.const,
                      v.nums) for v in values]
        return join(*(results + kept)) if results or kept else UNKNOWN

    def subtract(self, left, right):
        labels = set()
        for one, other in ((left, right), (right, left)):
            if not other.const:
                mine = self.params(one.labels)
                if not (other.labels and self.expand(other.labels) <= self.expand(one.labels)):
                    labels |= {("difference", p) for p in mine}
        return Value(labels | left.labels | right.labels, left.const and right.const)

    # ---- expressions ----------------------------------------------------------------------------------

    def eval(self, node, fn):
        if node is None:
            return LITERAL
        handler = getattr(self, "eval_" + type(node).__name__, None)
        if handler is not None:
            return handler(node, fn)
        return join(*[self.eval(child, fn) for child in ast.iter_child_nodes(node)
                      if isinstance(child, ast.expr)])

    def truth(self, node, fn):
        value = self.eval(node, fn)
        self.test(fn, node, value)
        return value

    def eval_Constant(self, node, fn):
        number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        return Value(const=True, nums={node.value} if number else ())

    def eval_JoinedStr(self, node, fn):
        for part in ast.iter_child_nodes(node):
            self.eval(part, fn)
        return UNKNOWN  # text about values, no longer the values

    def eval_FormattedValue(self, node, fn):
        self.eval(node.value, fn)
        return UNKNOWN

    def eval_Name(self, node, fn):
        return self.lookup(fn, node.id)

    def eval_NamedExpr(self, node, fn):
        value = self.eval(node.value, fn)
        home = fn
        while home.kind == "lambda" and home.parent is not None:
            home = home.parent
        self.bind(home, node.target.id, value)
        return value

    def eval_Attribute(self, node, fn):
        return self.attribute(fn, node, self.eval(node.value, fn), node.attr)

    def eval_Subscript(self, node, fn):
        base = self.eval(node.value, fn)
        self.eval(node.slice, fn)
        key = getattr(node.slice, "value", None)
        return self.item(base, key)

    def item(self, base, key):
        if isinstance(key, str):
            stored = self.heap.get(("key", key))
            return join(base, stored) if stored else base
        return base

    def eval_Dict(self, node, fn):
        values = []
        for key, item in zip(node.keys, node.values):
            value = self.eval(item, fn)
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self.store(self.heap, ("key", key.value), value)
                value = Value({l for l in value.labels if l[0] in ("func", "bound", "sender", "class")})
            elif key is not None:
                self.eval(key, fn)
            values.append(value)
        return join(*values) if values else Value(const=False)

    def eval_Slice(self, node, fn):
        return LITERAL

    def eval_BinOp(self, node, fn):
        left, right = self.eval(node.left, fn), self.eval(node.right, fn)
        if isinstance(node.op, (ast.Sub, ast.Div, ast.FloorDiv)):
            value = self.subtract(left, right)
        else:
            value = join(left, right)
        if left.const and right.const:
            return Value(value.labels, True, fold(node.op, left.nums, right.nums))
        return value

    def eval_UnaryOp(self, node, fn):
        if isinstance(node.op, ast.Not):
            return Value(self.truth(node.operand, fn).labels & {("none",)})
        value = self.eval(node.operand, fn)
        if isinstance(node.op, ast.USub):
            return Value(value.labels, value.const, {-n for n in value.nums})
        return value

    def eval_BoolOp(self, node, fn):
        return join(*[self.truth(part, fn) for part in node.values])

    def eval_IfExp(self, node, fn):
        self.truth(node.test, fn)
        return join(self.eval(node.body, fn), self.eval(node.orelse, fn))

    def eval_Compare(self, node, fn):
        sides = [self.eval(part, fn) for part in [node.left] + node.comparators]
        parts = [node.left] + node.comparators
        for i, op in enumerate(node.ops):
            left, right = sides[i], sides[i + 1]
            if isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)):
                if not (isinstance(left.const, bool) and left.const and right.const):
                    self.compare(fn, node, "compare", left, right)
            elif isinstance(op, (ast.In, ast.NotIn)) and is_range(parts[i + 1]):
                for bound in parts[i + 1].args:
                    self.compare(fn, node, "range", left, self.eval(bound, fn))
        return UNKNOWN

    def eval_Lambda(self, node, fn):
        inner = self.by_node[node]
        self.defaults(inner, fn)
        self.store_return(inner, self.eval(node.body, inner))
        return Value({("func", inner.number)})

    def eval_Await(self, node, fn):
        return self.eval(node.value, fn)

    def eval_Yield(self, node, fn):
        self.store_return(fn, self.eval(node.value, fn))
        return UNKNOWN

    def eval_YieldFrom(self, node, fn):
        self.store_return(fn, self.eval(node.value, fn))
        return UNKNOWN

    def comprehension(self, node, fn, parts):
        for generator in node.generators:
            self.assign(generator.target, self.iterate(generator.iter, fn), fn)
            for test in generator.ifs:
                self.truth(test, fn)
        return join(*[self.eval(part, fn) for part in parts])

    def eval_ListComp(self, node, fn):
        return self.comprehension(node, fn, [node.elt])

    eval_SetComp = eval_GeneratorExp = eval_ListComp

    def eval_DictComp(self, node, fn):
        return self.comprehension(node, fn, [node.key, node.value])

    def iterate(self, node, fn):
        value = self.eval(node, fn)
        if RESPONSE in self.expand(value.labels):
            self.mark(fn, "read", node)  # a response yields its lines
            return Value((value.labels - {RESPONSE}) | {RAW})
        return Value(value.labels)

    def eval_Call(self, node, fn):
        self.called.add(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ORDER_METHODS and node.args:
            self.compare(fn, node, "call", self.eval(node.func.value, fn), self.eval(node.args[0], fn))
            return UNKNOWN
        target = self.eval(node.func, fn)
        star = any(isinstance(a, ast.Starred) for a in node.args)
        args = [self.eval(a.value if isinstance(a, ast.Starred) else a, fn) for a in node.args]
        kwargs = {}
        for keyword in node.keywords:
            value = self.eval(keyword.value, fn)
            if keyword.arg is None:
                for (kind, key), stored in list(self.heap.items()):
                    if kind == "key":
                        kwargs.setdefault(key, stored)
            else:
                kwargs[keyword.arg] = value
        if isinstance(node.func, ast.Attribute):
            base = self.eval(node.func.value, fn)
            name, kinds = node.func.attr, {l[0] for l in self.expand(base.labels)}
            if name in ("get", "pop", "setdefault") and node.args and not kinds & {"client", "ext", "inst"}:
                key = getattr(node.args[0], "value", None)
                return join(self.call(fn, node, target, args[1:], kwargs), *args[1:], self.item(base, key))
            if name in ("append", "add", "extend", "insert", "put", "update") and isinstance(
                    node.func.value, ast.Name) and args and not kinds & {"client", "inst", "ext", "module"}:
                self.bind(fn, node.func.value.id, Value(args[-1].labels))
            if not target.labels:  # a method of a plain value: what it holds passes through
                return join(base, self.call(fn, node, target, args, kwargs, star))
        return self.call(fn, node, target, args, kwargs, star)

    # ---- statements -----------------------------------------------------------------------------------

    def run(self, statements, fn):
        for statement in statements:
            try:
                self.run_one(statement, fn)
            except RecursionError:
                fn.unread = True  # costs this statement only

    def run_one(self, statement, fn):
        handler = getattr(self, "run_" + type(statement).__name__, None)
        if handler:
            return handler(statement, fn)
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr):
                self.eval(child, fn)

    def assign(self, target, value, fn, node=None):
        if isinstance(target, ast.Name):
            self.bind(fn, target.id, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, fn)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = getattr(node, "elts", None) if isinstance(node, (ast.Tuple, ast.List)) else None
            for i, part in enumerate(target.elts):
                if parts is not None and len(parts) == len(target.elts):
                    self.assign(part, self.eval(parts[i], fn), fn, parts[i])
                else:
                    self.assign(part, Value(value.labels), fn)
        elif isinstance(target, ast.Attribute):
            base = self.expand(self.eval(target.value, fn).labels)
            owners = [l[1] for l in base if l[0] in ("inst", "class")] or [None]
            for owner in owners:
                self.store(self.heap, (owner, target.attr), value)
            for label in base:
                if label[0] == "module":
                    self.store(self.functions[label[1]].env, target.attr, value)
        elif isinstance(target, ast.Subscript):
            key = getattr(target.slice, "value", None)
            if isinstance(key, str):
                self.store(self.heap, ("key", key), value)
            elif isinstance(target.value, ast.Name):
                self.bind(fn, target.value.id, Value(value.labels))

    def run_Assign(self, node, fn):
        value = self.eval(node.value, fn)
        for target in node.targets:
            self.assign(target, value, fn, node.value)

    def run_AnnAssign(self, node, fn):
        value = join(*([self.eval(node.value, fn)] if node.value else []), self.annotated(node.annotation, fn))
        self.assign(node.target, value, fn, node.value)

    def run_AugAssign(self, node, fn):
        load = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
        self.assign(node.target, self.eval_BinOp(load, fn), fn)

    def run_Return(self, node, fn):
        self.store_return(fn, self.eval(node.value, fn))

    def store_return(self, fn, value):
        old = fn.returns
        new = value if old is None else join(old, value)
        if old is None or (new.labels, new.const, new.nums) != (old.labels, old.const, old.nums):
            fn.returns, self.changed = new, True

    def run_If(self, node, fn):
        before = set(self.literals)
        self.truth(node.test, fn)
        if all(isinstance(s, ast.Raise) and raised_name(s) in ("ValueError", "TypeError") for s in node.body):
            self.literals = before  # a check of the value's sanity
        self.run(node.body, fn)
        self.run(node.orelse, fn)

    def run_While(self, node, fn):
        self.truth(node.test, fn)
        self.run(node.body, fn)
        self.run(node.orelse, fn)

    def run_Assert(self, node, fn):
        before = set(self.literals)
        self.truth(node.test, fn)
        self.literals = before

    def run_For(self, node, fn):
        self.assign(node.target, self.iterate(node.iter, fn), fn)
        self.run(node.body, fn)
        self.run(node.orelse, fn)

    run_AsyncFor = run_For

    def run_With(self, node, fn):
        for item in node.items:
            value = self.eval(item.context_expr, fn)
            for label in list(self.expand(value.labels)):
                method = self.method(label[1], "__enter__") or self.method(
                    label[1], "__aenter__") if label[0] == "inst" else None
                if method:
                    value = join(value, self.call_function(fn, node, method, [value], {}))
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, fn)
        self.run(node.body, fn)

    run_AsyncWith = run_With

    def run_Try(self, node, fn):
        self.run(node.body, fn)
        for handler in node.handlers:
            self.eval(handler.type, fn)
            if handler.name:
                self.bind(fn, handler.name, Value({ERROR}))
            self.run(handler.body, fn)
        self.run(node.orelse, fn)
        self.run(node.finalbody, fn)

    run_TryStar = run_Try

    def run_Match(self, node, fn):
        subject = self.eval(node.subject, fn)
        for case in node.cases:
            self.pattern(case.pattern, subject, node.subject, fn)
            if case.guard is not None:
                self.truth(case.guard, fn)
            self.run(case.body, fn)

    def pattern(self, pattern, subject, source, fn):
        parts = source.elts if isinstance(source, (ast.Tuple, ast.List)) else None
        if isinstance(pattern, ast.MatchValue):
            self.compare(fn, pattern, "compare", subject, self.eval(pattern.value, fn))
        elif isinstance(pattern, ast.MatchSequence) and parts and len(parts) == len(pattern.patterns):
            for inner, part in zip(pattern.patterns, parts):
                self.pattern(inner, self.eval(part, fn), part, fn)
        elif isinstance(pattern, ast.MatchMapping):
            for key, inner in zip(pattern.keys, pattern.patterns):
                self.pattern(inner, self.item(subject, getattr(key, "value", None)), None, fn)
            if pattern.rest:
                self.bind(fn, pattern.rest, subject)
        elif isinstance(pattern, ast.MatchClass):
            for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns):
                self.pattern(inner, self.attribute(fn, pattern, subject, name), None, fn)
            for inner in pattern.patterns:
                self.pattern(inner, subject, None, fn)
        else:
            for inner in getattr(pattern, "patterns", ()) or filter(None, [getattr(pattern, "pattern", None)]):
                self.pattern(inner, subject, source, fn)
        if isinstance(pattern, (ast.MatchAs, ast.MatchStar)) and pattern.name:
            self.bind(fn, pattern.name, subject)

    def run_Global(self, node, fn):
        fn.globals |= set(node.names)

    def run_Nonlocal(self, node, fn):
        fn.nonlocals |= set(node.names)

    def run_Import(self, node, fn):
        for alias in node.names:
            whole = self.module_value(alias.name)
            if alias.asname:
                self.bind(fn, alias.asname, whole)
            else:
                self.bind(fn, alias.name.split(".")[0], self.module_value(alias.name.split(".")[0]))

    def run_ImportFrom(self, node, fn):
        base = node.module or ""
        if node.level:
            here = fn.file[:-3].split("/")
            base = ".".join(here[: len(here) - node.level] + ([base] if base else []))
        for alias in node.names:
            module = self.modules.get(base)
            if alias.name == "*":
                for name, value in (list(module.env.items()) if module else []):
                    self.bind(fn, name, value)
                if module is None:
                    for name in sorted(n for n in SENDERS | CLIENTS if n.rpartition(".")[0] == base):
                        self.bind(fn, name.rpartition(".")[2], self.external(name))
                continue
            if module is not None and alias.name in module.env:
                value = module.env[alias.name]
            else:
                value = self.module_value(f"{base}.{alias.name}" if base else alias.name)
            self.bind(fn, alias.asname or alias.name, value)

    def module_value(self, name):
        if name in self.modules:
            return Value({("module", self.modules[name].number)})
        if any(m.startswith(name + ".") for m in self.modules):
            return UNKNOWN
        return self.external(name)

    def run_FunctionDef(self, node, fn):
        inner = self.by_node[node]
        self.defaults(inner, fn)
        own = Value({("func", inner.number)})
        value = own
        for decorator in reversed(node.decorator_list):
            wrapper = self.eval(decorator, fn)
            if any(l[0] in ("func", "bound", "class", "inst") for l in self.expand(wrapper.labels)):
                value = join(value, self.call(fn, decorator, wrapper, [value], {}))
        if inner.owner is None:
            self.bind(fn, node.name, value)
        self.run(node.body, inner)

    run_AsyncFunctionDef = run_FunctionDef

    def defaults(self, inner, fn):
        args = inner.node.args
        given = list(zip(args.args[::-1] + args.posonlyargs[::-1], args.defaults[::-1]))
        given += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults) if d is not None]
        for i, parameter in enumerate(inner.parameters):
            label = ("param", inner.number, i)
            self.store(inner.env, parameter.arg, Value({label}))
            self.flow(label, self.annotated(parameter.annotation, fn))
            for a, default in given:
                if a is parameter:
                    self.flow(label, self.eval(default, fn))
        if inner.bound_first() and inner.positional:
            kind = "class" if inner.is_class or inner.name.endswith(".__new__") else "inst"
            self.flow(("param", inner.number, 0), Value({(kind, inner.owner)}))

    def annotated(self, node, fn):
        """What an annotation says about a value: a library's client, or a class of ours."""
        if node is None:
            return UNKNOWN
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < MAX_TEXT:
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return UNKNOWN
        found = set()
        for part in ast.walk(node):
            if not isinstance(part, (ast.Name, ast.Attribute)):
                continue
            for label in self.expand(self.eval(part, fn).labels):
                if label[0] == "class":
                    found.add(("inst", label[1]))
                elif label[0] == "ext" and label[1] in CLIENTS:
                    found.add(CLIENT)
                elif label[0] == "ext" and label[1].split(".")[0] in (
                        "requests", "httpx", "aiohttp", "http") and label[1].endswith("Response"):
                    found.add(RESPONSE)
        return Value(found)

    def run_ClassDef(self, node, fn):
        cls = self.by_node[node]
        value = Value({("class", cls.number)})
        for base in node.bases:
            cls.bases |= {l[1] for l in self.expand(self.eval(base, fn).labels) if l[0] == "class"}
        for decorator in node.decorator_list:
            self.eval(decorator, fn)
        self.bind(fn, node.name, value)
        names = {}
        for statement in node.body:
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                assigned = self.eval(statement.value, fn) if statement.value else UNKNOWN
                if isinstance(statement, ast.AnnAssign):
                    assigned = join(assigned, self.annotated(statement.annotation, fn))
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.store(self.heap, (cls.number, target.id), assigned)
                        names[target.id] = assigned
            else:
                self.run([statement], fn)


def fold(op, left, right):
    if len(left) != 1 or len(right) != 1:
        return frozenset()
    (a,), (b,) = left, right
    try:
        if isinstance(op, ast.Add):
            return frozenset({a + b})
        if isinstance(op, ast.Sub):
            return frozenset({a - b})
        if isinstance(op, ast.Mult):
            return frozenset({a * b})
        if isinstance(op, ast.Pow) and abs(a) <= 1000 and 0 <= b <= 30:
            return frozenset({a**b})
    except (ArithmeticError, ValueError):
        pass
    return frozenset()


def is_range(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def raised_name(node):
    target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(target, "id", getattr(target, "attr", ""))


# ---- the report -----------------------------------------------------------------------------------------


def read_file(path, source):
    """(what the report says of the file, its tree or None)."""
    about = {"path": path, "sha256": "", "lines": 0, "error": None}
    tree = None
    try:
        about["sha256"] = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
        about["lines"] = source.count("\n") + (not source.endswith("\n"))
        if len(source) > MAX_SOURCE:
            raise ValueError(f"the file has more than {MAX_SOURCE} characters")
        tree = ast.parse(source)
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            tree = None
            raise ValueError(f"the file has more than {MAX_NODES} syntax nodes")
    except SyntaxError as e:
        about["error"] = {"kind": "syntax", "message": str(e.msg)[:MAX_TEXT], "line": e.lineno or 0}
    except (RecursionError, MemoryError):
        about["error"] = {"kind": "too_deep", "message": "the source is nested too deeply", "line": 0}
    except Exception as e:  # whatever else a parser does with hostile text
        about["error"] = {"kind": "unreadable", "message": str(e)[:MAX_TEXT], "line": 0}
    return about, tree


def handlers_of(analysis, trees):
    """Broad handlers: bare, Exception, BaseException, alone or in a tuple."""
    found = []
    for module in analysis.modules.values():
        todo = [(module.node, module)]
        while todo:
            node, fn = todo.pop()
            fn = analysis.by_node.get(node, fn) if not isinstance(node, ast.ClassDef) else fn
            if isinstance(node, ast.ExceptHandler):
                types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                names = ["bare" if t is None else getattr(t, "id", getattr(t, "attr", "")) for t in types]
                broad = [n for n in names if n in ("bare", "Exception", "BaseException")]
                if broad:
                    found.append({"file": module.file, "line": node.lineno, "end_line": node.end_lineno,
                                  "function": fn.home().number, "catches": broad[0],
                                  "only_passes": all(isinstance(s, ast.Pass) for s in node.body)})
            todo.extend((child, fn) for child in ast.iter_child_nodes(node))
    return sorted(found, key=lambda h: (h["file"], h["line"]))


def imports_of(trees):
    found = []
    for path, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [(path, node.lineno, a.name, "", a.asname or a.name) for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                found += [(path, node.lineno, base, a.name, a.asname or a.name) for a in node.names]
    return [dict(zip(("file", "line", "module", "name", "as"), row)) for row in sorted(found)]


def report_functions(analysis):
    lines = {}
    for number, kind, line in sorted(analysis.marks):
        lines.setdefault((number, kind), []).append(line)
    calls = {}
    for caller, callee, line in sorted(analysis.calls):
        if caller != analysis.functions[callee].home().number:
            calls.setdefault(caller, []).append({"function": callee, "line": line})
    rows = []
    for fn in analysis.functions:
        home = fn.home()
        rows.append({
            "id": fn.number, "file": fn.file, "name": fn.name, "kind": fn.kind, "line": fn.line,
            "end_line": fn.end_line if fn.kind != "module" else 0, "method": fn.owner is not None,
            "part_of": home.number if home is not fn else None,
            "parameters": [p.arg for p in fn.parameters],
            "requests": lines.get((fn.number, "request"), []),
            "reads": lines.get((fn.number, "read"), []),
            "status_looks": lines.get((fn.number, "status"), []),
            "calls": calls.get(fn.number, []), "unread": fn.unread})
    return rows


def exports_of(analysis):
    """Which functions a module's names stand for: an entry point may be imported, bound or wrapped."""
    found = []
    for module in analysis.modules.values():
        for name in sorted(module.env):
            numbers, bound = set(), set()
            for label in analysis.expand(module.env[name].labels):
                if label[0] == "func":
                    numbers.add(label[1])
                elif label[0] == "bound":
                    bound.add(label[1])
                elif label[0] == "inst" and analysis.method(label[1], "__call__"):
                    bound.add(analysis.method(label[1], "__call__").number)
            if numbers or bound:
                found.append({"file": module.file, "name": name, "functions": sorted(numbers),
                              "methods": sorted(bound)})
    return sorted(found, key=lambda e: (e["file"], e["name"]))


def solve(analysis):
    """Passes until nothing moves; then one more in which uses may tell what a value is."""
    for guess in (False, True):
        analysis.guess = guess
        for _ in range(MAX_PASSES):
            analysis.changed, analysis.called = False, set()
            analysis.clear()
            for module in list(analysis.modules.values()):
                analysis.run(module.node.body, module)
            if not analysis.changed:
                break


def inspect(files):
    """What the functions in `files` ({path: source}) do; plain data only."""
    abouts, trees = [], []
    for path in sorted(files)[:MAX_FILES]:
        if path.endswith(".py"):
            about, tree = read_file(path, files[path])
            abouts.append(about)
            if tree is not None:
                trees.append((path, tree))
    analysis = Analysis()
    for path, tree in trees:
        analysis.add_module(path, tree)
    solve(analysis)
    comparisons = {}
    for number, line, end_line, how, param, with_answer in sorted(analysis.comparisons, key=repr):
        key = (number, line, end_line, how)
        entry = comparisons.setdefault(key, {
            "function": number, "file": analysis.functions[number].file, "line": line, "end_line": end_line,
            "how": how, "parameters": []})
        entry["parameters"].append({"function": param[1], "index": param[2], "with_answer": with_answer})
    literals = [{"function": n, "file": analysis.functions[n].file, "line": line, "value": value}
                for n, line, value in sorted(analysis.literals)]
    return {
        "files": abouts, "functions": report_functions(analysis), "exports": exports_of(analysis),
        "comparisons": [comparisons[k] for k in sorted(comparisons)], "literals": literals,
        "imports": imports_of(trees), "broad_handlers": handlers_of(analysis, trees),
        "cut": len(files) > MAX_FILES}
