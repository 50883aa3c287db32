"""Mutants of a solution: its source with one small mistake each, of the kinds that people make.

mutate(files, function, arguments) takes {path: source}, the name of the entry point and what it is
called with in some case, by parameter, and gives a list of plain dicts:

    {"id", "file", "line", "operator", "begin", "end", "text"}

The mutant is the file with the bytes from begin to end replaced by text, so that comments and all
other lines stay as they are. An id names file, function, operator and the how-many-eth of those in the
function, and so outlives changes elsewhere in the file. Every mutant parses, and none parses as
the original does. Runs inside a box: what it reads may be hostile, and what it gives is not believed.
"""

import ast
import copy
import re

MAX_SOURCE = 1 << 20
MAX_MUTANTS = 400  # of one file
FOR_EVER = 1_000_000
BORDERS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BROAD = ("Exception", "BaseException")
TRIES = re.compile(r"(^|_)(attempts?|tries|retries)(_|$)", re.IGNORECASE)
WORD = re.compile(r"[a-z]+([_ -][a-z]+)*", re.IGNORECASE)


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_number(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def name_of(node):
    """The last part of a name: sleep of time.sleep."""
    return getattr(node, "attr", getattr(node, "id", ""))


def changed(node, **fields):
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def without(items, index):
    return items[:index] + items[index + 1:]


class File:
    """One file's tree, and how a node of it is replaced in its text."""

    def __init__(self, path, source):
        self.path, self.source = path, source.encode()
        self.tree = ast.parse(source)
        self.original = ast.dump(self.tree)
        self.starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node):
        return (self.starts[node.lineno - 1] + node.col_offset,
                self.starts[node.end_lineno - 1] + node.end_col_offset)

    def replaced(self, node, new):
        """(begin, end, text) for a node, by another one or by a list of statements."""
        begin, end = self.span(node)
        nodes = new if isinstance(new, list) else [new]
        text = "\n".join(ast.unparse(ast.fix_missing_locations(each)) for each in nodes)
        if isinstance(node, ast.expr) and not isinstance(new, (ast.Name, ast.Constant, ast.Dict, ast.Call)):
            text = f"({text})"
        return begin, end, text.replace("\n", "\n" + " " * node.col_offset)

    def parses_as_another(self, begin, end, text):
        try:
            tree = ast.parse(self.source[:begin] + text.encode() + self.source[end:])
        except (SyntaxError, ValueError):
            return False
        return ast.dump(tree) != self.original


class Words:
    """Words that stand in the same place of a result: each may be taken for another."""

    def __init__(self, tree):
        self.groups = {}
        for place, node in self.places(tree):
            self.groups.setdefault(place, []).append(node)

    @staticmethod
    def places(tree):
        defined = {n.name for n in ast.walk(tree) if isinstance(n, NAMED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                yield from ((("key", k.value), v) for k, v in zip(node.keys, node.values) if k and is_text(k))
            elif isinstance(node, ast.Call):
                if name_of(node.func) in defined:
                    yield from ((("argument", name_of(node.func), i), a) for i, a in enumerate(node.args))
                yield from ((("key", k.arg), k.value) for k in node.keywords if k.arg)
            elif isinstance(node, ast.ClassDef) and any(name_of(b).endswith("Enum") for b in node.bases):
                yield from ((("enum", node.name), s.value) for s in node.body if isinstance(s, ast.Assign))
            elif isinstance(node, ast.Module):
                yield from ((("constant",), s.value) for s in node.body
                            if isinstance(s, ast.Assign) and name_of(s.targets[0]).isupper())

    def others(self):
        """{node: the word that it is taken for}"""
        found = {}
        for nodes in self.groups.values():
            words = [n for n in nodes if is_text(n) and WORD.fullmatch(n.value)]
            known = sorted({n.value for n in words})
            if len(known) > 1:
                found.update({n: known[(known.index(n.value) + 1) % len(known)] for n in words})
        return found


class Mutator:
    """Walks one file, and keeps what each operator makes of each node."""

    def __init__(self, file, function, arguments):
        self.file, self.function, self.arguments = file, function, arguments
        self.words = Words(file.tree).others()
        self.counts, self.found = {}, []

    def add(self, node, new, operator, where, line=None):
        if len(self.found) >= MAX_MUTANTS:
            return
        begin, end, text = new if isinstance(new, tuple) else self.file.replaced(node, new)
        if not self.file.parses_as_another(begin, end, text):
            return
        scope = ".".join(where) or "<module>"
        self.counts[scope, operator] = number = self.counts.get((scope, operator), 0) + 1
        self.found.append({"id": f"{self.file.path}#{scope}:{operator}:{number}", "file": self.file.path,
                           "line": line or node.lineno, "operator": operator, "begin": begin, "end": end,
                           "text": text})

    def walk(self, node, where):
        for operator in OPERATORS:
            for new in operator(self, node, where):
                self.add(node, new, operator.__name__, where)
        # What is inside an f-string has no true place in the text before Python 3.12.
        if isinstance(node, ast.JoinedStr):
            return
        inner = where + [node.name] if isinstance(node, NAMED) else where
        for child in ast.iter_child_nodes(node):
            self.walk(child, inner)


def swap_comparison(mutator, node, where):
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (BORDERS, REVERSED):
            other = table.get(type(node.ops[0]))
            if other:
                yield changed(node, ops=[other()])


def negate_condition(mutator, node, where):
    if isinstance(node, (ast.If, ast.IfExp)) and not isinstance(node.test, ast.Compare):
        begin, end = mutator.file.span(node.test)
        yield begin, end, f"not ({ast.unparse(node.test)})"


def swap_and_or(mutator, node, where):
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def drop_handler(mutator, node, where):
    if isinstance(node, ast.Try):
        for index in range(len(node.handlers)):
            left = without(node.handlers, index)
            if left or node.finalbody:
                yield changed(node, handlers=left, orelse=node.orelse if left else [],
                              body=node.body if left else node.body + node.orelse)
            else:
                yield node.body + node.orelse


def widen_handler(mutator, node, where):
    if isinstance(node, ast.ExceptHandler) and node.type is not None and name_of(node.type) not in BROAD:
        begin, end = mutator.file.span(node.type)
        yield begin, end, "Exception"


def return_bool(mutator, node, where):
    if isinstance(node, ast.Return) and node.value is not None:
        yield changed(node, value=ast.Constant(True))


def drop_raise(mutator, node, where):
    if isinstance(node, ast.Raise):
        yield ast.Pass()


def hard_code_argument(mutator, node, where):
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and where == [mutator.function]:
        if node.id in mutator.arguments:
            yield ast.Constant(mutator.arguments[node.id])


def drop_key(mutator, node, where):
    if isinstance(node, ast.Dict) and where:
        for index, key in enumerate(node.keys):
            if key and is_text(key):
                yield changed(node, keys=without(node.keys, index), values=without(node.values, index))
    elif isinstance(node, ast.Call) and name_of(node.func) == "dict":
        for index in range(len(node.keywords)):
            yield changed(node, keywords=without(node.keywords, index))


def misread_key(mutator, node, where):
    key = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        key = node.slice
    elif isinstance(node, ast.Call) and name_of(node.func) == "get" and node.args:
        key = node.args[0]
    if key is not None and is_text(key):
        begin, end = mutator.file.span(key)
        yield begin, end, repr(key.value + "_")


def reuse_status(mutator, node, where):
    if node in mutator.words:
        yield ast.Constant(mutator.words[node])


def drop_timeout(mutator, node, where):
    if isinstance(node, ast.Call):
        for index, keyword in enumerate(node.keywords):
            if keyword.arg == "timeout":
                yield changed(node, keywords=without(node.keywords, index))


def is_count_of_tries(node):
    """(place of the number, number) where something like ATTEMPTS = 4 stands."""
    if isinstance(node, ast.Assign) and is_number(node.value):
        return node.value if TRIES.search(name_of(node.targets[0])) else None
    if isinstance(node, ast.AnnAssign) and node.value is not None and is_number(node.value):
        return node.value if TRIES.search(name_of(node.target)) else None
    if isinstance(node, ast.keyword) and is_number(node.value) and TRIES.search(node.arg or ""):
        return node.value
    if isinstance(node, ast.Call):
        if "attempt" in name_of(node.func) and node.args and is_number(node.args[0]):
            return node.args[0]
        if name_of(node.func) == "Retry":
            return next((k.value for k in node.keywords if k.arg == "total" and is_number(k.value)), None)
    return None


def longer_or_shorter(call, tries):
    """range(stop) or range(1, stop) with so many steps; None where it is neither."""
    if name_of(call.func) != "range" or call.keywords or len(call.args) not in (1, 2):
        return None
    start = call.args[:-1]
    if not all(is_number(each) for each in start):
        return None
    return changed(call, args=[*start, ast.Constant(sum(each.value for each in start) + tries)])


def with_tries(mutator, node, tries):
    number = is_count_of_tries(node)
    if number is not None:
        yield *mutator.file.span(number), str(tries)
    elif isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.iter, ast.Call):
        other = longer_or_shorter(node.iter, tries)
        if other is not None:
            yield mutator.file.replaced(node.iter, other)


def retry_for_ever(mutator, node, where):
    yield from with_tries(mutator, node, FOR_EVER)
    if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant):
        yield *mutator.file.span(node.test), "True"


def never_retry(mutator, node, where):
    yield from with_tries(mutator, node, 1)


def drop_pause(mutator, node, where):
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and name_of(call.func) == "sleep":
            yield ast.Pass()


OPERATORS = (swap_comparison, negate_condition, swap_and_or, drop_handler, widen_handler, return_bool,
             drop_raise, hard_code_argument, drop_key, misread_key, reuse_status, drop_timeout,
             retry_for_ever, never_retry, drop_pause)


def mutate(files, function, arguments):
    """Mutants of every file that Python can read; of the others none."""
    found = []
    for path in sorted(files):
        if not path.endswith(".py") or len(files[path]) > MAX_SOURCE:
            continue
        try:
            file = File(path, files[path])
            mutator = Mutator(file, function, arguments)
            mutator.walk(file.tree, [])
        except (SyntaxError, ValueError, RecursionError):
            continue
        found += mutator.found
    return found
