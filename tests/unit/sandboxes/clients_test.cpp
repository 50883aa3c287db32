#include <doctest/doctest.h>

#include "tests/unit/sandboxes/fake_worker.h"

using namespace assay;
using namespace assay::test;

namespace {

/// Every way of asking that candidates use, as a function `ask` that gives the rows and has a
/// timeout of 30 s.
struct Client {
  const char* name;
  const char* source;
  int gives_up_s = 30;
};

constexpr Client kClients[] = {
    {"urllib",
     "import urllib.request, json\n"
     "def ask(): return json.load(urllib.request.urlopen(URL, timeout=30))['rows']\n"},
    {"http.client",
     "import http.client, json\n"
     "def ask():\n"
     "    c = http.client.HTTPConnection('127.0.0.1', %PORT%, timeout=30); c.request('GET', '/')\n"
     "    return json.load(c.getresponse())['rows']\n"},
    {"requests",
     "import requests\n"
     "def ask(): return requests.get(URL, timeout=30).json()['rows']\n"},
    {"a session of requests",
     "import requests\nsession = requests.Session()\n"
     "def ask(): return session.get(URL, timeout=30).json()['rows']\n"},
    {"urllib3",
     "import urllib3, json\npool = urllib3.PoolManager()\n"
     "def ask(): return json.loads(pool.request('GET', URL, timeout=30).data)['rows']\n",
     120},  // it tries three times more by itself
    {"httpx", "import httpx\ndef ask(): return httpx.get(URL, timeout=30).json()['rows']\n"},
    {"httpx, async",
     "import httpx, asyncio\n"
     "async def fetch():\n"
     "    async with httpx.AsyncClient(timeout=30) as c: return (await c.get(URL)).json()['rows']\n"
     "def ask(): return asyncio.run(fetch())\n"},
    {"aiohttp",
     "import aiohttp, asyncio\n"
     "async def fetch():\n"
     "    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as s:\n"
     "        async with s.get(URL) as r: return (await r.json())['rows']\n"
     "def ask(): return asyncio.run(fetch())\n",
     31},  // it rounds the end of a long timeout up to a whole second of its clock

    {"a raw socket",
     "import socket, json\n"
     "def ask():\n"
     "    s = socket.create_connection(('127.0.0.1', %PORT%)); s.settimeout(30)\n"
     "    s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); text = b''\n"
     "    while not text.endswith(b'}'):\n"
     "        piece = s.recv(100)\n"
     "        if not piece: break\n"
     "        text += piece\n"
     "    return json.loads(text.split(b'\\r\\n\\r\\n')[1])['rows']\n"},
    {"asyncio streams",
     "import asyncio, json\n"
     "async def fetch():\n"
     "    r, w = await asyncio.open_connection('localhost', %PORT%, family=2)\n"
     "    w.write(b'GET / HTTP/1.0\\r\\n\\r\\n')\n"
     "    text = await asyncio.wait_for(r.readuntil(b'}'), 30)\n"
     "    return json.loads(text.split(b'\\r\\n\\r\\n')[1])['rows']\n"
     "def ask(): return asyncio.run(fetch())\n"},
};

const char* kUrl = "URL = 'http://localhost:%PORT%/v1/x'\n";

}  // namespace

TEST_CASE("every client gets a late answer in virtual time") {
  for (const Client& client : kClients) {
    CAPTURE(std::string(client.name));
    RawServer server({http(200, R"({"rows": 5})", 20 * kSecond)});
    const Run r = run(kUrl + std::string(client.source) + "def check(): return ask()\n", &server);
    CHECK(r.value() == 5);
    CHECK(r.real_time == "");
    CHECK(r.clock_ns() / kSecond == 20);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("every client gives up on a server that is silent, after its timeout and no later") {
  for (const Client& client : kClients) {
    CAPTURE(std::string(client.name));
    RawServer server({silence()});
    const Run r = run(kUrl + std::string(client.source) + "def check(): return ask()\n", &server);
    CHECK_FALSE(r.exception().at("own_raise").get<bool>());
    CHECK(r.real_time == "");
    CHECK(r.clock_ns() / kSecond == client.gives_up_s);
  }
}

TEST_CASE("who used the network is the function that asked, also on a connection that is kept") {
  for (const Client& client : kClients) {
    CAPTURE(std::string(client.name));
    RawServer server({kept_alive(200, R"({"rows": 5})")});
    const Run r =
        run(kUrl + std::string(client.source) +
                "def judge(): return [ask() for _ in range(2)]\ndef check(): return judge()\n",
            &server);
    CHECK(r.value() == Json::array({5, 5}));
    const Json& callers = r.result.at("network_callers");
    REQUIRE(callers.size() == 1);
    const std::string function = callers[0].at("function");
    CHECK((function == "ask" || function == "fetch"));
  }
}

TEST_CASE("a task of the candidate's own is told as the caller, not who started the loop") {
  RawServer server({http(200, R"({"rows": 5})")});
  const Run r =
      run(kUrl + std::string("import httpx, asyncio\n"
                             "async def fetch(c): return (await c.get(URL)).json()['rows']\n"
                             "async def both():\n"
                             "    async with httpx.AsyncClient() as c:\n"
                             "        return await asyncio.gather(fetch(c), fetch(c))\n"
                             "def check(): return asyncio.run(both())\n"),
          &server);
  CHECK(r.value() == Json::array({5, 5}));
  REQUIRE(r.result.at("network_callers").size() == 1);
  CHECK(r.result.at("network_callers")[0].at("function") == "fetch");
}

TEST_CASE("retries with backoff wait in virtual time: urllib3's and tenacity's") {
  for (const char* ask :
       {"import requests, requests.adapters, urllib3.util.retry as u\n"
        "def check():\n"
        "    s = requests.Session()\n"
        "    s.mount('http://', requests.adapters.HTTPAdapter(max_retries=u.Retry(\n"
        "        5, backoff_factor=10, status_forcelist=[503])))\n"
        "    return s.get(URL).json()['rows']\n",
        "import requests, tenacity\n"
        "@tenacity.retry(wait=tenacity.wait_exponential(multiplier=10), "
        "stop=tenacity.stop_after_attempt(5))\n"
        "def check():\n"
        "    r = requests.get(URL); r.raise_for_status(); return r.json()['rows']\n"}) {
    CAPTURE(std::string(ask));
    RawServer server(
        {http(503, "{}"), http(503, "{}"), http(503, "{}"), http(200, R"({"rows": 6})")});
    const Run r = run(kUrl + std::string(ask), &server);
    CHECK(r.value() == 6);
    REQUIRE(server.times().size() == 4);
    // urllib3 1.26 sends its second try at once, then waits 20 s and 40 s; tenacity 10, 20 and 40.
    CHECK((server.times()[3] / kSecond == 60 || server.times()[3] / kSecond == 70));
  }
}

TEST_CASE("threads that ask at the same time are served in virtual time, each told as the caller") {
  RawServer server({http(200, R"({"rows": 5})")});
  const Run r = run(
      kUrl +
          std::string(
              "import requests\n"
              "from concurrent.futures import ThreadPoolExecutor\n"
              "def fetch(n): return n + requests.get(URL, timeout=30).json()['rows']\n"
              "def check():\n"
              "    with ThreadPoolExecutor(4) as pool: return list(pool.map(fetch, range(8)))\n"),
      &server);
  CHECK(r.value() == Json::array({5, 6, 7, 8, 9, 10, 11, 12}));
  CHECK(r.real_time == "");
  CHECK(r.order_not_fixed == "");
  CHECK(server.requests().size() == 8);
  REQUIRE(r.result.at("network_callers").size() == 1);
  CHECK(r.result.at("network_callers")[0].at("function") == "fetch");
}

TEST_CASE("a connection that nobody takes up fails as it does on any machine") {
  const Run r =
      run("import urllib.request\n"
          "def check(): urllib.request.urlopen('http://127.0.0.1:1/')\n");
  CHECK(r.exception().at("types")[0] == "urllib.error.URLError");
  CHECK(r.exception().at("cause_types")[0] == "ConnectionRefusedError");
}

TEST_CASE("a name that is not in the hosts file is unknown at once") {
  const Run r = run("import socket\ndef check(): socket.getaddrinfo('example.com', 80)\n");
  CHECK(r.exception().at("types")[0] == "socket.gaierror");
  CHECK(r.exception().at("message") == "[Errno -2] Name or service not known");
}
