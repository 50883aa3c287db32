"""How each form of expression and statement moves labels."""

import ast

from inspection_flow import Flow
from inspection_values import (
    CLIENT, CLIENTS, ERROR, LITERAL, ORDER_METHODS, RAW, RESPONSE, SENDERS, UNKNOWN, Value, idle_comparisons, join,
    taken)

MAX_ANNOTATION = 200


class Syntax(Flow):
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
                held = self.item(Value(taken(base.labels)), key)
                return join(self.call(fn, node, target, args[1:], kwargs), *args[1:], held)
            if name in ("append", "add", "extend", "insert", "put", "update") and isinstance(
                    node.func.value, ast.Name) and args and not kinds & {"client", "inst", "ext", "module"}:
                self.bind(fn, node.func.value.id, Value(args[-1].labels))
            if name in ("enter_context", "enter_async_context") and args:
                return args[0]
            if not target.labels:  # a method of a plain value: what it holds passes through
                return join(Value(taken(base.labels)), self.call(fn, node, target, args, kwargs, star))
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

    def run_Expr(self, node, fn):
        self.idle |= idle_comparisons(node.value)
        self.eval(node.value, fn)

    def run_Assign(self, node, fn):
        names = {target.id if isinstance(target, ast.Name) else None for target in node.targets}
        if fn.kind in ("function", "async") and None not in names and not names & self.read_names:
            self.idle |= idle_comparisons(node.value)
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
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < MAX_ANNOTATION:
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
