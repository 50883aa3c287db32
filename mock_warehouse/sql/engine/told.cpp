#include "mock_warehouse/sql/engine/told.h"

#include <array>
#include <cctype>

#include "mock_warehouse/sql/engine/values.h"

namespace assay::warehouse::sql {

std::string between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + before.size();
  const std::size_t end = text.find(after, from);
  return end == std::string::npos ? "" : text.substr(from, end - from);
}

std::optional<std::string> told(const std::string& text, std::string_view before,
                                std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return std::nullopt;
  const std::size_t from = begin + before.size();
  const std::size_t end = text.rfind(after);
  if (end == std::string::npos || end < from) return std::nullopt;
  return text.substr(from, end - from);
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

FailedCast failed_cast_of(const std::string& message) {
  FailedCast failed;
  const std::string text = message.substr(0, message.find(" when casting from source column"));
  const auto type = [](const std::optional<std::string>& engine_name) {
    return engine_name ? google_type(std::string_view(*engine_name)) : std::string();
  };
  if (text.starts_with("Unimplemented type for cast")) {
    const std::string types = told(text, "cast (", ")").value_or("");
    const std::size_t arrow = types.find(" -> ");
    if (arrow == std::string::npos) return failed;
    failed.source = type(types.substr(0, arrow));
    failed.target = type(types.substr(arrow + 4));
    return failed;
  }
  const std::string_view line = text;
  for (const std::string_view field : {"date", "time", "timestamp"}) {
    const std::string begin = std::string(field) + " field ";
    if (!line.starts_with(begin) && !line.starts_with("invalid " + begin)) continue;
    failed.target = upper(std::string(field));
    failed.value = told(text, ": \"", "\", expected");
    if (!failed.value) failed.value = told(text, ": \"", "\"");
    return failed;
  }
  struct Form {
    std::string_view before, after, type;
    bool out_of_range;
  };
  static constexpr std::array kForms = {
      Form{"string '", "' to ", "' to ", false}, Form{"string \"", "\" to ", "\" to ", false},
      Form{"cast value ", " to ", " to ", true},
      Form{"with value ", " can't be cast", "destination type ", true}};
  for (const Form& form : kForms) {
    failed.value = told(text, form.before, form.after);
    if (!failed.value) continue;
    failed.target = type(text.substr(text.rfind(form.type) + form.type.size()));
    failed.out_of_range = form.out_of_range;
    break;
  }
  return failed;
}

std::string google_types(const std::string& list) {
  std::string types;
  std::string one;
  int depth = 0;
  for (const char c : list + ",") {
    if (c == ',' && depth == 0) {
      one.erase(0, one.find_first_not_of(' ') == std::string::npos ? one.size()
                                                                   : one.find_first_not_of(' '));
      types += (types.empty() ? "" : ", ") + google_type(std::string_view(one));
      one.clear();
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    one += c;
  }
  return types;
}

}  // namespace assay::warehouse::sql
