#include <doctest/doctest.h>

#include "mock_warehouse/random.h"
#include "mock_warehouse/wire.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

using Kind = WirePlayer::Due::Kind;

/// Plays a program to its end or hang; what it sends is written as "bytes@milliseconds".
std::string play(WireProgram program) {
  const VirtualTime start = virtual_time_from_ns(0);
  VirtualTime now = start;
  WirePlayer player(std::move(program), start);
  std::string text;
  while (true) {
    const WirePlayer::Due due = player.due(now);
    if (due.kind == Kind::kSend) {
      text += std::string(due.bytes) + "@" + std::to_string(to_ms(now - start)) + " ";
      player.sent(due.bytes.size(), now);
    } else if (due.kind == Kind::kWait) {
      REQUIRE(player.next_event() == due.until);
      now = due.until;
    } else {
      return text + (due.kind == Kind::kOver ? "over" : due.kind == Kind::kHang ? "hang" : "end");
    }
  }
}

TEST_CASE("operations are carried out in order, and waits count from the one before") {
  CHECK(play(WireProgram().add(Send{"a"}).add(Wait{5ms}).add(Send{"b"}).add(Wait{7ms}).add(
            Send{"c"})) == "a@0 b@5 c@12 over");
  CHECK(play(WireProgram().add(Send{""}).add(Send{"a"}).add(Hang{}).add(Send{"b"})) == "a@0 hang");
  CHECK(play(WireProgram().add(Wait{1ms}).add(Fin{}).add(Send{"b"})) == "end");
  CHECK(play({}) == "over");
}

TEST_CASE("a paced program sends its chunks at equal distances, the first at once") {
  CHECK(play(WireProgram().add(Pace{2, 10ms}).add(Send{"abcde"}).add(Pace{}).add(Send{"!"})) ==
        "ab@0 cd@10 e@20 !@20 over");
  CHECK(play(WireProgram().add(Pace{2, 10ms}).add(Send{""}).add(Fin{})) == "end");
  SUBCASE("a chunk goes on in the next operation, and nothing waits behind the last one") {
    CHECK(play(WireProgram().add(Pace{3, 10ms}).add(Send{"ab"}).add(Send{"cdef"}).add(Fin{})) ==
          "ab@0 c@0 def@10 end");
  }
}

TEST_CASE("padding is spaces, in pieces that fit into memory, and can be paced") {
  CHECK(play(WireProgram().add(Pace{2, 10ms}).add(Send{"a"}).add(Padding{4})) ==
        "a@0  @0   @10  @20 over");
  WirePlayer player(WireProgram().add(Padding{std::size_t{1} << 40}), virtual_time_from_ns(0));
  std::size_t sent = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string_view piece = player.due(virtual_time_from_ns(0)).bytes;
    REQUIRE((!piece.empty() && piece.size() < (1 << 20)));
    CHECK(piece.find_first_not_of(' ') == std::string_view::npos);
    player.sent(piece.size(), virtual_time_from_ns(0));
    sent += piece.size();
  }
  CHECK(sent > (1 << 20));
}

TEST_CASE("a pause behind a chunk that a slow client took late counts from then") {
  const VirtualTime start = virtual_time_from_ns(0);
  WirePlayer player(WireProgram().add(Pace{2, 10ms}).add(Send{"abcd"}), start);
  player.due(start);
  player.sent(1, start);
  CHECK(player.due(start + 4ms).bytes == "b");
  player.sent(1, start + 4ms);
  CHECK(player.next_event() == start + 14ms);
  CHECK(player.due(start + 13ms).kind == Kind::kWait);
  CHECK(player.due(start + 14ms).bytes == "cd");
}

TEST_CASE("looking late does not make later waits later") {
  const VirtualTime start = virtual_time_from_ns(0);
  WirePlayer player(WireProgram().add(Wait{10ms}).add(Send{"a"}).add(Wait{10ms}).add(Send{"b"}),
                    start);
  CHECK(player.due(start + 13ms).kind == Kind::kSend);
  player.sent(1, start + 13ms);
  CHECK(player.due(start + 13ms).until == start + 20ms);
}

TEST_CASE("a wait behind bytes that a slow client took late counts from then") {
  const VirtualTime start = virtual_time_from_ns(0);
  WirePlayer player(WireProgram().add(Send{"ab"}).add(Wait{10ms}), start);
  player.due(start);
  player.sent(1, start);
  CHECK(player.due(start + 4ms).bytes == "b");
  player.sent(1, start + 4ms);
  CHECK(player.due(start + 4ms).until == start + 14ms);
}

TEST_CASE("draws are those of the seed on every machine") {
  Random random({1, 2, 3});
  CHECK(random.uniform(0, 999) == 71);
  CHECK(random.uniform(-5, 5) == 4);
  CHECK(random.lognormal(200, 500, 100'000) == 308);
}

TEST_CASE("a lognormal has its median in the middle and its tail above") {
  Random random({42});
  int below = 0, tail = 0;
  constexpr int kDraws = 4000;
  for (int i = 0; i < kDraws; ++i) {
    const std::int64_t drawn = random.lognormal(1000, 1000, 1'000'000'000);
    if (drawn < 1000) ++below;
    if (drawn > 2718) ++tail;  // one sigma above: 15.9 % of them
  }
  CHECK((below > kDraws * 47 / 100 && below < kDraws * 53 / 100));
  CHECK((tail > kDraws * 13 / 100 && tail < kDraws * 19 / 100));
}

TEST_CASE("without sigma a lognormal is its median") {
  Random random({5});
  CHECK(random.lognormal(1234, 0, 10'000) == 1234);
}

TEST_CASE("a uniform draw has both of its ends") {
  Random random({9});
  bool low = false, high = false;
  for (int i = 0; i < 200; ++i) {
    const std::int64_t drawn = random.uniform(3, 6);
    CHECK((drawn >= 3 && drawn <= 6));
    low |= drawn == 3;
    high |= drawn == 6;
  }
  CHECK((low && high));
}

}  // namespace
}  // namespace assay::warehouse
