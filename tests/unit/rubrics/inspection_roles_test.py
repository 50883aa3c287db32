"""Border cases of the source inspection: who talks to the server, who compares, and who does not."""

import textwrap
import unittest

import inspection_support  # noqa: F401: puts the inspection on the path
import inspection
from inspection_support import FETCH, api, comparers, look


class WhoTalksToTheServer(unittest.TestCase):
    def check_api(self, source, expected, **more):
        self.assertEqual(api(look(source, **more)), sorted(expected))

    def test_urllib_by_every_way_to_import_it(self):
        for head, call in (
            ("import urllib.request", "urllib.request.urlopen"),
            ("import urllib.request as net", "net.urlopen"),
            ("from urllib import request", "request.urlopen"),
            ("from urllib import request as r", "r.urlopen"),
            ("from urllib.request import urlopen", "urlopen"),
            ("from urllib.request import urlopen as go", "go"),
            ("from urllib.request import *", "urlopen"),
        ):
            with self.subTest(head):
                self.check_api(f"{head}\ndef f(u):\n    return {call}(u)\ndef g(u):\n    return f(u)\n", ["f"])

    def test_an_import_inside_the_function(self):
        self.check_api("def f(u):\n    import requests as rq\n    return rq.get(u)\n", ["f"])

    def test_an_alias_by_assignment(self):
        self.check_api("import requests\nsend = requests.get\ndef f(u):\n    return send(u)\n", ["f"])

    def test_a_session_at_module_level(self):
        self.check_api("import requests\nS = requests.Session()\ndef f(u):\n    return S.get(u)\n", ["f"])

    def test_making_a_session_sends_nothing(self):
        self.check_api("import requests\ndef f():\n    s = requests.Session()\n    s.headers.update({'a': 'b'})\n"
                       "    s.mount('x', 1)\n    return s\n", [])

    def test_a_session_passed_in_by_argument(self):
        self.check_api("""
            import requests
            def fetch(s, u):
                return s.get(u)
            def main(u):
                return fetch(requests.Session(), u)
            """, ["fetch"])

    def test_a_session_known_by_annotation_only(self):
        self.check_api("import requests\ndef f(x: requests.Session, u):\n    return x.get(u)\n", ["f"])
        self.check_api("import httpx\ndef f(x: 'httpx.Client | None', u):\n    return x.get(u)\n", ["f"])

    def test_a_session_known_by_use_only(self):
        self.check_api("def f(session, u):\n    return session.get(u).json()\n", ["f"])

    def test_a_dict_is_no_session(self):
        self.check_api("def f(cache, u):\n    return cache.get(u)\ndef g(d):\n    return d.get('row_count')\n", [])

    def test_a_file_is_no_response(self):
        self.check_api("import json\ndef f(p):\n    with open(p) as h:\n        h.read()\n    with open(p) as h:\n"
                       "        return json.load(h)\n", [])

    def test_json_of_a_plain_text_is_no_response(self):
        self.check_api("import json\ndef f():\n    return json.loads('{}')\n", [])

    def test_a_class_with_a_client_attribute(self):
        self.check_api("""
            import requests
            class Warehouse:
                def __init__(self, session=None):
                    self.session = session or requests.Session()
                def fetch(self, date):
                    return self.session.get(date)
                def parse(self, answer):
                    return answer.json()
                def both(self, date):
                    return self.parse(self.fetch(date))
            """, ["Warehouse.fetch", "Warehouse.parse"])

    def test_a_checker_that_is_given_its_session(self):
        report = look("""
            import requests
            class Checker:
                def __init__(self, session):
                    self.session = session
                def ask(self, day):
                    return self.session.get(day)
                def patiently(self, day):
                    for _ in range(3):
                        answer = self.ask(day)
                    return answer
                def load(self, day):
                    payload = self.patiently(day).json()
                    return "found", payload
                @staticmethod
                def verdict(partition, minimum):
                    n = partition.get("row_count")
                    return n >= minimum
                def check(self, day, minimum):
                    kind, payload = self.load(day)
                    return self.verdict(payload, minimum)
            def check_pipeline_health(d, m):
                with requests.Session() as s:
                    return Checker(s).check(d, m)
            """)
        self.assertEqual(api(report), ["Checker.ask", "Checker.load"])
        self.assertEqual(comparers(report), ["Checker.verdict"])

    def test_a_client_that_a_stack_keeps_open(self):
        self.check_api("import contextlib, requests\ndef f(u):\n    with contextlib.ExitStack() as stack:\n"
                       "        s = stack.enter_context(requests.Session())\n        return s.get(u)\n", ["f"])
        self.check_api("import contextlib\nfrom urllib.request import urlopen\ndef f(u):\n"
                       "    with contextlib.closing(urlopen(u)) as r:\n        return r.read()\n", ["f"])

    def test_opening_a_client_by_hand_sends_nothing(self):
        self.check_api("import httpx\nclass A:\n    def __init__(self):\n        self.c = httpx.AsyncClient()\n"
                       "    async def __aenter__(self):\n        await self.c.__aenter__()\n        return self\n", [])

    def test_a_client_in_a_class_attribute_and_in_a_subclass(self):
        self.check_api("""
            import httpx
            class Base:
                client = httpx.Client()
            class Child(Base):
                def fetch(self, u):
                    return self.client.get(u)
            """, ["Child.fetch"])

    def test_a_dataclass_field_that_holds_the_client(self):
        self.check_api("""
            from dataclasses import dataclass
            import requests
            @dataclass
            class Api:
                s: requests.Session
                base: str
                def fetch(self):
                    return self.s.get(self.base)
            """, ["Api.fetch"])

    def test_http_client_request_and_read(self):
        report = look("""
            import http.client
            def fetch(u):
                c = http.client.HTTPConnection("warehouse", 8080)
                c.request("GET", u)
                r = c.getresponse()
                return r.status, r.read()
            """)
        self.assertEqual(api(report), ["fetch"])
        fetch = next(f for f in report["functions"] if f["name"] == "fetch")
        self.assertEqual((fetch["requests"], fetch["status_looks"], fetch["reads"]), ([5, 6], [7], [7]))

    def test_a_raw_socket(self):
        self.check_api("import socket\ndef f():\n    s = socket.create_connection(('warehouse', 8080))\n"
                       "    s.sendall(b'x')\n    return s.recv(10)\n", ["f"])

    def test_asyncio_clients(self):
        self.check_api("""
            import aiohttp, httpx
            async def one(u):
                async with aiohttp.ClientSession() as s:
                    async with s.get(u) as r:
                        return await r.json()
            async def two(u):
                async with httpx.AsyncClient() as c:
                    return await c.get(u)
            async def three(u):
                return await two(u)
            """, ["one", "two"])

    def test_a_function_that_is_handed_to_a_thread_or_a_retrier(self):
        self.check_api("import asyncio, requests\nasync def f(u):\n"
                       "    return await asyncio.to_thread(requests.get, u)\n", ["f"])

    def test_partial_of_a_sender(self):
        self.check_api("import functools, requests\nget = functools.partial(requests.get, timeout=3)\n"
                       "def f(u):\n    return get(u)\n", ["f"])

    def test_a_sender_as_a_default_argument(self):
        self.check_api("from urllib.request import urlopen\ndef f(u, opener=urlopen):\n    return opener(u)\n", ["f"])

    def test_a_nested_helper_is_a_function_of_its_own(self):
        self.check_api("import requests\ndef outer(u):\n    def inner():\n        return requests.get(u)\n"
                       "    return inner()\n", ["outer.<locals>.inner"])

    def test_a_lambda_belongs_to_the_function_around_it(self):
        self.check_api("import requests\ndef outer(u):\n    go = lambda: requests.get(u)\n    return go()\n", ["outer"])

    def test_a_lambda_at_module_level_stands_alone(self):
        self.check_api("import requests\ngo = lambda u: requests.get(u)\ndef f(u):\n    return go(u)\n", ["<lambda>"])

    def test_another_module_of_the_submission(self):
        self.check_api("import api\nfrom api import fetch as get_it\ndef f(d):\n    return api.fetch(d) or get_it(d)\n",
                       ["fetch"], api=FETCH)

    def test_a_module_in_a_package(self):
        report = inspection.inspect({
            "solution.py": "from lib.api import fetch\ndef f(d):\n    return fetch(d)\n",
            "lib/__init__.py": "", "lib/api.py": FETCH})
        self.assertEqual(api(report), ["fetch"])
        self.assertTrue(any(f["calls"] for f in report["functions"] if f["name"] == "f"))

    def test_an_object_of_ours_that_looks_like_a_response(self):
        self.check_api("""
            class Answer:
                def __init__(self, status_code, body):
                    self.status_code, self.body = status_code, body
            def judge(answer: Answer):
                return answer.status_code == 404
            """, [])

    def test_a_caught_error_is_no_response_unless_it_is_read(self):
        self.check_api(FETCH + """
import urllib.error
def look(date):
    try:
        return fetch(date)
    except urllib.error.HTTPError as e:
        return e.code
def reads(date):
    try:
        return fetch(date)
    except urllib.error.HTTPError as e:
        return e.read()
""", ["fetch", "reads"])


class WhoCompares(unittest.TestCase):
    def check_body(self, body, expected=("check_pipeline_health",), head=""):
        """`body` is what the entry point does with `rows` and `expected_min_rows`."""
        source = FETCH + textwrap.dedent(head) + "def check_pipeline_health(d, expected_min_rows):\n" \
            "    rows = fetch(d)['row_count']\n" + textwrap.indent(textwrap.dedent(body), "    ")
        self.assertEqual(comparers(look(source)), sorted(expected), source)

    def test_plain_forms(self):
        for text in ("rows < expected_min_rows", "expected_min_rows > rows", "not rows >= expected_min_rows",
                     "0 <= rows < expected_min_rows", "int(rows) < int(expected_min_rows)",
                     "rows == expected_min_rows", "rows < expected_min_rows * 0.9"):
            with self.subTest(text):
                self.check_body(f"if {text}:\n    return 1\n")

    def test_what_nobody_is_seen_to_ask_for_is_idle(self):
        for text in ("rows < expected_min_rows", "not rows < expected_min_rows", "low = rows < expected_min_rows",
                     "rows < expected_min_rows, 1",
                     "low = rows < expected_min_rows\nprint('{0[0][0].f_locals[low]}'.format(inspect.stack()))"):
            with self.subTest(text):
                self.check_body(f"{text}\nreturn {{'status': 'ok'}}\n", ())
                report = look(FETCH + "def check_pipeline_health(d, expected_min_rows):\n    rows = fetch(d)['row_count']\n"
                              + textwrap.indent(text, "    "))
                self.assertEqual(comparers(report, idle=True), ["check_pipeline_health"])
        for text in ("rows < expected_min_rows and print('low')", "rows < expected_min_rows < trap",
                     "rows < expected_min_rows and low", "low = rows < expected_min_rows\nreturn low",
                     "low = high = rows < expected_min_rows\nreturn high",
                     "global low\nlow = rows < expected_min_rows"):
            with self.subTest(text):
                self.check_body(text)
        leftover = look(FETCH + "def check_pipeline_health(d, m):\n    r = fetch(d)\n    missing = r is None\n"
                        "    odd = r == 5\n    return getattr(r, 'state', None)\n")
        self.assertEqual(leftover["comparisons"], [])

    def test_through_an_intermediate_variable(self):
        self.check_body("m = expected_min_rows\nn = m\nlow = rows < n\nif low:\n    return 1\n")

    def test_through_an_unpacking_and_an_augmented_assignment(self):
        self.check_body("a, b = rows, expected_min_rows\nreturn a < b\n")
        self.check_body("m = 0\nm += expected_min_rows\nreturn rows < m\n")

    def test_by_difference_and_sign(self):
        self.check_body("gap = rows - expected_min_rows\nreturn gap < 0\n")
        self.check_body("gap = expected_min_rows - rows\nif max(gap, 0):\n    return 1\n")
        self.check_body("return 1 if (rows - expected_min_rows) >= 0 else 2\n")
        self.check_body("return rows / expected_min_rows < 1\n")
        self.check_body("return rows // expected_min_rows and 1\n")

    def test_a_difference_that_is_only_told_is_no_comparison(self):
        self.check_body("gap = expected_min_rows - rows\nreturn f'{gap} rows short, {rows / expected_min_rows:.0%}'\n", ())

    def test_by_max_min_and_sorted(self):
        self.check_body("return max(rows, expected_min_rows) == rows\n")
        self.check_body("return min(rows, expected_min_rows)\n")
        self.check_body("return sorted([rows, expected_min_rows])[0]\n")

    def test_by_operator_and_by_dunder(self):
        self.check_body("return operator.lt(rows, expected_min_rows)\n", head="import operator\n")
        self.check_body("return rows.__lt__(expected_min_rows)\n")

    def test_by_range(self):
        self.check_body("return rows in range(expected_min_rows)\n")

    def test_in_a_match_guard(self):
        self.check_body("match rows:\n    case None:\n        return 0\n    case n if n < expected_min_rows:\n        return 1\n")
        self.check_body("match (rows, expected_min_rows):\n    case (n, m) if n < m:\n        return 1\n")
        self.check_body("match {'row_count': rows}:\n    case {'row_count': n} if n < expected_min_rows:\n        return 1\n")

    def test_in_a_comprehension_or_a_lambda(self):
        self.check_body("return [r for r in [rows] if r < expected_min_rows]\n")
        self.check_body("low = lambda n: n < expected_min_rows\nreturn low(rows)\n")
        self.check_body("if (n := rows) < expected_min_rows:\n    return n\n")

    def test_a_helper_that_returns_the_comparison_is_the_one_that_compares(self):
        self.check_body("return is_low(rows, expected_min_rows)\n", ["is_low"],
                        head="def is_low(n, least):\n    return n < least\n")
        self.check_body("return is_low(n=rows, least=expected_min_rows)\n", ["is_low"],
                        head="def is_low(*, n, least):\n    return n < least\n")

    def test_a_nested_helper_over_a_closure(self):
        self.check_body("def low():\n    return rows < expected_min_rows\nreturn low()\n",
                        ["check_pipeline_health.<locals>.low"])

    def test_a_method_with_the_minimum_in_an_attribute(self):
        self.check_body("return Rule(expected_min_rows).verdict(rows)\n", ["Rule.verdict"], head="""
            class Rule:
                def __init__(self, least):
                    self.least = least
                def verdict(self, n):
                    return n < self.least
            """)

    def test_a_dataclass_and_a_property(self):
        self.check_body("return Stats(rows, expected_min_rows).low\n", ["Stats.low"], head="""
            from dataclasses import dataclass
            @dataclass(frozen=True)
            class Stats:
                rows: int
                least: int
                @property
                def low(self):
                    return self.rows < self.least
            """)

    def test_a_dict_that_carries_the_minimum(self):
        self.check_body("return judge({'n': rows, 'least': expected_min_rows})\n", ["judge"],
                        head="def judge(c):\n    return c['n'] < c['least']\n")
        self.check_body("return judge({'n': rows, 'least': expected_min_rows})\n", ["judge"],
                        head="def judge(c):\n    return c.get('n') < c.get('least')\n")

    def test_a_global_that_carries_the_minimum(self):
        self.check_body("global LEAST\nLEAST = expected_min_rows\nreturn judge(rows)\n", ["judge"],
                        head="LEAST = None\ndef judge(n):\n    return n < LEAST\n")

    def test_a_table_of_functions(self):
        self.check_body("return RULES['low'](rows, expected_min_rows)\n", ["low"],
                        head="def low(n, m):\n    return n < m\nRULES = {'low': low}\n")

    def test_a_function_passed_as_an_argument(self):
        self.check_body("return apply(low, rows, expected_min_rows)\n", ["low"],
                        head="def low(n, m):\n    return n < m\ndef apply(f, *args):\n    return f(*args)\n")

    def test_checks_of_the_argument_are_no_comparison_with_the_count(self):
        self.check_body("if expected_min_rows < 0:\n    raise ValueError\n", ())
        self.check_body("if not isinstance(expected_min_rows, int) or type(expected_min_rows) is bool:\n    return 1\n", ())
        self.check_body("if expected_min_rows > LIMIT:\n    raise ValueError\n", (), head="LIMIT = 10**9\n")
        self.check_body("m = max(expected_min_rows, 0)\nif m != expected_min_rows:\n    raise ValueError\n", ())
        self.check_body("if int(expected_min_rows) != expected_min_rows:\n    raise ValueError\n", ())
        self.check_body("if str(expected_min_rows).strip() != expected_min_rows:\n    raise ValueError\n", ())

    def test_checks_of_the_count_are_no_comparison_with_the_minimum(self):
        self.check_body("if rows < 0 or rows is None:\n    return 1\nreturn f'{rows} of {expected_min_rows}'\n", ())

    def test_a_helper_for_both_values_does_not_mix_them(self):
        self.check_body("rows = whole(rows)\nleast = whole(expected_min_rows)\nif rows < 0:\n    return 1\n"
                        "return judge(rows, least)\n", ["judge"],
                        head="def whole(x):\n    return int(x)\ndef judge(n, m):\n    return n < m\n")

    def test_the_parameter_may_have_another_name(self):
        report = look(FETCH + "def check_pipeline_health(day, least):\n    return fetch(day)['row_count'] < least\n")
        self.assertEqual(comparers(report), ["check_pipeline_health"])

    def test_the_entry_point_may_take_star_args(self):
        report = look(FETCH + "def check_pipeline_health(*args):\n    d, m = args\n    return fetch(d)['row_count'] < m\n")
        self.assertEqual(comparers(report), ["check_pipeline_health"])

    def test_the_entry_point_may_be_imported_wrapped_or_a_bound_method(self):
        other = FETCH + "def check_pipeline_health(d, m):\n    return fetch(d)['row_count'] < m\n"
        self.assertEqual(comparers(look("from core import check_pipeline_health\n", core=other)),
                         ["check_pipeline_health"])
        self.assertEqual(comparers(look(FETCH + """
class Checker:
    def run(self, d, m):
        return fetch(d)["row_count"] < m
check_pipeline_health = Checker().run
""")), ["Checker.run"])
        self.assertEqual(comparers(look(FETCH + """
import functools
def logged(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)
    return inner
@logged
def check_pipeline_health(d, m):
    return fetch(d)["row_count"] < m
""")), ["check_pipeline_health"])

    def test_a_count_that_comes_through_a_generator_over_pages(self):
        self.check_body("total = 0\nfor p in pages(d):\n    total += p['row_count']\nreturn total < expected_min_rows\n",
                        head="def pages(d):\n    page = fetch(d)\n    yield from page['partitions']\n")

if __name__ == "__main__":
    unittest.main()
