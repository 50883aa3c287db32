// What sandboxes/variation.h says of a job's variation.

#include <doctest/doctest.h>

#include <set>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using namespace std::chrono_literals;

constexpr Variation kVariations = 5;

model::Observation run_varied(Sandbox& sandbox, const std::string& source, Variation variation) {
  Job job = call(source);
  job.variation = variation;
  return run(sandbox, job);
}

/// The value in each variation, each of which gives the same record again.
std::vector<Json> values(Sandbox& sandbox, const std::string& source) {
  std::vector<Json> found;
  for (Variation variation = 0; variation < kVariations; ++variation) {
    const auto seen = run_varied(sandbox, source, variation);
    CAPTURE(variation);
    CAPTURE(graded(seen));
    CHECK(seen.has_value);
    CHECK(seen.notes.empty());
    CHECK(graded(run_varied(sandbox, source, variation)) == graded(seen));
    found.push_back(seen.value);
  }
  return found;
}

std::size_t count_different(const std::vector<Json>& values) {
  std::set<std::string> texts;
  for (const Json& value : values) texts.insert(dump_json(value));
  return texts.size();
}

TEST_CASE_TEMPLATE("the first of a set of texts is another one by variation", T, EACH_BACKEND) {
  const auto firsts = values(T::sandbox(),
                             "def main():\n"
                             "    return [*{'red', 'green', 'blue', 'grey'}]\n");
  CHECK(count_different(firsts) > 1);
}

TEST_CASE_TEMPLATE("the first of a set of objects is another one by variation", T, EACH_BACKEND) {
  const auto firsts = values(T::sandbox(),
                             "class Day:\n"
                             "    def __init__(self, number): self.number = number\n"
                             "def main():\n"
                             "    return [day.number for day in {Day(i) for i in range(4)}]\n");
  CHECK(count_different(firsts) > 1);
}

TEST_CASE_TEMPLATE("tasks that are done at the same time come in another order", T, EACH_BACKEND) {
  const auto orders = values(T::sandbox(),
                             "import asyncio\n"
                             "async def work(i):\n"
                             "    await asyncio.sleep(1)\n"
                             "    return i\n"
                             "async def all_of():\n"
                             "    done, _ = await asyncio.wait([asyncio.ensure_future(work(i)) "
                             "for i in range(4)])\n"
                             "    return [task.result() for task in done]\n"
                             "def main(): return asyncio.run(all_of())\n");
  CHECK(count_different(orders) > 1);
}

constexpr const char* kFolder =
    "import os\n"
    "def main():\n"
    "    os.mkdir('day')\n"
    "    for name in 'abcdef':\n"
    "        open('day/' + name, 'w').close()\n"
    "    with os.scandir('day') as entries:\n"
    "        assert [entry.name for entry in entries] == os.listdir('day')\n"
    "    folder = os.open('day', os.O_RDONLY)\n"
    "    assert os.listdir(folder) == os.listdir(folder) == os.listdir('day')\n"
    "    return os.listdir('day')\n";

TEST_CASE_TEMPLATE("the entries of a folder come the other way round, then in any order", T,
                   EACH_BACKEND) {
  const auto orders = values(T::sandbox(), kFolder);
  CHECK(orders[1] == Json(Json::array_t(orders[0].rbegin(), orders[0].rend())));
  CHECK(count_different(orders) > 2);
  for (const Json& order : orders) {
    auto names = order.get<std::vector<std::string>>();
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"a", "b", "c", "d", "e", "f"});
  }
}

TEST_CASE_TEMPLATE("of threads that were started the last goes first", T, EACH_BACKEND) {
  const auto orders = values(T::sandbox(),
                             "import threading\n"
                             "def main():\n"
                             "    done = []\n"
                             "    threads = [threading.Thread(target=done.append, "
                             "args=(i,)) for i in range(4)]\n"
                             "    for thread in threads: thread.start()\n"
                             "    for thread in threads: thread.join()\n"
                             "    return done\n");
  CHECK(orders[0] == Json({0, 1, 2, 3}));
  CHECK(orders[1] == Json({3, 2, 1, 0}));
  CHECK(count_different(orders) > 2);
}

TEST_CASE_TEMPLATE("so it is with threads of the lower module", T, EACH_BACKEND) {
  const auto orders = values(T::sandbox(),
                             "import _thread, time\n"
                             "def main():\n"
                             "    done = []\n"
                             "    for i in range(3):\n"
                             "        _thread.start_new_thread(done.append, (i,))\n"
                             "    while len(done) < 3: time.time()\n"
                             "    return done\n");
  CHECK(orders[1] == Json({2, 1, 0}));
  CHECK(count_different(orders) > 1);
}

TEST_CASE_TEMPLATE("threads of a pool that go on at the same time do so in some order", T,
                   EACH_BACKEND) {
  const auto orders = values(T::sandbox(),
                             "import time\n"
                             "from concurrent.futures import ThreadPoolExecutor\n"
                             "def main():\n"
                             "    done = []\n"
                             "    def work(i):\n"
                             "        time.sleep(5)\n"
                             "        done.append(i)\n"
                             "    with ThreadPoolExecutor(4) as pool:\n"
                             "        list(pool.map(work, range(4)))\n"
                             "    return done\n");
  CHECK(count_different(orders) > 1);
}

constexpr const char* kHonest =
    "import os, queue, threading, time\n"
    "from concurrent.futures import ThreadPoolExecutor\n"
    "def main():\n"
    "    for name in 'abc':\n"
    "        open(name, 'w').close()\n"
    "    todo, lock, total = queue.Queue(), threading.Lock(), {}\n"
    "    def work():\n"
    "        while (word := todo.get()) is not None:\n"
    "            time.sleep(1)\n"
    "            with lock:\n"
    "                total[word] = total.get(word, 0) + 1\n"
    "    threads = [threading.Thread(target=work) for _ in range(3)]\n"
    "    for thread in threads: thread.start()\n"
    "    for word in 'a b c a b a'.split(): todo.put(word)\n"
    "    for thread in threads: todo.put(None)\n"
    "    for thread in threads: thread.join()\n"
    "    with ThreadPoolExecutor(3) as pool:\n"
    "        squares = list(pool.map(lambda x: x * x, range(8)))\n"
    "    found = sorted(name for name in os.listdir('.') if len(name) == 1)\n"
    "    return [found, sorted(total.items()), squares, sorted({'x', 'y', 'z'})]\n";

TEST_CASE_TEMPLATE("what rests on no order does not vary", T, EACH_BACKEND) {
  CHECK(count_different(values(T::sandbox(), kHonest)) == 1);
  const auto plain = run_varied(T::sandbox(), kHonest, 0);
  for (Variation variation = 1; variation < kVariations; ++variation) {
    const auto varied = run_varied(T::sandbox(), kHonest, variation);
    CHECK(std::chrono::abs(varied.virtual_time - plain.virtual_time) < 1ms);
  }
}

}  // namespace
}  // namespace assay::sandbox::testing
