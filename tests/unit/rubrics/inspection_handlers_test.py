"""Broad handlers: which there are, and when two of them are the same; and declared results."""

import textwrap
import unittest

from inspection_support import look


def handlers(body):
    return look("def f():\n    try:\n        g()\n" + textwrap.indent(textwrap.dedent(body), "    "))["broad_handlers"]


def digest(body):
    return handlers(body)[0]["digest"]


HANDLER = """
    except Exception as e:
        # Handle any errors gracefully
        log.error("failed: %s", e)
        return {"status": "error", "message": f"failed: {e}"}
    """


class SameHandler(unittest.TestCase):
    def test_layout_comments_and_the_name_of_the_exception_do_not_count(self):
        self.assertEqual(digest(HANDLER), digest("""
            except Exception as problem:
                log.error(
                    "failed: %s", problem)

                return {'status': 'error',
                        'message': f'failed: {problem}'}
            """))

    def test_what_it_does_and_what_it_catches_count(self):
        seen = {digest(HANDLER)}
        for changed in (HANDLER.replace('"error"', '"failure"'), HANDLER.replace("Exception", "BaseException"),
                        HANDLER.replace("log.error", "log.warning"), HANDLER.replace("%s\", e", "%s\", 1")):
            seen.add(digest(changed))
        self.assertEqual(len(seen), 5)

    def test_the_body_begins_behind_the_line_of_except(self):
        found = handlers("except (ValueError,\n        Exception):\n    pass\n")[0]
        self.assertEqual((found["line"], found["body_line"], found["end_line"]), (4, 6, 6))
        found = handlers("except: return None\n")[0]
        self.assertEqual((found["line"], found["body_line"], found["catches"]), (4, 4, "bare"))

    def test_a_name_that_the_body_binds_itself_is_not_the_exceptions(self):
        self.assertNotEqual(digest("except Exception as e:\n    return e\n"),
                            digest("except Exception as e:\n    return problem\n"))

    def test_a_class_that_only_running_the_code_tells_may_be_any(self):
        for written in ("ValueError.__mro__[1]", "tuple(BaseException.__subclasses__())",
                        "vars(__builtins__)['Exception']", "(OSError, f() if g() else f.x)"):
            with self.subTest(written):
                found = handlers(f"except {written}:\n    return None\n")
                self.assertEqual([h["catches"] in written and h["form"] == "except" for h in found], [True])
        self.assertEqual(look("ANY = vars(__builtins__)['Exception']\ntry:\n    g()\nexcept ANY:\n    pass\n")
                         ["broad_handlers"][0]["catches"], "vars(__builtins__)['Exception']")

    def test_a_narrow_class_is_none_however_it_is_named(self):
        for written in ("ValueError", "(OSError, KeyError)", "requests.exceptions.Timeout", "json.JSONDecodeError",
                        "self.errors", "RETRIED", "(*RETRIED, KeyError)"):
            with self.subTest(written):
                found = look("import json, requests\nRETRIED = (OSError, requests.Timeout)\n"
                             f"def f(self):\n    try:\n        g()\n    except {written}:\n        return None\n")
                self.assertEqual(found["broad_handlers"], [])

    def test_a_handler_too_deep_to_write_down_is_there_without_a_digest(self):
        found = look("try:\n    g()\nexcept Exception:\n    x = " + "-" * 900 + "1\n")["broad_handlers"]
        self.assertEqual([h["digest"] for h in found], [""])



def caught(source, **more):
    """(form, line, what is caught) of each place in the first file."""
    return [(h["form"], h["line"], h["catches"]) for h in look(source, **more)["broad_handlers"]
            if h["file"] == "solution.py"]


class BroadClass(unittest.TestCase):
    def both(self, wide, narrow, head="", **more):
        """What one catches is broad, and what the other one catches is not."""
        for classes, found in ((wide, 1), (narrow, 0)):
            with self.subTest(head + classes):
                source = f"{head}\ndef f():\n    try:\n        g()\n    except {classes}:\n        return 1\n"
                self.assertEqual(len(caught(source, **more)), found)

    def test_alone_and_in_a_tuple(self):
        self.both("Exception", "ValueError")
        self.both("BaseException", "KeyboardInterrupt")
        self.both("(Exception,)", "(ValueError,)")
        self.both("(ValueError, (KeyError, Exception))", "(ValueError, (KeyError, OSError))")
        self.both("(*A, KeyError)", "(*B, KeyError)", "A, B = [Exception], [OSError]")

    def test_under_another_name(self):
        self.both("E", "N", "E, N = Exception, ValueError")
        self.both("E", "N", "E = (OSError, Exception)\nN = (OSError, ValueError)")
        self.both("E + N", "N + N", "E = (Exception,)\nN = (OSError,)")
        self.both("E", "N", "from builtins import Exception as E, OSError as N")
        self.both("b.Exception", "b.OSError", "import builtins as b")
        self.both("C.ALL", "C.SOME", "class C:\n    ALL = Exception\n    SOME = OSError")
        self.both("errors.ALL", "errors.SOME", "import errors", errors="ALL = Exception\nSOME = OSError\n")
        self.both("ALL", "SOME", "from errors import ALL, SOME", errors="ALL = Exception\nSOME = OSError\n")

    def test_a_class_of_another_library_with_that_name_is_not_the_one(self):
        self.both("Exception", "driver.Exception", "import driver")
        self.both("BaseException", "Exception", "class Exception(ValueError):\n    pass")

    def test_of_a_group(self):
        found = caught("try:\n    g()\nexcept* Exception:\n    pass\n")
        self.assertEqual(found, [("except", 3, "Exception")])


class OtherForms(unittest.TestCase):
    def test_a_manager_that_suppresses(self):
        head = "import contextlib\nfrom contextlib import suppress as quiet\n"
        for call, catches in (
            ("contextlib.suppress(Exception)", "Exception"), ("quiet(BaseException)", "BaseException"),
            ("quiet(ValueError, Exception)", "Exception"), ("quiet(*(KeyError, Exception))", "Exception"),
            ("quiet(ValueError)", ""), ("quiet(ValueError, OSError)", ""), ("quiet()", ""),
            ("other.suppress(Exception)", ""), ("contextlib.closing(Exception)", ""),
        ):
            with self.subTest(call):
                wanted = [("with", 3, catches)] if catches else []
                self.assertEqual(caught(f"{head}with {call}:\n    g()\n"), wanted)
                self.assertEqual(caught(f"{head}with open(p) as f, {call}:\n    g()\n"), wanted)
                self.assertEqual(caught(f"{head}async def f():\n    async with {call}:\n        g()\n"),
                                 [("with", 4, catches)] if catches else [])

    def test_a_manager_that_was_made_before(self):
        head = "from contextlib import suppress\nguard = suppress(%s)\nwith guard:\n    g()\n"
        self.assertEqual(caught(head % "Exception"), [("with", 3, "Exception")])
        self.assertEqual(caught(head % "KeyError"), [])

    def test_a_stack_that_holds_one(self):
        head = "from contextlib import ExitStack, suppress\nwith ExitStack() as stack:\n    %s\n    g()\n"
        self.assertEqual(caught(head % "stack.enter_context(suppress(Exception))"), [("with", 2, "Exception")])
        self.assertEqual(caught(head % "stack.push(lambda *exc: True)"), [("with", 2, "BaseException")])
        awaits = "import contextlib as c\nasync def f():\n    async with c.AsyncExitStack() as s:\n        %s\n"
        self.assertEqual(caught(awaits % "await s.enter_async_context(c.suppress(Exception))"),
                         [("with", 3, "Exception")])
        self.assertEqual(caught(awaits % "s.push_async_exit(lambda *exc: True)"), [("with", 3, "BaseException")])
        for other in ("ExitStack()", "ExitStack() as self.stack", "open(p) as stack", "stack"):
            with self.subTest(other):
                self.assertEqual(caught(f"from contextlib import ExitStack, suppress\nwith {other}:\n"
                                        "    stack.enter_context(suppress(Exception))\n"), [])
        for narrow in ("stack.enter_context()", "enter_context(suppress(Exception))",
                       "stack.enter_context(suppress(KeyError))", "stack.push(lambda *exc: False)",
                       "stack.callback(suppress(Exception))", "other.enter_context(suppress(Exception))"):
            with self.subTest(narrow):
                self.assertEqual(caught(head % narrow), [])

    def test_a_class_whose_exit_says_that_it_took_the_exception(self):
        for body, catches in (
            ("return True", "BaseException"), ("log(v)\n        return True", "BaseException"),
            ("return t is not None", "BaseException"), ("return isinstance(v, Exception)", "Exception"),
            ("return t is not None and issubclass(t, Exception)", "Exception"),
            ("return t is KeyError or True", "BaseException"),
            ("return False", ""), ("return None", ""), ("return", ""), ("self.close()", ""), ("return 0", ""),
            ("return bool(t)", "BaseException"), ("return bool(tb)", ""), ("return bool()", ""),
            ("return isinstance(tb, Exception)", ""), ("return g(v, Exception)", ""), ("return g(v)", ""),
            ("return self.t is not None", ""), ("return t is not KeyError", ""),
            ("return isinstance(v, KeyError)", ""), ("return issubclass(t, KeyError)", ""),
            ("return t is None", ""), ("return tb is not None", ""), ("return True and t is KeyError", ""),
            ("if t is KeyError:\n            return True", ""),
            ("if t is KeyError:\n            return False\n        return True", "BaseException"),
        ):
            for name in ("__exit__", "__aexit__"):
                with self.subTest(body):
                    found = caught(f"class Guard:\n    def {name}(self, t, v, tb):\n        {body}\n"
                                   "async def f():\n    async with Guard() as x:\n        g()\n")
                    self.assertEqual([(form, catches) for form, _, catches in found],
                                     [("with", catches)] if catches else [])

    def test_an_inherited_exit_and_one_of_another_module(self):
        guard = "class Guard:\n    def __exit__(self, *exc):\n        return True\n"
        self.assertEqual(caught(guard + "class Own(Guard):\n    pass\nwith Own():\n    g()\n"),
                         [("with", 6, "BaseException")])
        self.assertEqual(caught("import guards\nwith guards.Guard():\n    g()\n", guards=guard),
                         [("with", 2, "BaseException")])

    def test_a_finally_that_is_left_by_a_jump(self):
        head = "def f():\n  for x in y:\n    try:\n        g()\n    finally:\n        "
        for body, leaves in (
            ("return 1", True), ("break", True), ("continue", True), ("if a:\n            return 1", True),
            ("with a:\n            return 1", True), ("for a in b:\n            return 1", True),
            ("g()", False), ("for a in b:\n            break", False), ("while a:\n            continue", False),
            ("for a in b:\n            if c:\n                break", False),
            ("for a in b:\n            pass\n        break", True),
            ("async def h():\n            return 1", False), ("def h():\n            return 1", False), ("h = lambda: 1", False), ("raise E", False),
        ):
            with self.subTest(body):
                self.assertEqual(caught(head + body + "\n"), [("finally", 6, "BaseException")] if leaves else [])

    def test_a_jump_within_an_async_loop_and_behind_a_group(self):
        head = "async def f():\n    try:\n        g()\n    %s\n        pass\n    finally:\n        %s\n"
        loop = "async for a in b:\n            break"
        self.assertEqual(caught(head % ("except ValueError:", loop)), [])
        self.assertEqual(caught(head % ("except* ValueError:", "return 1")), [("finally", 7, "BaseException")])

    def test_the_lines_at_which_an_exception_ends(self):
        found = look("from contextlib import suppress\ndef f():\n    try:\n        with suppress(Exception):\n"
                     "            g()\n    finally:\n        h()\n        if a:\n            return {\n"
                     "                'b': 1}\n        return 2\n")["broad_handlers"]
        self.assertEqual([(h["line"], h["end_line"], h["ends"]) for h in found],
                         [(4, 4, [[4, 4]]), (7, 11, [[9, 10], [11, 11]])])

    def test_what_is_answered_when_all_tries_failed(self):
        head = "import tenacity\nfrom tenacity import retry, retry_if_exception_type as when\n"
        head += "def give_up(state):\n    return 1\n"
        for call, catches in (
            ("retry(retry_error_callback=give_up)", "Exception"),
            ("tenacity.Retrying(retry_error_callback=give_up)", "Exception"),
            ("retry(retry=when(), retry_error_callback=give_up)", "Exception"),
            ("retry(retry=when((OSError, Exception)), retry_error_callback=give_up)", "Exception"),
            ("retry(retry=when(BaseException), retry_error_callback=give_up)", "BaseException"),
            ("retry(retry=when(OSError), retry_error_callback=give_up)", ""),
            ("retry(retry=tenacity.retry_if_result(bool), retry_error_callback=give_up)", ""),
            ("retry(retry=other(Exception), retry_error_callback=give_up)", ""),
            ("retry(retry=other, retry_error_callback=give_up)", ""), ("retry(retry_error_callback=len)", ""),
            ("retry(stop=give_up)", ""), ("other.retry(retry_error_callback=give_up)", ""),
        ):
            with self.subTest(call):
                found = look(f"{head}@{call}\ndef f():\n    g()\n")["broad_handlers"]
                self.assertEqual([(h["form"], h["line"], h["runs"], h["catches"]) for h in found],
                                 [("callback", 3, "give_up", catches)] if catches else [])

    def test_the_answer_may_be_a_lambda_or_a_method(self):
        head = "import tenacity\nclass C:\n    def give_up(self, state):\n        return 1\n"
        for callback, found in (("lambda state: 1", ("callback", 5, "<lambda>")),
                                ("C().give_up", ("callback", 3, "C.give_up"))):
            with self.subTest(callback):
                rows = look(f"{head}@tenacity.retry(retry_error_callback={callback})\ndef f():\n    g()\n")
                self.assertEqual([(h["form"], h["line"], h["runs"]) for h in rows["broad_handlers"]], [found])
                self.assertEqual([len(h["digest"]) for h in rows["broad_handlers"]], [64])

    def test_each_has_its_place_and_there_is_an_end_to_them(self):
        guard = "class C:\n    def m(self):\n        try:\n            g()\n        except:\n            pass\n"
        report = look("def f():\n    with __import__('x'):\n        pass\n", b=guard, a=guard)
        self.assertEqual([(h["file"], report["functions"][h["function"]]["name"])
                          for h in report["broad_handlers"]], [("a.py", "C.m"), ("b.py", "C.m")])
        report = look("".join(f"try:\n    g()\nexcept:\n    x = {i}\n" for i in range(201)))
        self.assertEqual(len(report["broad_handlers"]), 200)
        self.assertEqual([h["line"] for h in report["broad_handlers"]], [3 + 4 * i for i in range(200)])

    def test_a_decorator_or_a_generator_that_guards_has_an_except_of_its_own(self):
        for how in ("def safe(f):\n    def wrapper(*a):\n        try:\n            return f(*a)\n",
                    "@contextlib.contextmanager\ndef safe():\n    if 1:\n        try:\n            yield\n"):
            for classes, found in (("Exception", 1), ("OSError", 0)):
                with self.subTest(how + classes):
                    self.assertEqual(len(caught(f"{how}        except {classes}:\n            return None\n")),
                                     found)

    def test_two_of_a_kind_are_told_apart_by_what_they_do(self):
        def digests(*sources):
            return {look(s)["broad_handlers"][0]["digest"] for s in sources}
        head = "from contextlib import suppress\n"
        self.assertEqual(len(digests(head + "with suppress(Exception):\n    a()\n",
                                     head + "with suppress( Exception ): b()\n")), 1)
        self.assertEqual(len(digests(head + "with suppress(Exception):\n    a()\n",
                                     head + "with suppress(BaseException):\n    a()\n")), 2)
        jump = "def f():\n    try: g()\n    finally: return %s\n"
        self.assertEqual(len(digests(jump % "1", jump % "1 # all is well", jump % "2")), 2)

    def test_hostile_managers_cost_only_themselves(self):
        deep = "not " * 900 + "1"
        found = caught(f"class G:\n    def __exit__(self, *e):\n        return {deep}\nwith G():\n    pass\n"
                       "g = g\nwith g:\n    pass\ntry:\n    pass\nexcept Exception:\n    pass\n")
        self.assertEqual(found, [("except", 11, "Exception")])


def returns(source):
    report = look(source)
    return {f["name"]: f["returns"] for f in report["functions"] if f["name"] == "f"}["f"]


class DeclaredResults(unittest.TestCase):
    def test_a_type_with_declared_fields(self):
        for head, kind in (
            ("class R(TypedDict):\n    status: str\n", "TypedDict"),
            ("class R(typing.TypedDict, total=False):\n    status: str\n", "TypedDict"),
            ("R = TypedDict('R', {'status': str})\n", "TypedDict"),
            ("class R(NamedTuple):\n    status: str\n", "NamedTuple"),
            ("@dataclass\nclass R:\n    status: str\n", "dataclass"),
            ("@dataclasses.dataclass(frozen=True)\nclass R:\n    status: str\n", "dataclass"),
            ("class Base(TypedDict):\n    a: int\nclass R(Base):\n    b: int\n", "TypedDict"),
        ):
            for annotation in ("R", "'R'", "Optional[R]", "R | None", "Union[R, dict]"):
                with self.subTest(head + annotation):
                    self.assertEqual(returns(f"{head}def f() -> {annotation}:\n    return x\n"), kind)

    def test_what_says_no_more_than_a_dict(self):
        for annotation in ("dict", "dict[str, object]", "Dict[str, Any]", "Mapping[str, int]", "'dict'", "Any"):
            with self.subTest(annotation):
                self.assertEqual(returns(f"def f() -> {annotation}:\n    return x\n"), "")
        self.assertEqual(returns("def f():\n    return x\n"), "")
        self.assertEqual(returns("class R:\n    pass\ndef f() -> R:\n    return x\n"), "")

    def test_a_type_of_another_module_of_the_submission(self):
        report = look("from types_ import R\nasync def f() -> R:\n    return x\n",
                      types_="class R(TypedDict):\n    status: str\n")
        self.assertEqual([f["returns"] for f in report["functions"] if f["name"] == "f"], ["TypedDict"])

    def test_hostile_annotations_are_nothing(self):
        for annotation in ("'('", "'" + "[" * 100 + "'", "'" + "x" * 500 + "'", "f'{1}'", "1 + 1"):
            with self.subTest(annotation):
                self.assertEqual(returns(f"def f() -> {annotation}:\n    return x\n"), "")


if __name__ == "__main__":
    unittest.main()
