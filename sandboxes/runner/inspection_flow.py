"""How labels move: through names, attributes, arguments and results.

Nothing here follows order or branches: a name holds all that is ever assigned to it. Parameters stay
symbolic inside their function, so a helper that is called with two kinds of values does not mix them;
`expand` resolves them over all call sites.
"""

import ast

from inspection_values import (
    CLIENT, CLIENTS, CLIENT_NAMES, COMMON_METHODS, CONNECTORS, DATA, ERROR, OPAQUE, ORDERINGS, QUIET, RAW,
    READS_OTHER, READS_RAW, RESPONSE, SANITY_BOUND, SENDER, SENDERS, STATUS, UNKNOWN, VERBS, Class, Function, Value, join,
    plain, taken)


def evaluated_outside(function):
    """What a function's definition evaluates in the scope around it: decorators and defaults."""
    given = function.args.defaults + [d for d in function.args.kw_defaults if d is not None]
    return getattr(function, "decorator_list", []) + given


class Flow:
    def __init__(self):
        self.functions, self.classes, self.modules = [], [], {}  # modules: dotted name → Function
        self.by_node = {}
        self.flows = {}   # parameter label → labels of all arguments
        self.heap = {}    # (class number | None, attribute) or ("key", name) → Value
        self.idle = set()        # comparisons whose result nobody is seen to get
        self.read_names = set()  # names that any file reads
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
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.read_names.add(node.id)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                self.read_names.update(node.names)
        self._declare(tree, module, "", None)

    def _declare(self, tree, parent, prefix, owner):
        stack = [(child, parent, prefix, owner) for child in reversed(list(ast.iter_child_nodes(tree)))]
        while stack:  # not recursive: nesting is the candidate's to choose
            node, parent, prefix, owner = stack.pop()
            scope, inner, child_owner, outside = parent, prefix, owner, ()
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
                inner, child_owner, outside = f"{prefix}{name}.<locals>.", None, evaluated_outside(node)
            elif isinstance(node, ast.ClassDef):
                child_owner = Class(len(self.classes), node.name, node, parent.file)
                self.classes.append(child_owner)
                self.by_node[node] = child_owner
                child_owner.fields = [s.target.id for s in node.body
                                      if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
                inner = f"{prefix}{node.name}."
            own = set(map(id, outside)) | {id(getattr(node, "args", None))} if scope is not parent else set()
            for child in reversed(list(ast.iter_child_nodes(node))):
                if id(child) not in own:
                    stack.append((child, scope, inner, child_owner))
            stack.extend((child, parent, prefix, owner) for child in reversed(outside))

    # ---- labels ---------------------------------------------------------------------------------

    def expand(self, labels):
        """All labels that `labels` may stand for, with parameters resolved over all call sites."""
        seen, todo = set(labels), list(labels)
        while todo:
            label = todo.pop()
            if label[0] == "difference":
                more = {("difference", plain(l)) for l in self.flows.get(label[1], ())
                        if l[0] in ("param", "via")}
            elif label[0] == "via":
                more = taken(self.flows.get(label[1], ()))
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
        return {plain(l) for l in self.expand(labels) if l[0] in ("param", "via")}

    # ---- what is found -----------------------------------------------------------------------------

    def mark(self, fn, kind, node):
        self.marks.add((fn.home().number, kind, node.lineno))

    def compare(self, fn, node, how, left, right, sides=()):
        """Notes a comparison of a parameter with something that is neither a literal nor itself."""
        for one, other in ((left, right), (right, left)):
            mine = {plain(l) for l in self.expand(one.labels)}
            other_labels = {plain(l) for l in self.expand(other.labels)}
            if other.const or any(l[0] in ("ext", "func", "class") for l in other.labels):
                continue
            if other_labels & self.params(one.labels) and other_labels <= mine:
                continue  # a parameter against itself
            for param in self.params(one.labels):
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
        how = "idle" if node in self.idle else how  # a frame, a format or an operator of its own may get it
        self.comparisons.add((fn.home().number, node.lineno, node.end_lineno, how, param, with_answer))

    def _literals(self, fn, node, left, right):
        for one, other in ((left, right), (right, left)):
            labels = self.expand(one.labels)
            if node in self.idle or not labels & {DATA, RAW} or ("http",) in labels:
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
                    bound = not method.is_static and (kind == "inst" or method.is_class)
                    found.add(("bound", method.number, label) if bound else ("func", method.number))
                found |= self._field(label[1], name)
            elif kind == "client" and name not in QUIET and name[:2] != "__":
                found.add(SENDER)
            elif kind == "response":
                found |= self._response_part(fn, node, name)
            elif kind == "error" and name in ("read", "json", "text", "content"):
                found |= self._response_part(fn, node, name)  # urllib's HTTPError is the answer
            elif kind in ("data", "raw", "error", "difference"):
                found.add(label)
        concrete = {l for l in labels if l[0] not in ("param", "via")}
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
            inner = label[1] if label[0] in ("difference", "via") else label
            if inner[0] == "param" and inner[1] == callee.number and inner[2] in given:
                passed = given[inner[2]].labels
                if label[0] == "difference":
                    passed = {("difference", l) for l in self.params(passed)}
                out |= taken(passed) if label[0] == "via" else passed
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
        if name == "functools.partial" or name.endswith((".wraps", ".lru_cache", ".cache", "closing")):
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
        kept = [Value(taken(v.labels), v.const, v.nums) for v in values]
        return join(*(results + kept)) if results or kept else UNKNOWN

    def subtract(self, left, right):
        labels = set()
        for one, other in ((left, right), (right, left)):
            if not other.const:
                mine = self.params(one.labels)
                others = {plain(l) for l in self.expand(other.labels)}
                if not (others and others <= {plain(l) for l in self.expand(one.labels)}):
                    labels |= {("difference", p) for p in mine}
        return Value(labels | left.labels | right.labels, left.const and right.const)
