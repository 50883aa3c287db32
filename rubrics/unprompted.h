#pragma once

// What the checks tries_again and patience share: a program that asks for one and the same thing
// three times whether or not it failed does not ask again because of a failure.
//
// In: facts. Out: numbers of requests. Pure functions, on any thread.

#include "rubrics/check.h"

namespace assay::rubrics {

/// The most requests for one thing over some cases, those left out that come after a failure.
struct Unprompted {
  const CaseFact* test_case = nullptr;  ///< where that was; null where none was asked for twice
  int requests = 1;
};

/// Over the cases of these labels, in which all is well.
Unprompted unprompted_in(const FactSet& facts, const Labels& quiet);

/// Something was asked for again after it had failed.
enum class Again {
  kNot,
  kAlike,     ///< and no more often than something is asked for where nothing fails
  kPrompted,  ///< and more often
};

Again asked_again(const TrafficFact& traffic, const Unprompted& unprompted);

}  // namespace assay::rubrics
