#include "sandboxes/codec.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

using assay::Json;
namespace codec = assay::sandbox::codec;

namespace {

std::string u32(std::uint32_t n) { return {reinterpret_cast<const char*>(&n), sizeof n}; }

std::string refusal(const std::string& bytes) {
  auto result = codec::decode(bytes);
  return result.ok() ? "" : result.error().message;
}

Json sample() {
  return Json{{"none", nullptr},
              {"yes", true},
              {"no", false},
              {"int", -9'007'199'254'740'993},
              {"float", 0.1},
              {"text", "pärt \xF0\x9F\xA6\x86 \xEF\xBF\xBD"},
              {"zero", std::string("a\0b", 3)},
              {"bytes", Json::binary({0, 255, 128})},
              {"list", {1, Json::array(), Json::object(), {{"k", {1, 2, 3}}}}},
              {"", "an empty key"}};
}

}  // namespace

TEST_CASE("a value comes back as it was, keys in order") {
  const auto back = codec::decode(codec::encode(sample()));
  REQUIRE(back.ok());
  CHECK(*back == sample());
  CHECK(back->dump() == sample().dump());
}

TEST_CASE("the extremes of int and float come back") {
  for (const std::int64_t n : {INT64_MIN, std::int64_t{0}, INT64_MAX}) {
    CHECK(codec::decode(codec::encode(n)).value() == Json(n));
  }
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(codec::decode(codec::encode(inf)).value().get<double>() == inf);
  CHECK(codec::decode(codec::encode(-inf)).value().get<double>() == -inf);
  CHECK(std::isnan(codec::decode(codec::encode(std::nan(""))).value().get<double>()));
  CHECK(std::signbit(codec::decode(codec::encode(-0.0)).value().get<double>()));
}

TEST_CASE("every cut of a message is refused") {
  const std::string bytes = codec::encode(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    CHECK_FALSE(codec::decode(bytes.substr(0, n)).ok());
  }
}

TEST_CASE("bytes behind the value are refused, with their place") {
  CHECK(refusal("nn") ==
        "this is not an encoded value: bytes are left over behind the value, at byte 1 of 2");
}

TEST_CASE("a megabyte of 0x81 is refused at its first byte") {
  CHECK(refusal(std::string(1 << 20, '\x81')) ==
        "this is not an encoded value: a type is unknown, at byte 0 of 1048576");
}

TEST_CASE("a megabyte of nested lists is refused, not recursed into") {
  std::string bytes;
  while (bytes.size() < (1 << 20)) bytes += "l" + u32(1);
  CHECK(refusal(bytes).find("nested too deeply") != std::string::npos);
}

TEST_CASE("nesting up to the limit is taken, one more is not") {
  for (const int extra : {0, 1}) {
    std::string bytes;
    for (int i = 0; i < codec::kMaxDepth + extra; ++i) bytes += "l" + u32(1);
    bytes += "n";
    CHECK(codec::decode(bytes).ok() == (extra == 0));
  }
}

TEST_CASE("counts and lengths beyond the message are refused before anything is built") {
  for (const std::uint32_t n : {2u, 1u << 20, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    CAPTURE(n);
    CHECK_FALSE(codec::decode("l" + u32(n) + "n").ok());
    CHECK_FALSE(codec::decode("m" + u32(n) + "s" + u32(0) + "n").ok());
    CHECK_FALSE(codec::decode("s" + u32(n) + "x").ok());
    CHECK_FALSE(codec::decode("b" + u32(n) + "x").ok());
  }
}

TEST_CASE("text that is not UTF-8 is refused, as a value and as a key") {
  for (const std::string text :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "\xFF", "\xF0\x80\x80\x80"}) {
    const auto length = u32(static_cast<std::uint32_t>(text.size()));
    CHECK(refusal("s" + length + text).find("not UTF-8") != std::string::npos);
    CHECK(refusal("m" + u32(1) + "s" + length + text + "n").find("not UTF-8") != std::string::npos);
  }
  CHECK(codec::decode("b" + u32(1) + "\x80").ok());
}

TEST_CASE("a key that is no text and a key that comes twice are refused") {
  CHECK(refusal("m" + u32(1) + "i12345678n").find("key is not text") != std::string::npos);
  const std::string pair = "s" + u32(1) + "an";
  CHECK(refusal("m" + u32(2) + pair + pair).find("comes twice") != std::string::npos);
}

TEST_CASE("no garbage is taken for a deep or large value, and none ends the reader") {
  std::mt19937 random(20260314);
  const std::string types = "ntfidsblm";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) {
      const auto pick = random() % 4;
      c = pick == 0 ? types[random() % types.size()]
                    : static_cast<char>(pick == 1 ? random() : random() % 3);
    }
    auto result = codec::decode(bytes);
    if (result.ok()) CHECK(codec::encode(*result).size() == bytes.size());
  }
}
