#pragma once

// What the tests of marks share: a report of the fixture, and marks on it.

#include <string>

#include "harness/marks/apply.h"
#include "harness/marks/decision.h"
#include "tests/unit/report/fixture.h"

namespace assay::marks {

inline Json sound_report() { return Json(fixture::sound()); }

inline Decision decision(std::string indicator, model::Verdict human,
                         std::string reason = "conversation", std::string text = "") {
  Decision made;
  made.indicator = std::move(indicator);
  made.human = human;
  made.reason_code = std::move(reason);
  made.text = std::move(text);
  return made;
}

/// A mark without its place in a chain.
inline model::Mark mark_on(const Json& report, const Decision& decision,
                           const std::string& by = "ada") {
  return mark_of(report.at("graded"), decision, {by, "marker"}, "2026-04-02T10:00:00Z").value();
}

inline Json& indicator_of(Json& report, const std::string& id) {
  for (Json& indicator : report["graded"]["indicators"])
    if (indicator["id"] == id) return indicator;
  ASSAY_ASSERT(false, "the fixture has no indicator " + id);
}

}  // namespace assay::marks
