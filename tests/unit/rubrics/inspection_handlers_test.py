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

    def test_a_handler_too_deep_to_write_down_is_there_without_a_digest(self):
        found = look("try:\n    g()\nexcept Exception:\n    x = " + "-" * 900 + "1\n")["broad_handlers"]
        self.assertEqual([h["digest"] for h in found], [""])

    def test_a_library_class_of_that_name_is_broad_and_others_are_not(self):
        self.assertEqual([h["catches"] for h in handlers("except builtins.Exception:\n    pass\n")], ["Exception"])
        self.assertEqual(handlers("except requests.RequestException:\n    pass\n"), [])
        self.assertEqual(handlers("except (ValueError, KeyError):\n    pass\n"), [])


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
