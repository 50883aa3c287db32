#pragma once

// What made-up reports are put together from.

#include "harness/model/report.h"

namespace assay::fixture {

model::SourceFile source_file(std::string path, std::string bytes);
model::Stream stream(std::string text);
/// A request of the function, answered within the same virtual instant.
model::Request request(int seq, std::chrono::milliseconds at, int status, std::string fault = "");
model::Wait slept(std::chrono::milliseconds at, std::chrono::milliseconds length);
Json answer(std::string_view status, Json rows, std::string message);

struct Pair {
  model::Case item;
  model::Observation observation;
};
Pair returned(std::string id, std::string label, std::string title, Json value,
              std::vector<model::Request> requests);
Pair ended(std::string id, std::string label, std::string title, model::OutcomeKind kind,
           std::string detail);
void add(model::Report& report, Pair pair);

/// A report of no submission and no case yet.
model::Report frame_of_report();
model::Submission submission(std::string id, std::vector<model::SourceFile> files);
model::Indicator indicator(std::string id, std::string label, model::Polarity polarity,
                           model::Verdict verdict, std::string explanation,
                           std::vector<std::string> evidence);

}  // namespace assay::fixture
