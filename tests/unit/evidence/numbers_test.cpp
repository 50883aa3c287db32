#include "harness/evidence/numbers.h"

#include <doctest/doctest.h>

namespace assay::evidence {

TEST_CASE("a number is found whatever separates its thousands") {
  for (const char* text :
       {"1500000 rows", "1,500,000 rows", "1.500.000 Zeilen", "1 500 000 lignes", "1'500'000",
        "1_500_000", "1\u00A0500\u00A0000", "1\u202F500\u202F000", "1\u2009500\u2009000",
        "1’500’000", "15,00,000", "150,0000 行", "(1,500,000)", "=1,500,000,", "１５０００００ 行",
        "١٥٠٠٠٠٠", "१५,००,०००"})
    CHECK_MESSAGE(numbers_in(text).contains(1500000), text);
}

TEST_CASE("numbers that stand side by side are still found by themselves") {
  const auto numbers = numbers_in("got 400 500 or 400,500; 12/1000");
  for (const std::int64_t n : {400, 500, 12, 1000}) CHECK(numbers.contains(n));
  CHECK(numbers_in("rows: 1,500, minimum: 2,000").contains(1500));
  CHECK(numbers_in("rows: 1,500, minimum: 2,000").contains(2000));
}

TEST_CASE("a number is not found where it is only part of another") {
  CHECK_FALSE(numbers_in("15000").contains(1500));
  CHECK_FALSE(numbers_in("1,500").contains(15));
  CHECK_FALSE(numbers_in("1;500 1x500").contains(1500));
  CHECK_FALSE(numbers_in("1,.500").contains(1500));
  CHECK_FALSE(numbers_in("1,5").contains(15));
  CHECK(numbers_in("").empty());
  CHECK(numbers_in("no rows").empty());
}

TEST_CASE("hostile text ends") {
  CHECK(numbers_in(std::string(100000, '9')).empty());
  CHECK(numbers_in("\xff\xfe\xf0").empty());
  CHECK(numbers_in(std::string("7\xe2", 2)).contains(7));
}

TEST_CASE("a date is found in whatever order it is written") {
  for (const char* text :
       {"2026-03-13", "13.03.2026", "13 March 2026", "20260313", "2026年3月13日"})
    CHECK_MESSAGE(tells_date(text, "2026-03-13"), text);
  CHECK_FALSE(tells_date("that day", "2026-03-13"));
  CHECK_FALSE(tells_date("2026-03-14", "2026-03-13"));
}

}  // namespace assay::evidence
