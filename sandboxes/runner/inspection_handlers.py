"""Broad handlers, and whether two of them are the same but for layout and names."""

import ast
import hashlib

BROAD = ("bare", "Exception", "BaseException")
MAX_HANDLERS = 200


class _Plain(ast.NodeTransformer):
    """Takes out what does not matter: the name that the exception is bound to."""

    def __init__(self, name):
        self.name = name

    def visit_Name(self, node):
        return ast.Name(id="_caught_" if node.id == self.name else node.id, ctx=node.ctx)


def digest(handler):
    """The same for two handlers that differ in white space, comments, positions and the exception's
    name; empty where it is nested too deeply to be written down."""
    try:
        body = [_Plain(handler.name).visit(ast.parse(ast.unparse(s)).body[0]) for s in handler.body]
        parts = [ast.dump(handler.type) if handler.type else "bare"] + [ast.dump(s) for s in body]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    except (RecursionError, MemoryError, ValueError, SyntaxError):
        return ""


def caught(handler):
    """The broad class among those that are caught, alone or in a tuple; "" where there is none."""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = ["bare" if t is None else getattr(t, "id", getattr(t, "attr", "")) for t in types]
    return next((name for name in names if name in BROAD), "")


def handlers_of(analysis):
    """Broad handlers: bare, Exception, BaseException, alone or in a tuple."""
    found = []
    for module in analysis.modules.values():
        todo = [(module.node, module)]
        while todo:
            node, fn = todo.pop()
            fn = analysis.by_node.get(node, fn) if not isinstance(node, ast.ClassDef) else fn
            if isinstance(node, ast.ExceptHandler) and caught(node) and len(found) < MAX_HANDLERS:
                found.append({"file": module.file, "line": node.lineno, "end_line": node.end_lineno,
                              "body_line": node.body[0].lineno, "function": fn.home().number,
                              "catches": caught(node), "digest": digest(node),
                              "only_passes": all(isinstance(s, ast.Pass) for s in node.body)})
            todo.extend((child, fn) for child in ast.iter_child_nodes(node))
    return sorted(found, key=lambda h: (h["file"], h["line"]))
