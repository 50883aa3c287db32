#include "harness/model/json.h"

#include <algorithm>

namespace assay {
namespace {

/// Bytes of the reason why a text is no JSON.
constexpr std::size_t kMaxWhy = 300;

/// Deepest nesting of brackets outside strings. A scan of our own, since nlohmann's parser recurses
/// when it destroys what it has built.
int nesting(std::string_view text) {
  int depth = 0, deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view source) {
  if (nesting(text) > kMaxJsonDepth)
    return input_error(
        "this JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels",
        {std::string(source)});
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& e) {  // out_of_range for 1e999, else parse_error
    // It quotes what was read last, as it is and whole.
    const std::string why = to_valid_utf8(e.what());
    return input_error("this is not JSON: " + std::string(cut_utf8(why, kMaxWhy)) +
                           (why.size() > kMaxWhy ? "…" : ""),
                       {std::string(source)});
  }
}

const Json* find_in(const Json& value, const std::string& pointer) {
  try {
    const Json::json_pointer parsed(pointer);
    return value.contains(parsed) ? &value.at(parsed) : nullptr;
  } catch (const nlohmann::json::exception&) {
    return nullptr;
  }
}

std::string dump_json(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace assay
