// What candidates commonly use works inside every backend, on one thread and in virtual time.

#include <doctest/doctest.h>

#include <string>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using namespace std::chrono_literals;

struct Program {
  const char* name;
  const char* source;  ///< main() gives the row count
};

constexpr Program kClients[] = {
    {"urllib",
     "import json, urllib.request\n"
     "def main(): return json.load(urllib.request.urlopen(URL, timeout=60))['row_count']\n"},
    {"http.client",
     "import http.client, json, urllib.parse\n"
     "def main():\n"
     "    c = http.client.HTTPConnection(urllib.parse.urlsplit(URL).netloc, timeout=60)\n"
     "    c.request('GET', '/'); return json.load(c.getresponse())['row_count']\n"},
    {"requests",
     "import requests\ndef main(): return requests.get(URL, timeout=60).json()['row_count']\n"},
    {"httpx", "import httpx\ndef main(): return httpx.get(URL, timeout=60).json()['row_count']\n"},
    {"httpx, async",
     "import httpx\n"
     "async def main():\n"
     "    async with httpx.AsyncClient(timeout=60) as c:\n"
     "        return (await c.get(URL)).json()['row_count']\n"},
    {"aiohttp",
     "import aiohttp\n"
     "async def main():\n"
     "    async with aiohttp.ClientSession() as s:\n"
     "        async with s.get(URL) as r: return (await r.json(content_type=None))['row_count']\n"},
};

TEST_CASE_TEMPLATE("every client library reaches the warehouse by its name", T, BoxBackend,
                   ProcessBackend) {
  for (const Program& client : kClients) {
    CAPTURE(std::string(client.name));
    RecordingPeer peer;
    peer.delay = 20s;
    const auto seen = T::sandbox().run(
        call(std::string("import os\nURL = os.environ['WAREHOUSE_URL']\n") + client.source), peer);
    CAPTURE(dump_json(Json(seen.outcome)));
    CHECK(seen.value == 7);
    CHECK(seen.notes.empty());
    CHECK(seen.virtual_time >= 20s);
    CHECK(seen.virtual_time < 21s);
    CHECK(peer.requests().size() == 1);
    CHECK(seen.network_callers.size() == 1);
  }
}

constexpr Program kHabits[] = {
    {"random bytes",
     "import os, uuid, secrets\ndef main():\n"
     "    open('/dev/urandom', 'rb').read(8); uuid.uuid4(); secrets.token_hex()\n"
     "    return 7\n"},
    {"temporary files",
     "import tempfile\ndef main():\n"
     "    with tempfile.NamedTemporaryFile() as f: f.write(b'x'); f.flush()\n"
     "    with tempfile.TemporaryDirectory(): pass\n"
     "    return 7\n"},
    {"logging to a file",
     "import logging\ndef main():\n"
     "    logging.basicConfig(filename='log.txt'); logging.warning('x')\n"
     "    return 7 if 'WARNING' in open('log.txt').read() else 0\n"},
    {"time zones",
     "import datetime, zoneinfo\ndef main():\n"
     "    t = datetime.datetime.now(datetime.timezone.utc)\n"
     "    return 7 if t.isoformat().startswith('2026-03-14T06:00:00') else t.isoformat()\n"},
    {"decimal, statistics, dataclasses",
     "import decimal, statistics, dataclasses, enum, typing\n"
     "def main(): return int(decimal.Decimal('7.0'))\n"},
    {"an own event loop",
     "import asyncio\ndef main():\n"
     "    loop = asyncio.new_event_loop()\n"
     "    try: return loop.run_until_complete(asyncio.sleep(3, 7))\n"
     "    finally: loop.close()\n"},
    {"an alarm",
     "import signal, time\ndef main():\n"
     "    def ring(*a): raise TimeoutError\n"
     "    signal.signal(signal.SIGALRM, ring); signal.alarm(5)\n"
     "    try: time.sleep(60)\n"
     "    except TimeoutError: return 7\n"},
    {"sqlite in memory",
     "import sqlite3\ndef main():\n"
     "    return sqlite3.connect(':memory:').execute('select 3 + 4').fetchone()[0]\n"},
};

TEST_CASE_TEMPLATE("TZ is the time zone of the process, as in one that started with it", T,
                   BoxBackend, ProcessBackend) {
  Job job = call(
      "import datetime, time\n"
      "def main():\n"
      "    return [time.strftime('%H:%M %Z'), time.tzname[0], time.timezone,\n"
      "            datetime.datetime.now().isoformat()[:16], datetime.date.today().isoformat()]\n");
  job.environment["TZ"] = "Pacific/Auckland";
  const Json expected = {"19:00 NZDT", "NZST", -43'200, "2026-03-14T19:00", "2026-03-14"};
  CHECK(run(T::sandbox(), job).value == expected);
}

TEST_CASE_TEMPLATE("what candidates do by habit works", T, BoxBackend, ProcessBackend) {
  for (const Program& program : kHabits) {
    CAPTURE(std::string(program.name));
    const auto seen = run(T::sandbox(), call(program.source));
    CAPTURE(dump_json(Json(seen.outcome)));
    CAPTURE(seen.err.text);
    CHECK(seen.value == 7);
    CHECK(seen.notes.empty());
  }
}

}  // namespace
}  // namespace assay::sandbox::testing
