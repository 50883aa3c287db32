"""assay warehouse: a case served by itself, as a candidate, an interviewer and a stranger meet it.

Run from the root of the source tree: ASSAY_BINARY=… /usr/bin/python3 tests/e2e/warehouse_test.py
"""

import concurrent.futures
import http.client
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import threading

import support

PATH = "/v1/tables/orders/partitions/2026-03-13"
TOKEN = "wh_7d1c4b60e25f9a83"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


class Served:
    """A running `assay warehouse`, and what it has printed so far."""

    def __init__(self, test, *arguments, folder=None, exercise=support.EXERCISE):
        self.test = test
        self.command = test.command("warehouse", exercise, *arguments)
        self.process = subprocess.Popen(self.command, cwd=folder or test.scratch, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors="replace",
                                        env={**os.environ, "ASSAY_HOME": str(support.ROOT)})
        self.lines = []
        self.coming = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        test.addCleanup(self._end)
        self.url = self.wait_for(r"^URL +(\S+)").group(1)
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read(self):
        for line in self.process.stdout:
            self.coming.put(line.rstrip("\n"))
        self.coming.put(None)

    def _end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def wait_for(self, pattern):
        """The first line, of those printed and those to come, that the pattern is found in."""
        for line in self.lines:
            if found := re.search(pattern, line):
                return found
        while True:
            try:
                line = self.coming.get(timeout=support.DEADLINE_S)
            except queue.Empty:
                line = None
            if line is None:
                self.test.fail(f"no line has {pattern!r}:\n" + "\n".join(self.lines))
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found

    def stop(self, number=signal.SIGINT):
        """Ends it, and returns its exit code; what it printed to the end is in `lines`."""
        self.process.send_signal(number)
        code = self.process.wait(support.DEADLINE_S)
        while (line := self.coming.get(timeout=support.DEADLINE_S)) is not None:
            self.lines.append(line)
        self.text = "\n".join(self.lines)
        return code

    def ask(self, method="GET", target=PATH, headers=KNOWN, body=None, port=None):
        """Status and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=support.DEADLINE_S)
        try:
            connection.request(method, target, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


class Control:
    """The control page of a running warehouse, as a browser has it."""

    def __init__(self, served):
        self.served = served
        self.url = served.wait_for(r"^control +(\S+)/$").group(1)
        self.port = int(self.url.rsplit(":", 1)[1])
        status, self.page = self.get("/")
        served.test.assertEqual(status, 200)
        self.token = re.search(r'name="assay-token" content="([0-9a-f]{32})"', self.page).group(1)

    def get(self, target, **headers):
        return self.served.ask("GET", target, headers, port=self.port)

    def post(self, target, document, origin=None, token=None, **headers):
        headers.update({"Origin": origin or self.url, "X-Assay-Token": token or self.token})
        return self.served.ask("POST", target, headers, json.dumps(document), port=self.port)

    def inject(self, step, **rule):
        return self.post("/inject", {"steps": [step], "then": "world", **rule})


class Warehouse(support.EndToEnd):
    def shown(self, path):
        """What `assay show` makes of it, without the ends of lines."""
        return " ".join(self.run_assay("show", path).stdout.split())

    def test_the_curl_line_works_as_it_is_printed_and_ctrl_c_ends_with_a_journal(self):
        served = Served(self, "--case", "healthy")
        line = served.wait_for(r"^  (curl .*)").group(1)
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=support.DEADLINE_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("HTTP/1.1 200 OK"), done.stdout)
        self.assertIn('"row_count":1500', done.stdout.replace(" ", ""))
        served.wait_for(r"#1 GET " + PATH + r" → 200, \d+ bytes")
        self.assertEqual(served.stop(), 0, served.lines)
        self.assertIn("1 request.", served.text)
        self.assertEqual([each.name for each in self.scratch.iterdir()], ["healthy.journal.jsonl"])
        page = self.shown(self.scratch / "healthy.journal.jsonl")
        self.assertIn("#1 GET " + PATH, page)
        self.assertIn("the end, after 1 request", page)

    def test_the_python_line_calls_a_solution_as_the_case_does(self):
        served = Served(self, "--case", "missing", "--no-control")
        line = served.wait_for(r"^  (\S.*python3 -c .*)").group(1)
        folder = support.solution("reference")
        done = subprocess.run(["bash", "-c", line.replace("python3", "/usr/bin/python3")], cwd=folder,
                              capture_output=True, text=True, timeout=support.DEADLINE_S,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("'actual_rows': None", done.stdout)
        served.wait_for(r"→ 404")
        self.assertFalse([line for line in served.lines if line.startswith("control")], "--no-control was given")

    def test_the_script_is_followed_step_by_step_and_the_journal_names_rule_and_step(self):
        served = Served(self, "--case", "server-503")
        status, body = served.ask()
        self.assertEqual(status, 503)
        served.wait_for(r"#1 GET .* → 503, .*Retry-After: 20.* · http_error \(rule 1, step 1\)")
        self.assertEqual(served.stop(signal.SIGTERM), 0)
        self.assertIn("with faults: http_error 1×", served.text)
        self.assertIn("fault http_error (rule 1, step 1)", self.shown(self.scratch / "server-503.journal.jsonl"))

    def test_many_clients_at_once_are_answered(self):
        served = Served(self, "--case", "healthy")
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda _: served.ask()[0], range(128)))
        self.assertEqual(set(answers), {200})
        served.wait_for(r"#128 GET")
        self.assertEqual(served.stop(), 0)
        self.assertIn("128 requests.", served.text)

    def test_whoever_calls_it_by_another_name_is_turned_away_and_uses_up_no_step(self):
        served = Served(self, "--case", "server-503", "--allow-host", "warehouse")
        rebound = {**KNOWN, "Host": f"attacker.example:{served.port}"}
        status, body = served.ask(headers=rebound)
        self.assertEqual(status, 421)
        self.assertIn("attacker.example", json.loads(body)["error"]["message"])
        self.assertEqual(served.ask(headers={**KNOWN, "Origin": "http://attacker.example"})[0], 403)
        self.assertEqual(served.ask(headers={**KNOWN, "Sec-Fetch-Site": "cross-site"})[0], 403)
        served.wait_for(r"#3 GET")
        for host in ("localhost", "127.0.0.1:1", "[::1]:80", "WAREHOUSE:8080"):
            self.assertEqual(served.ask(headers={**KNOWN, "Host": host})[0], 503, host)

    def test_a_journal_is_never_written_over(self):
        for expected in ("healthy.journal.jsonl", "healthy-2.journal.jsonl"):
            served = Served(self, "--case", "healthy", "--no-control")
            self.assertEqual(served.stop(), 0)
            self.assertIn(expected, served.lines[-1])
        taken = self.write("mine.jsonl", "precious")
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "healthy", "--journal", taken, expect=2)
        self.assertIn("there already", done.stderr)
        self.assertEqual(taken.read_text(), "precious")

    def test_the_journal_of_a_killed_one_can_be_read_and_a_cut_line_is_told(self):
        served = Served(self, "--case", "healthy")
        served.ask()
        served.wait_for("#1 GET")
        served.stop(signal.SIGKILL)
        journal = self.scratch / "healthy.journal.jsonl"
        page = self.shown(journal)
        self.assertIn("#1 GET " + PATH, page)
        self.assertIn("it was not ended by hand", page)
        journal.write_bytes(journal.read_bytes()[:-20])
        self.assertIn("cut", self.shown(journal))
        journal.write_text(journal.read_text().replace('"run"', '"ran"'))
        done = self.run_assay("show", journal, expect=2)
        self.assertIn(f"{journal}:2: this is no journal of Assay", done.stderr)

    def test_what_is_wrong_with_the_call_is_told(self):
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "no-such", expect=2)
        self.assertRegex(done.stderr, r"(?m)^ +healthy  +\S")
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "server503", expect=2)
        self.assertIn("did you mean server-503?", done.stderr)
        done = self.run_assay("warehouse", "daily_totals", "--case", "empty", expect=2)
        self.assertIn("has no warehouse", done.stderr)
        served = Served(self, "--case", "healthy")
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "healthy", "--port", served.port, expect=2)
        self.assertIn(f"port {served.port} is in use", done.stderr)
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "healthy", "--bind", "203.0.113.7", expect=2)
        self.assertIn("no address of this machine", done.stderr)

    def test_why_something_is_refused_is_told_with_the_query_wherever_requests_are(self):
        served = Served(self, "--case", "complete", exercise="daily_partition_report")
        line = served.wait_for(r"^  (curl .*)").group(1)
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=support.DEADLINE_S)
        self.assertIn('"kind":"bigquery#table"', done.stdout.replace(" ", ""), done.stderr)
        events = Events(self, Control(served))
        token = re.search(r"Bearer (\w+)", line).group(1)
        known = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        query = {"useLegacySql": False, "query": "SELECT nothing\n  FROM sales.orders\x1b[2J"}
        status, _ = served.ask("POST", "/bigquery/v2/projects/shop/queries", known, json.dumps(query))
        self.assertEqual(status, 400)
        served.wait_for(r"^ +SQL  SELECT nothing FROM sales\.orders\u241b\[2J$")
        served.wait_for(r"^ +why  invalidQuery: \S")
        row = events.next("request")
        while row["seq"] != 2 or not row["over"]:
            row = events.next("request")
        self.assertIn("SELECT nothing FROM", row["sql"])
        self.assertTrue(row["refusal"].startswith("invalidQuery: "), row)
        journal = self.scratch / "complete.journal.jsonl"
        page = self.shown(journal)
        self.assertIn("SELECT nothing", page)
        self.assertIn("invalidQuery: ", page)
        # Somebody is writing to it.
        self.assertIn("the warehouse is still served", page)
        self.assertNotIn("not ended by hand", page)
        self.assertEqual(served.stop(), 0)
        self.assertNotIn("still served", self.shown(journal))

    def test_an_address_that_others_reach_is_warned_of(self):
        served = Served(self, "--case", "healthy", "--bind", "0.0.0.0", "--control-bind", "0.0.0.0")
        served.wait_for("^Ctrl-C")
        notes = " ".join(served.lines)
        self.assertIn("Others can reach this address", notes)
        self.assertIn("Others can reach the control page", notes)
        self.assertEqual(served.ask()[0], 200)

    def test_connections_are_refused_on_loopback_as_well(self):
        served = Served(self, "--case", "connection-refused")
        served.wait_for("keeps clients out")
        with self.assertRaises(ConnectionRefusedError):
            served.ask()
        served.wait_for(r"#1 connect .*connect_refused \(rule 1, step 1\)")
        self.assertEqual(served.stop(), 0)

    def test_who_connects_waits_for_nobody_as_long_as_that_is_put_in_and_others_do_not_count(self):
        served = Served(self, "--case", "healthy")
        control = Control(served)
        self.assertEqual(control.inject({"fault": "connect_timeout", "times": 1})[0], 200)
        for _ in range(3):  # connections on the same machine, to another port
            self.assertEqual(control.get("/")[0], 200)
        patience = 0.5
        with self.assertRaises(TimeoutError):
            socket.create_connection(("127.0.0.1", served.port), timeout=patience)
        waited = served.wait_for(r"#1 connect .* the client closed after ([\d.]+) s .* connect_timeout \(put in by hand\)")
        self.assertGreater(float(waited.group(1)), patience / 2)
        self.assertEqual(served.ask()[0], 200)
        served.wait_for(r"#2 GET")

    def own_package(self):
        """A copy of the exercise, and the file of its case `healthy`."""
        folder = self.scratch / support.EXERCISE
        shutil.copytree(support.ROOT / "exercises" / support.EXERCISE, folder)
        return folder, folder / "cases" / "01_healthy.yaml"

    def test_a_case_is_served_anew_when_its_file_changes_and_goes_on_when_that_is_broken(self):
        folder, file = self.own_package()
        text = file.read_text()
        served = Served(self, "--case", "healthy", exercise=folder)
        self.assertIn("1500", served.ask()[1])
        file.write_text(text.replace("cases:\n", "cases:\n  - id: [\n", 1))
        served.wait_for(r"01_healthy\.yaml:\d+:\d+: ")
        served.wait_for(r"The case goes on as it was")
        self.assertIn("1500", served.ask()[1])
        file.write_text(text.replace("  - id: healthy\n", "  - id: healthy\n    with: {rows: 1777}\n", 1))
        served.wait_for(r"starts anew: .*run 2")
        self.assertIn("1777", served.ask()[1])
        self.assertEqual(served.stop(), 0)
        page = self.shown(self.scratch / "healthy.journal.jsonl")
        self.assertIn("Run 1, in real time", page)
        self.assertIn("Run 2, in real time", page)
        self.assertIn("the end, after 2 requests", page)
        self.assertIn("the end, after 1 request", page)

    def test_sql_is_answered_by_the_engine_of_a_grading(self):
        folder, _ = self.own_package()
        package = folder / "exercise.yaml"
        package.write_text(package.read_text().replace("    auth: {token: *token}\n",
                                                       "    auth: {token: *token}\n    queries: {}\n", 1))
        served = Served(self, "--case", "healthy", exercise=folder)
        sql = {"sql": "SELECT COUNT(*) AS n FROM analytics.orders WHERE order_date = '2026-03-13'"}
        status, body = served.ask("POST", "/v1/queries", KNOWN, json.dumps(sql))
        self.assertEqual(status, 200, body)
        self.assertIn("1500", body)
        engines = support.children_of(served.process.pid)
        self.assertEqual(len(engines), 1)
        self.assertEqual(served.stop(), 0)
        self.assertFalse(os.path.exists(f"/proc/{engines[0]}"), "assay-sql outlived the warehouse")

    def test_a_fault_that_is_put_in_strikes_the_next_requests_and_no_more(self):
        served = Served(self, "--case", "healthy")
        control = Control(served)
        self.assertEqual(control.inject({"fault": "http_error", "status": 502, "times": 2}), (200, "{}\n"))
        self.assertEqual([served.ask()[0] for _ in range(3)], [502, 502, 200])
        served.wait_for(r"#2 GET .* → 502, .* · http_error \(put in by hand\)")
        one = {"fault": "connection_reset", "times": 1}
        self.assertEqual(control.inject(one, match={"operation": "get_table"})[0], 200)
        self.assertEqual(served.ask()[0], 200)
        with self.assertRaises(ConnectionResetError):
            served.ask(target="/v1/tables/orders")
        self.assertEqual(served.stop(), 0)
        self.assertIn("fault connection_reset (put in by hand)",
                      self.shown(self.scratch / "healthy.journal.jsonl"))

    def test_every_fault_has_a_form_and_what_does_not_fit_is_told(self):
        served = Served(self, "--case", "healthy")
        control = Control(served)
        menu = json.loads(control.get("/faults")[1])
        files = sorted(each.stem for each in (support.ROOT / "mock_warehouse" / "faults").glob("*.cpp"))
        self.assertEqual([fault["name"] for fault in menu["faults"]], files)
        fields = {each["name"]: each for each in menu["faults"][files.index("http_error")]["fields"]}
        self.assertEqual((fields["status"]["kind"], fields["status"]["min"], fields["status"]["required"]),
                         ("integer", 400, True))
        for step, message in (({"fault": "http_error", "status": 200}, "status"),
                              ({"fault": "http_eror", "status": 500}, "http_error"),
                              ({"fault": "hang", "at": "never"}, "mid_body")):
            status, body = control.inject(step)
            self.assertEqual(status, 422, body)
            self.assertIn(message, json.loads(body)["error"])
        for step, said in (({"fault": "http_error"}, 'the key "status" is missing'),
                           ({"fault": "http_eror"}, "fault: expected one of ")):
            self.assertTrue(json.loads(control.inject(step)[1])["error"].startswith(said), said)
        self.assertEqual(control.post("/inject", "no rule")[0], 422)
        self.assertEqual(served.ask()[0], 200)

    def test_a_page_of_another_site_can_do_nothing(self):
        served = Served(self, "--case", "healthy")
        control = Control(served)
        rule = {"steps": [{"fault": "hang"}], "then": "world"}
        foreign = [control.post("/inject", rule, origin="http://attacker.example"),
                   control.post("/inject", rule, origin=served.url),
                   control.post("/inject", rule, origin="null"),
                   control.post("/inject", rule, token="0" * 32),
                   control.post("/start_anew", {}, Host="attacker.example"),
                   served.ask("POST", "/start_anew", {"X-Assay-Token": control.token}, port=control.port),
                   served.ask("GET", "/", {"Host": "attacker.example"}, port=control.port),
                   served.ask("GET", "/events", {"Sec-Fetch-Site": "cross-site"}, port=control.port)]
        self.assertEqual([status for status, _ in foreign], [403, 403, 403, 403, 421, 403, 421, 403])
        for method in ("GET", "PUT", "DELETE"):
            self.assertIn(served.ask(method, "/start_anew", {"Origin": control.url, "X-Assay-Token": control.token},
                                     port=control.port)[0], (404, 405))
        self.assertEqual(served.ask()[0], 200)
        self.assertEqual(served.stop(), 0)
        self.assertNotIn("anew", served.text.split("Ctrl-C")[1])

    def test_the_control_page_follows_the_journal_and_starts_the_case_anew(self):
        served = Served(self, "--case", "server-503")
        control = Control(served)
        events = Events(self, control)
        self.assertEqual(events.next("begun")["case"], "server-503")
        served.ask(target=PATH + "?<script>alert(1)</script>")
        row = events.next("request")
        self.assertEqual((row["seq"], row["over"], row["bad"]), (1, True, True))
        self.assertIn("<script>", row["asked"])
        self.assertIn("http_error (rule 1, step 1)", row["fault"])
        self.assertEqual(control.post("/start_anew", {})[0], 200)
        self.assertEqual(events.next("begun")["run"], 2)
        served.wait_for("run 2")
        self.assertEqual(served.ask()[0], 503)
        self.assertEqual(events.next("request")["seq"], 1)
        self.assertEqual(served.stop(), 0)
        events.next("closed")

    def test_the_page_may_load_nothing_but_its_own_parts(self):
        served = Served(self, "--case", "healthy")
        control = Control(served)
        connection = http.client.HTTPConnection("127.0.0.1", control.port, timeout=support.DEADLINE_S)
        connection.request("GET", "/")
        answer = connection.getresponse()
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        connection.close()
        links = re.findall(r'(?:src|href)="([^"#]+)"', control.page)
        self.assertEqual(sorted(links), ["page.css", "page.js"])
        for link in links:
            status, text = control.get("/" + link)
            self.assertEqual(status, 200)
            self.assertNotRegex(text, r"https?://")
        self.assertNotIn("innerHTML", control.get("/page.js")[1])


class Events:
    """The stream of a control page."""

    def __init__(self, test, control):
        self.connection = http.client.HTTPConnection("127.0.0.1", control.port, timeout=support.DEADLINE_S)
        test.addCleanup(self.connection.close)
        self.connection.request("GET", "/events")
        self.stream = self.connection.getresponse()
        test.assertEqual(self.stream.headers["Content-Type"], "text/event-stream")

    def next(self, kind):
        """The data of the next event of that kind."""
        found = None
        while True:
            line = self.stream.readline().decode()
            if not line:
                raise AssertionError(f"the stream ended before an event {kind!r}")
            if line.startswith("event: "):
                found = line[len("event: "):].strip()
            elif line.startswith("data: ") and found == kind:
                return json.loads(line[len("data: "):])


if __name__ == "__main__":
    support.main()
