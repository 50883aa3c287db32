// Queries by their shape: joins, subqueries, windows, sets, lists.

#include <map>
#include <set>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

Json one(Json value) { return Json::array({Json::array({std::move(value)})}); }

Json pairs(const std::map<std::string, std::int64_t>& map) {
  Json rows = Json::array();
  for (const auto& [key, value] : map) rows.push_back({key, value});
  return rows;
}

/// NUMERIC as text, without trailing zeros.
std::string numeric(std::int64_t cents) {
  std::string text = std::to_string(cents / 100);
  if (cents % 100 != 0) {
    std::string fraction = std::to_string(100 + cents % 100).substr(1);
    if (fraction.back() == '0') fraction.pop_back();
    text += "." + fraction;
  }
  return text;
}

std::string name_of(std::int64_t id) {
  for (const User& user : users())
    if (user.id == id) return user.name;
  return "";
}

Json events_by_tier() {
  std::map<std::string, std::int64_t> tiers;
  for (const Event& e : events())
    for (const User& user : users())
      if (user.id == e.user) ++tiers[user.tier];
  return pairs(tiers);
}

}  // namespace

std::vector<Question> questions_of_shapes() {
  return {
      {"a join",
       "SELECT u.tier, COUNT(*) FROM events AS e JOIN users AS u ON e.user_id = u.user_id "
       "GROUP BY u.tier ORDER BY u.tier",
       events_by_tier},
      {"a join by USING",
       "SELECT tier, COUNT(*) AS n FROM events INNER JOIN users USING (user_id) GROUP BY tier "
       "ORDER BY tier",
       events_by_tier},
      {"users without events",
       "SELECT u.user_id FROM users u LEFT JOIN events e ON e.user_id = u.user_id "
       "WHERE e.event_id IS NULL ORDER BY 1",
       [] {
         std::set<std::int64_t> seen;
         for (const Event& e : events()) seen.insert(e.user);
         Json rows = Json::array();
         for (const User& user : users())
           if (!seen.contains(user.id)) rows.push_back({user.id});
         return rows;
       }},
      {"the same by NOT EXISTS",
       "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.user_id = "
       "u.user_id)",
       [] { return one(2); }},
      {"a cross join of small tables", "SELECT COUNT(*) FROM users a CROSS JOIN users b",
       [] { return one(users().size() * users().size()); }},
      {"a subquery in WHERE",
       "SELECT COUNT(*) FROM events WHERE event_date = (SELECT MAX(event_date) FROM events)",
       [] { return one(40); }},
      {"IN a subquery",
       "SELECT COUNT(*) FROM events WHERE user_id IN (SELECT user_id FROM users WHERE tier = "
       "'pro')",
       [] {
         std::int64_t n = 0;
         for (const Event& e : events()) n += e.user % 2 == 0 ? 1 : 0;
         return one(n);
       }},
      {"common table expressions",
       "WITH daily AS (SELECT event_date, COUNT(*) AS n FROM events GROUP BY 1), "
       "top AS (SELECT MAX(n) AS m FROM daily) SELECT d.event_date FROM daily d, top WHERE d.n = "
       "top.m",
       [] { return one("2026-03-10"); }},
      {"change from day to day",
       "SELECT event_date, n - LAG(n) OVER (ORDER BY event_date) AS delta FROM "
       "(SELECT event_date, COUNT(*) AS n FROM events GROUP BY event_date) ORDER BY event_date",
       [] {
         return Json::parse(R"([["2026-03-10", null], ["2026-03-12", -36], ["2026-03-13", -24]])");
       }},
      {"a running total",
       "SELECT event_date, SUM(COUNT(*)) OVER (ORDER BY event_date ROWS BETWEEN UNBOUNDED "
       "PRECEDING AND CURRENT ROW) "
       "AS total FROM events GROUP BY event_date ORDER BY event_date",
       [] {
         return Json::parse(R"([["2026-03-10", 100], ["2026-03-12", 164], ["2026-03-13", 204]])");
       }},
      {"the newest of each by QUALIFY",
       "SELECT order_id, total FROM orders WHERE TRUE "
       "QUALIFY ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY placed DESC) = 1 ORDER BY "
       "order_id",
       [] { return Json::parse("[[1, 10], [2, null], [3, 35]]"); }},
      {"a named window",
       "SELECT order_id, RANK() OVER w AS r FROM orders WINDOW w AS (ORDER BY order_id) ORDER BY "
       "placed",
       [] { return Json::parse("[[1, 1], [2, 2], [3, 3], [3, 3]]"); }},
      {"sums of NUMERIC", "SELECT SUM(amount) FROM events WHERE country = 'FR'",
       [] {
         std::int64_t cents = 0;
         for (const Event& e : events()) cents += e.country == "FR" ? e.cents : 0;
         return one(numeric(cents));
       }},
      {"an average", "SELECT AVG(score) FROM events",
       [] {
         double sum = 0;
         for (const Event& e : events()) sum += e.score;
         return one(sum / static_cast<double>(events().size()));
       }},
      {"two aggregates with conditions",
       "SELECT COUNTIF(ok), COUNTIF(NOT ok AND score > 1), MIN(created_at) FROM events",
       [] {
         std::int64_t good = 0;
         std::int64_t odd = 0;
         for (const Event& e : events()) {
           good += e.ok ? 1 : 0;
           odd += !e.ok && e.score > 1 ? 1 : 0;
         }
         return Json::array({Json::array({good, odd, "2026-03-10T00:00:00Z"})});
       }},
      {"NULLs", "SELECT COUNT(*), COUNT(note), COUNTIF(note IS NULL) FROM events",
       [] {
         std::int64_t there = 0;
         for (const Event& e : events()) there += e.note ? 1 : 0;
         const auto all = static_cast<std::int64_t>(events().size());
         return Json::array({Json::array({all, there, all - there})});
       }},
      {"NULLs come first", "SELECT total FROM orders ORDER BY total",
       [] { return Json::parse("[[null], [10], [30], [35]]"); }},
      {"and last in descending order",
       "SELECT total FROM orders ORDER BY total DESC LIMIT 2 OFFSET 2",
       [] { return Json::parse("[[10], [null]]"); }},
      {"a union of all", "SELECT 1 AS x UNION ALL SELECT 1 UNION ALL SELECT 2 ORDER BY x",
       [] { return Json::parse("[[1], [1], [2]]"); }},
      {"a union of distinct", "SELECT tier FROM users UNION DISTINCT SELECT 'none' ORDER BY tier",
       [] { return Json::parse(R"([["free"], ["none"], ["pro"]])"); }},
      {"a difference",
       "SELECT user_id FROM users EXCEPT DISTINCT SELECT user_id FROM events ORDER BY user_id",
       [] { return Json::parse("[[8], [9]]"); }},
      {"an intersection",
       "SELECT COUNT(*) FROM (SELECT user_id FROM users INTERSECT DISTINCT SELECT user_id FROM "
       "events)",
       [] { return one(7); }},
      {"all but some columns",
       "SELECT * EXCEPT (name, tier) FROM users WHERE user_id < 3 ORDER BY user_id",
       [] { return Json::parse("[[1], [2]]"); }},
      {"one column replaced", "SELECT * REPLACE (UPPER(name) AS name) FROM users WHERE user_id = 1",
       [] { return Json::parse(R"([[1, "ADA", "free"]])"); }},
      {"the star of one table",
       "SELECT u.* FROM users u JOIN orders o ON o.customer = u.name WHERE o.order_id = 2 ORDER BY "
       "1",
       [] {
         Json rows = Json::array();
         for (const User& user : users())
           if (user.name == "Bob") rows.push_back({user.id, user.name, user.tier});
         return rows;
       }},
      {"a list unnested", "SELECT x * 2 FROM UNNEST([1, 2, 3]) AS x ORDER BY x DESC",
       [] { return Json::parse("[[6], [4], [2]]"); }},
      {"a list with offsets",
       "SELECT word, place FROM UNNEST(SPLIT('a,b', ',')) AS word WITH OFFSET AS place ORDER BY "
       "place",
       [] { return Json::parse(R"([["a", 0], ["b", 1]])"); }},
      {"a list of each row",
       "SELECT w, COUNT(*) FROM events, UNNEST(SPLIT(note, ' ')) AS w GROUP BY w ORDER BY w",
       [] {
         std::map<std::string, std::int64_t> words;
         for (const Event& e : events()) {
           if (!e.note) continue;
           if (*e.note == "c") ++words["c"];
           if (*e.note == "a b") ++words["a"], ++words["b"];
         }
         return pairs(words);
       }},
      {"an aggregate into a list", "SELECT ARRAY_AGG(order_id ORDER BY placed DESC) FROM orders",
       [] { return one(Json::parse("[3, 3, 2, 1]")); }},
      {"an element of a list", "SELECT ['x', 'y', 'z'][OFFSET(1)], [1, 2][ORDINAL(1)]",
       [] { return Json::parse(R"([["y", 1]])"); }},
      {"a structure", "SELECT STRUCT(1 AS a, 'x' AS b).b", [] { return one("x"); }},
      {"a CASE",
       "SELECT CASE WHEN score > 1 THEN 'high' ELSE 'low' END AS band, COUNT(*) FROM events GROUP "
       "BY band ORDER BY band",
       [] {
         std::map<std::string, std::int64_t> bands;
         for (const Event& e : events()) ++bands[e.score > 1 ? "high" : "low"];
         return pairs(bands);
       }},
      {"a join with names from elsewhere",
       "SELECT DISTINCT u.name FROM events e, users u WHERE e.user_id = u.user_id AND e.event_id = "
       "3",
       [] { return one(name_of(3)); }},
      {"recursion that ends",
       "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT "
       "SUM(i) FROM n",
       [] { return one(1 + 2 + 3 + 4 + 5); }},
      {"brackets around a query", "(SELECT COUNT(*) FROM users)",
       [] { return one(users().size()); }},
      {"a comment and a semicolon", "SELECT /* how many */ COUNT(*) -- of them\nFROM users; # all",
       [] { return one(users().size()); }},
  };
}

}  // namespace assay::warehouse::sql::testing
