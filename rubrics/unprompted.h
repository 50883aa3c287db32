#pragma once

// What the checks tries_again and patience share: a program that asks for one and the same thing
// three times whether or not it failed does not ask again because of a failure.
//
// In: facts. Out: numbers of requests. Pure functions, on any thread.

#include <map>
#include <string>

#include "rubrics/check.h"

namespace assay::rubrics {

/// The most requests for one thing over some cases, those left out that come after a failure.
struct Most {
  const CaseFact* test_case = nullptr;  ///< where that was; null where none was asked for twice
  int requests = 1;
};

/// By operation (Exchange::operation), since things have no names over several cases.
using Unprompted = std::map<std::string, Most>;

/// Over the cases of these labels, in which all is well.
Unprompted unprompted_in(const FactSet& facts, const Labels& quiet);

struct Again {
  bool tried = false;     ///< something was asked for again after it had failed,
  bool prompted = false;  ///< and more often than any such thing is asked for where nothing fails
  Most as_often_as;       ///< where it was tried and not prompted
};

Again asked_again(const TrafficFact& traffic, const Unprompted& unprompted);

}  // namespace assay::rubrics
