"""What a function declares to return: whether its annotation names a type with declared fields."""

import ast

MAX_ANNOTATION = 200
MAX_ROUNDS = 8
BASES = {"TypedDict": "TypedDict", "NamedTuple": "NamedTuple", "Protocol": ""}


def last_name(node):
    """"TypedDict" of TypedDict, typing.TypedDict and TypedDict[T]; "" of anything else."""
    while isinstance(node, (ast.Subscript, ast.Call)):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    return getattr(node, "id", getattr(node, "attr", ""))


def declared_types(trees):
    """{name of a class of the submission: TypedDict, NamedTuple or dataclass}."""
    found, classes = {}, []
    for _, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes.append(node)
                if any(last_name(d) == "dataclass" for d in node.decorator_list):
                    found[node.name] = "dataclass"
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                kind = {"TypedDict": "TypedDict", "NamedTuple": "NamedTuple", "namedtuple": "NamedTuple",
                        "make_dataclass": "dataclass"}.get(last_name(node.value))
                if kind:
                    found.update({t.id: kind for t in node.targets if isinstance(t, ast.Name)})
    for _ in range(MAX_ROUNDS):  # a class may inherit from one of the submission's
        before = len(found)
        for node in classes:
            for base in node.bases:
                kind = BASES.get(last_name(base)) or found.get(last_name(base))
                if kind:
                    found.setdefault(node.name, kind)
        if len(found) == before:
            break
    return found


def returned_type(function, declared):
    """The kind of declared type that the annotation names anywhere; "" where there is none."""
    node = getattr(function, "returns", None)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < MAX_ANNOTATION:
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ""
    if node is None:
        return ""
    for part in ast.walk(node):
        kind = declared.get(last_name(part)) if isinstance(part, (ast.Name, ast.Attribute)) else None
        if kind:
            return kind
    return ""
