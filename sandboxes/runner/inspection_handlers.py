"""What catches everything, and whether two such places are the same but for layout and names.

Four forms do it, and each is told by what shows that an exception ended there:

    except    an except block of a broad class, or of one that only running it tells; a line of its
              body ran
    with      a manager whose __exit__ takes any exception: suppress(Exception), a class of the
              submission, an ExitStack that holds one of those; the line of the `with`
    finally   a return, break or continue that leaves the block, and whatever is on its way with it;
              the lines of that statement
    callback  what tenacity answers with when its tries are used up, whatever was raised: the function

Whether the last three were gone through is no matter of lines alone, since a `with` and a `finally` run
in any case: the box tells of which lines took an exception (watch_lines.h). A class under another
name is the same class, and so is one of the submission's other modules.

A decorator or a @contextmanager that catches everything does so by an except block of its own. Errors
that are asked for as values (gather(return_exceptions=True), Future.exception()) are caught by nobody.
"""

import ast
import hashlib

BROAD = ("Exception", "BaseException")
COMPUTES = (ast.Call, ast.Subscript, ast.IfExp, ast.BoolOp, ast.NamedExpr)
MAX_HANDLERS = 200
MAX_WRITTEN = 60
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ENTERS = ("enter_context", "enter_async_context", "push", "push_async_exit")


class _Plain(ast.NodeTransformer):
    """Takes out what does not matter: the name that the exception is bound to."""

    def __init__(self, name):
        self.name = name

    def visit_Name(self, node):
        return ast.Name(id="_caught_" if node.id == self.name else node.id, ctx=node.ctx)


def digest(head, body, name=None):
    """The same for two places that differ in white space, comments, positions and the exception's
    name; empty where one is nested too deeply to be written down."""
    try:
        plain = [_Plain(name).visit(ast.parse(ast.unparse(s)).body[0]) for s in body]
        parts = [ast.dump(head) if head else "bare"] + [ast.dump(s) for s in plain]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    except (RecursionError, MemoryError, ValueError, SyntaxError):
        return ""


def leaving(block):
    """Statements that leave a block by a jump, by line; a jump within a loop of the block's stays in it."""
    found, todo = [], [(statement, False) for statement in block]
    while todo:
        node, in_loop = todo.pop()
        if isinstance(node, ast.Return) or (isinstance(node, (ast.Break, ast.Continue)) and not in_loop):
            found.append(node)
        if not isinstance(node, FUNCTIONS):
            loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
            todo.extend((child, in_loop or loop) for child in ast.iter_child_nodes(node))
    return sorted(found, key=lambda s: s.lineno)


def is_truthy(node):
    return isinstance(node, ast.Constant) and bool(node.value)


def looks_behind(node):
    """Whether an expression has to do with what Python keeps of its classes: __mro__, __bases__, …"""
    return any(isinstance(part, ast.Attribute) and part.attr.startswith("__") for part in ast.walk(node))


class Finder:
    """Looks at the nodes of one module."""

    def __init__(self, analysis, module):
        self.analysis, self.assigned = analysis, {}  # name → what it is ever assigned
        for node in ast.walk(module.node):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name):
                    self.assigned.setdefault(target.id, []).append(node.value)

    def labels(self, node, fn):
        try:
            return self.analysis.expand(self.analysis.eval(node, fn).labels)
        except RecursionError:
            return set()

    def names(self, node, fn):
        """What a library calls that which `node` stands for."""
        return {label[1] for label in self.labels(node, fn) if label[0] == "ext"}

    def broad(self, types, fn):
        """The broad class among some, which may be in tuples or under other names; "" where there is none."""
        found = set().union(*(self.names(node, fn) for node in types))
        return next((name for name in BROAD if "builtins." + name in found), "")

    # ---- except ---------------------------------------------------------------------------------------

    def computed(self, node, fn, depth=4):
        """An expression that only running it tells the class of, as it is written; "" where reading does."""
        if isinstance(node, (ast.Tuple, ast.List)):
            return next(filter(None, (self.computed(item, fn, depth) for item in node.elts)), "")
        if isinstance(node, ast.Name) and depth:
            return next(filter(None, (self.computed(v, fn, depth - 1) for v in self.assigned.get(node.id, ()))), "")
        if not isinstance(node, COMPUTES) or (self.names(node, fn) and not looks_behind(node)):
            return ""
        try:
            return ast.unparse(node)[:MAX_WRITTEN]
        except RecursionError:
            return "…"

    def handler(self, node, fn):
        catches = "bare" if node.type is None else self.broad([node.type], fn) or self.computed(node.type, fn)
        return catches and {
            "form": "except", "end_line": node.end_lineno, "body_line": node.body[0].lineno,
            "catches": catches, "digest": digest(node.type, node.body, node.name),
            "only_passes": all(isinstance(s, ast.Pass) for s in node.body)}

    # ---- with -----------------------------------------------------------------------------------------

    def with_block(self, node, fn):
        stacks = {item.optional_vars.id for item in node.items if isinstance(item.optional_vars, ast.Name)
                  and self.is_stack(item.context_expr, fn)}
        calls = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Call)] if stacks else []
        given = [call.args[0] for call in calls if call.args and isinstance(call.func, ast.Attribute)
                 and call.func.attr in ENTERS and getattr(call.func.value, "id", None) in stacks]
        managers = [item.context_expr for item in node.items] + given
        catches = next(filter(None, (self.swallows(m, fn) for m in managers)), "")
        return catches and {
            "form": "with", "end_line": node.lineno, "catches": catches, "ends": [[node.lineno, node.lineno]],
            "digest": digest(None, [ast.Expr(m) for m in managers])}

    def is_stack(self, node, fn):
        return isinstance(node, ast.Call) and bool(
            self.names(node.func, fn) & {"contextlib.ExitStack", "contextlib.AsyncExitStack"})

    def swallows(self, node, fn):
        """The broad class that a manager takes, "" where it takes none or a narrow one."""
        if isinstance(node, ast.Name):
            made = [v for v in self.assigned.get(node.id, ()) if not isinstance(v, ast.Name)]
            if catches := next(filter(None, (self.swallows(value, fn) for value in made)), ""):
                return catches
        if isinstance(node, ast.Call) and "contextlib.suppress" in self.names(node.func, fn):
            return self.broad(node.args, fn)
        for label in self.labels(node, fn):
            if label[0] == "inst":
                exits = [self.analysis.method(label[1], name) for name in ("__exit__", "__aexit__")]
            else:
                exits = [self.analysis.functions[label[1]]] if label[0] == "func" else []
            for method in filter(None, exits):
                if catches := self.takes_any(method):
                    return catches
        return ""

    def takes_any(self, method):
        """Whether an __exit__ says of any exception that it was taken: by a return that stands under no
        condition, and whose value is true for each."""
        if isinstance(method.node, ast.Lambda):
            return "BaseException" if is_truthy(method.node.body) else ""
        given = [s.value for s in method.node.body if isinstance(s, ast.Return)]
        try:
            return self.true_for(given[0], method) if given else ""
        except RecursionError:
            return ""

    def true_for(self, value, method):
        given = [p.arg for p in method.positional][-3:-1]  # the exception's class, and itself
        names_it = lambda node: isinstance(node, ast.Name) and node.id in given  # noqa: E731
        if is_truthy(value):
            return "BaseException"
        if isinstance(value, ast.Compare) and names_it(value.left) and isinstance(value.ops[0], ast.IsNot):
            return "BaseException" if getattr(value.comparators[0], "value", ...) is None else ""
        if isinstance(value, ast.Call) and value.args and names_it(value.args[0]):
            asks = self.names(value.func, method)
            if "builtins.bool" in asks:
                return "BaseException"
            return self.broad(value.args[1:], method) if asks & {"builtins.issubclass", "builtins.isinstance"} else ""
        if isinstance(value, ast.BoolOp):
            each = [self.true_for(part, method) for part in value.values]
            enough = all if isinstance(value.op, ast.And) else any
            return min(filter(None, each), key=len) if enough(each) else ""
        return ""

    # ---- finally --------------------------------------------------------------------------------------

    def finally_block(self, node, fn):
        leaves = leaving(node.finalbody)
        if not leaves:
            return None
        return {"form": "finally", "line": node.finalbody[0].lineno,
                "end_line": node.finalbody[-1].end_lineno, "catches": "BaseException",
                "ends": [[s.lineno, s.end_lineno] for s in leaves],
                "digest": digest(None, node.finalbody)}

    # ---- tenacity's callback ----------------------------------------------------------------------------

    def callbacks(self, node, fn):
        given = {k.arg: k.value for k in node.keywords}
        if "retry_error_callback" not in given or not any(
                name.startswith("tenacity.") for name in self.names(node.func, fn)):
            return
        catches = self.retried(given.get("retry"), fn)
        for label in sorted(self.labels(given["retry_error_callback"], fn), key=repr):
            if not catches or label[0] not in ("func", "bound"):
                continue
            function = self.analysis.functions[label[1]]
            body = function.node.body
            yield {"form": "callback", "file": function.file, "line": function.line,
                   "end_line": function.end_line, "catches": catches, "runs": function.name,
                   "digest": digest(None, body if isinstance(body, list) else [ast.Expr(body)])}

    def retried(self, condition, fn):
        """What is tried again and so ends in the callback: any Exception, unless it is said otherwise."""
        if condition is None:
            return "Exception"
        if not isinstance(condition, ast.Call):
            return ""
        if not any(name.endswith(".retry_if_exception_type") for name in self.names(condition.func, fn)):
            return ""
        return self.broad(condition.args, fn) if condition.args else "Exception"

    def found_at(self, node, fn):
        """Rows without the place, or None."""
        if isinstance(node, ast.ExceptHandler):
            return [self.handler(node, fn)]
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return [self.with_block(node, fn)]
        if isinstance(node, (ast.Try, ast.TryStar)):
            return [self.finally_block(node, fn)]
        return list(self.callbacks(node, fn)) if isinstance(node, ast.Call) else []


def handlers_of(analysis):
    """Where everything is caught, by file and line."""
    found = []
    for module in analysis.modules.values():
        finder, todo = Finder(analysis, module), [(module.node, module)]
        while todo:
            node, fn = todo.pop()
            fn = analysis.by_node.get(node, fn) if not isinstance(node, ast.ClassDef) else fn
            for row in filter(None, finder.found_at(node, fn)):
                if len(found) < MAX_HANDLERS:
                    found.append({"file": module.file, "line": node.lineno, "body_line": 0, "ends": [],
                                  "runs": "", "only_passes": False, "function": fn.home().number} | row)
            todo.extend((child, fn) for child in reversed(list(ast.iter_child_nodes(node))))
    return sorted(found, key=lambda h: (h["file"], h["line"], h["form"]))
