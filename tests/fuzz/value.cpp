// What a box sends as its result: the flat encoding, the result that is read from it, the
// observation that comes of that, and what an unpacking gave.
//
// An input is the bytes of kResult as they are put together from their pieces.

#include <algorithm>
#include <cstdint>
#include <string>

#include "harness/model/observation.h"
#include "harness/model/value.h"
#include "harness/run/collector.h"
#include "harness/run/unpack.h"
#include "sandboxes/box_result.h"
#include "sandboxes/codec.h"
#include "tests/fuzz/invariant.h"
#include "tests/fuzz/json_mutation.h"

namespace assay::fuzz {
namespace {

namespace codec = sandbox::codec;

struct Size {
  int depth = 0;
  std::size_t items = 0;
};

/// Checks every text of a value on the way.
void measure(const Json& value, int depth, Size& size) {
  ++size.items;
  if (value.is_structured()) size.depth = std::max(size.depth, depth + 1);
  if (value.is_string())
    FUZZ_CHECK(is_utf8(value.get_ref<const std::string&>()), "a text of a value is not UTF-8");
  if (value.is_object())
    for (const auto& [key, item] : value.items()) {
      FUZZ_CHECK(is_utf8(key), "a key of a value is not UTF-8");
      measure(item, depth + 1, size);
    }
  if (value.is_array())
    for (const Json& item : value) measure(item, depth + 1, size);
}

void check_decoded(const Json& value, const std::string& bytes) {
  Size size;
  measure(value, 0, size);
  FUZZ_CHECK(size.depth <= codec::kMaxDepth, "nested " + std::to_string(size.depth) + " levels");
  FUZZ_CHECK(size.items <= bytes.size(), "more items than bytes");
  // Every value has one encoding, so what is taken is written back as it came.
  FUZZ_CHECK(codec::encode(value) == bytes, "encoding it again gives other bytes");
}

/// "…, at byte 12 of 40"
void check_refusal(const Error& error, std::size_t size) {
  const std::size_t at = error.message.rfind("at byte ");
  FUZZ_CHECK(at != std::string::npos, "a refusal without a place: " + error.message);
  FUZZ_CHECK(std::stoull(error.message.substr(at + 8)) <= size, "a place behind the message");
}

void check_frames(const std::vector<model::Frame>& frames) {
  FUZZ_CHECK(frames.size() <= 10'000, "too many frames");
  for (const model::Frame& frame : frames)
    FUZZ_CHECK(frame.line >= 0 && frame.file.size() <= 1'000 && frame.function.size() <= 1'000,
               "a frame beyond its limits");
}

void check_outcome(const model::Outcome& outcome) {
  using Kind = model::OutcomeKind;
  FUZZ_CHECK(outcome.kind == Kind::kReturned || outcome.kind == Kind::kRaised ||
                 outcome.kind == Kind::kExited,
             "a box decided on an outcome that is the worker's to tell");
  FUZZ_CHECK(outcome.exception.has_value() == (outcome.kind == Kind::kRaised), "an exception");
  FUZZ_CHECK(outcome.exit_code.has_value() == (outcome.kind == Kind::kExited), "an exit code");
  if (outcome.exit_code) FUZZ_CHECK(*outcome.exit_code >= 0 && *outcome.exit_code <= 255, "code");
  if (!outcome.exception) return;
  FUZZ_CHECK(!outcome.exception->types.empty() && outcome.exception->types.size() <= 100, "types");
  FUZZ_CHECK(outcome.exception->message.size() <= 64 * 1024, "a message beyond its limit");
  check_frames(outcome.exception->traceback);
}

/// The readers that checks and reports look at a value with.
void check_value(const Json& value) {
  FUZZ_CHECK(model::well_formed(value), "a value was taken that is none of ours");
  (void)model::python_type(value);
  (void)model::text_of(value);
  (void)model::integer_of(value);
  (void)model::json_serialisable(value);
  (void)model::field(value, "status");
  for (const std::size_t limit : {std::size_t{0}, std::size_t{3}, std::size_t{120}}) {
    const std::string line = model::describe(value, limit);
    FUZZ_CHECK(line.size() <= std::max<std::size_t>(limit, 3), "a description beyond its limit");
    FUZZ_CHECK(is_utf8(line), "a description that is not UTF-8");
  }
}

/// An observation is written to messages and files, and read back.
void check_observation(const sandbox::BoxResult& result) {
  model::Observation seen;
  seen.case_id = "a-case";
  seen.outcome = result.outcome;
  seen.has_value = result.value.has_value();
  if (result.value) seen.value = *result.value;
  seen.functions_run = result.functions_run;
  seen.network_callers = result.network_callers;
  seen.lines_run = result.lines_run;
  seen.lines_whole = result.lines_whole;
  const std::string text = dump_json(Json(seen));
  const auto parsed = parse_json(text, "observation");
  FUZZ_CHECK(parsed.ok(), "an observation is not read back: " + parsed.error().to_string());
  const auto again = read_json<model::Observation>(*parsed, "observation");
  FUZZ_CHECK(again.ok(), "an observation is not read back: " + again.error().to_string());
  FUZZ_CHECK(dump_json(Json(*again)) == text, "an observation is read back as another one");
}

void check_unpacked(const Json& value) {
  const run::IntakeLimits limits;
  run::Collector collector(limits);
  run::Unpacked unpacked = run::unpacked_from(value);
  if (!unpacked.failed.empty()) return;
  collector.take_unpacked(std::move(unpacked), "solution.py");
  const model::Submission submission = collector.finish("a-submission");
  FUZZ_CHECK(submission.files.size() <= limits.files, "too many files");
  FUZZ_CHECK(submission.intake.size() <= limits.refusals + 1, "too many refusals");
  for (const model::SourceFile& file : submission.files) {
    FUZZ_CHECK(is_utf8(file.path), "a path that is not UTF-8");
    FUZZ_CHECK(!file.path.empty() && file.path.front() != '/' &&
                   ("/" + file.path + "/").find("/../") == std::string::npos &&
                   ("/" + file.path + "/").find("/./") == std::string::npos &&
                   file.path.find('\0') == std::string::npos,
               "a path that leads out of the submission: " + file.path);
    FUZZ_CHECK(file.bytes.size() <= limits.file_bytes, "a file beyond its limit");
  }
}

void check(const std::string& bytes) {
  const auto decoded = codec::decode(bytes);
  const auto result = sandbox::read_box_result(bytes);
  if (!decoded.ok()) {
    check_refusal(decoded.error(), bytes.size());
    FUZZ_CHECK(!result, "a result was read from what cannot be decoded");
    return;
  }
  check_decoded(*decoded, bytes);
  check_unpacked(*decoded);
  if (!result) return;
  check_outcome(result->outcome);
  check_frames(result->functions_run);
  check_frames(result->network_callers);
  if (result->value) check_value(*result->value);
  check_observation(*result);
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace assay;
  auto decoded = sandbox::codec::decode({reinterpret_cast<const char*>(data), size});
  fuzz::Random random(seed);
  Json value = decoded.ok() ? std::move(*decoded) : Json::object();
  fuzz::change_json(value, random, sandbox::codec::kMaxDepth);
  // What the encoding does not have becomes what it has.
  const auto narrow = [](const auto& self, Json& item) -> void {
    if (item.is_structured())
      for (Json& inner : item) self(self, inner);
    if (item.is_number_unsigned() && item.get<std::uint64_t>() > INT64_MAX) item = 1;
  };
  narrow(narrow, value);
  const std::string bytes = sandbox::codec::encode(value);
  if (bytes.size() > max_size) return size;
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}
