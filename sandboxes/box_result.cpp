#include "sandboxes/box_result.h"

#include <array>
#include <string>

#include "harness/model/value.h"
#include "sandboxes/codec.h"

namespace assay::sandbox {
namespace {

constexpr std::size_t kMaxName = 1'000;         ///< of a type, a file, a function
constexpr std::size_t kMaxMessage = 64 * 1024;  ///< of an exception
constexpr std::size_t kMaxTypes = 100;
constexpr std::size_t kMaxFrames = 10'000;
constexpr int kMaxExitCode = 255;

constexpr std::size_t kMaxFiles = 1'000;
constexpr std::size_t kMaxLines = 10'000;  ///< of a file, that ran

constexpr std::array kKeys = {"kind",      "value",         "exception",
                              "exit_code", "functions_run", "network_callers",
                              "lines_run", "lines_whole",   "clock_ns"};
constexpr std::array kLinesKeys = {"file", "lines", "took"};
constexpr std::array kExceptionKeys = {"types",     "message",       "traceback",
                                       "own_raise", "during_import", "cause_types"};
constexpr std::array kFrameKeys = {"file", "line", "function"};

/// A cursor over untrusted JSON that remembers whether all that was asked for was there.
class Checked {
 public:
  bool ok() const { return ok_; }
  void require(bool condition) { ok_ &= condition; }

  template <std::size_t N>
  void only_keys(const Json& object, const std::array<const char*, N>& keys) {
    require(object.is_object());
    if (!ok_) return;
    for (const auto& [key, value] : object.items()) {
      bool known = false;
      for (const char* name : keys) known |= key == name;
      require(known);
    }
  }

  std::string text(const Json& value, std::size_t limit) {
    require(value.is_string() && value.get_ref<const std::string&>().size() <= limit);
    return ok_ ? value.get<std::string>() : std::string();
  }

  std::string text_at(const Json& object, const char* key, std::size_t limit) {
    const Json* value = at(object, key);
    return value != nullptr ? text(*value, limit) : std::string();
  }

  std::int64_t integer_at(const Json& object, const char* key) {
    const Json* value = at(object, key);
    require(value != nullptr && value->is_number_integer());
    return ok_ ? value->get<std::int64_t>() : 0;
  }

  bool flag_at(const Json& object, const char* key) {
    const Json* value = at(object, key);
    require(value != nullptr && value->is_boolean());
    return ok_ && value->get<bool>();
  }

  /// A list that may be left out.
  template <class T, class Read>
  std::vector<T> list_at(const Json& object, const char* key, std::size_t limit, Read read) {
    std::vector<T> items;
    if (!ok_ || !object.contains(key)) return items;
    const Json& list = object.at(key);
    require(list.is_array() && list.size() <= limit);
    for (std::size_t i = 0; ok_ && i < list.size(); ++i) items.push_back(read(list[i]));
    return items;
  }

 private:
  const Json* at(const Json& object, const char* key) {
    require(ok_ && object.is_object() && object.contains(key));
    return ok_ ? &object.at(key) : nullptr;
  }

  bool ok_ = true;
};

model::Frame read_frame(Checked& check, const Json& object) {
  model::Frame frame;
  check.only_keys(object, kFrameKeys);
  frame.file = check.text_at(object, "file", kMaxName);
  frame.function = check.text_at(object, "function", kMaxName);
  const std::int64_t line = check.integer_at(object, "line");
  check.require(line >= 0 && line <= INT32_MAX);
  frame.line = static_cast<int>(line);
  return frame;
}

std::vector<model::Frame> read_frames(Checked& check, const Json& object, const char* key) {
  return check.list_at<model::Frame>(object, key, kMaxFrames,
                                     [&](const Json& item) { return read_frame(check, item); });
}

model::LinesRun read_lines(Checked& check, const Json& object) {
  model::LinesRun run;
  check.only_keys(object, kLinesKeys);
  run.file = check.text_at(object, "file", kMaxName);
  for (auto& [key, lines] : {std::pair("lines", &run.lines), std::pair("took", &run.took)})
    *lines = check.list_at<int>(object, key, kMaxLines, [&](const Json& line) {
      check.require(line.is_number_integer() && line >= 0 && line <= INT32_MAX);
      return check.ok() ? line.get<int>() : 0;
    });
  return run;
}

std::vector<std::string> read_texts(Checked& check, const Json& object, const char* key,
                                    std::size_t count, std::size_t length) {
  return check.list_at<std::string>(object, key, count,
                                    [&](const Json& item) { return check.text(item, length); });
}

model::Exception read_exception(Checked& check, const Json& object) {
  model::Exception exception;
  check.only_keys(object, kExceptionKeys);
  exception.types = read_texts(check, object, "types", kMaxTypes, kMaxName);
  check.require(!exception.types.empty());
  exception.message = check.text_at(object, "message", kMaxMessage);
  exception.traceback = read_frames(check, object, "traceback");
  exception.own_raise = check.flag_at(object, "own_raise");
  exception.during_import = check.flag_at(object, "during_import");
  exception.cause_types = read_texts(check, object, "cause_types", kMaxTypes, kMaxName);
  return exception;
}

}  // namespace

std::optional<BoxResult> read_box_result(std::string_view bytes) {
  const auto decoded = codec::decode(bytes);
  if (!decoded.ok()) return std::nullopt;
  const Json& document = *decoded;
  Checked check;
  check.only_keys(document, kKeys);
  if (!check.ok()) return std::nullopt;
  BoxResult result;
  const std::string kind = check.text_at(document, "kind", kMaxName);
  if (kind == "returned") {
    result.outcome.kind = model::OutcomeKind::kReturned;
    check.require(document.contains("value") && model::well_formed(document.at("value")));
    if (check.ok()) result.value = document.at("value");
  } else if (kind == "raised") {
    result.outcome.kind = model::OutcomeKind::kRaised;
    check.require(document.contains("exception"));
    if (check.ok()) result.outcome.exception = read_exception(check, document.at("exception"));
  } else if (kind == "exited") {
    result.outcome.kind = model::OutcomeKind::kExited;
    const std::int64_t code = check.integer_at(document, "exit_code");
    check.require(code >= 0 && code <= kMaxExitCode);
    result.outcome.exit_code = static_cast<int>(code);
  } else {
    return std::nullopt;
  }
  result.functions_run = read_frames(check, document, "functions_run");
  result.network_callers = read_frames(check, document, "network_callers");
  result.lines_run = check.list_at<model::LinesRun>(
      document, "lines_run", kMaxFiles, [&](const Json& item) { return read_lines(check, item); });
  if (document.contains("lines_run")) result.lines_whole = check.flag_at(document, "lines_whole");
  result.clock = virtual_time_from_ns(check.integer_at(document, "clock_ns"));
  if (!check.ok()) return std::nullopt;
  return result;
}

}  // namespace assay::sandbox
