#include "harness/model/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace assay::model {
namespace {

const std::string* string_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get_ptr<const std::string*>() : nullptr;
}

const Json* member(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() ? &*it : nullptr;
}

/// The members that `{"items":[[k,v]…]}` lists.
std::vector<std::pair<std::string, const Json*>> pairs_of(const Json& value) {
  std::vector<std::pair<std::string, const Json*>> found;
  const Json* items = member(value, "items");
  if (items == nullptr || !items->is_array()) return found;
  for (const Json& pair : *items)
    if (pair.is_array() && pair.size() == 2)
      if (const auto key = text_of(pair[0])) found.emplace_back(*key, &pair[1]);
  return found;
}

std::vector<std::pair<std::string, const Json*>> members_of(const Json& object) {
  std::vector<std::pair<std::string, const Json*>> found;
  for (const auto& [key, entry] : object.items()) found.emplace_back(key, &entry);
  return found;
}

/// A Mapping may yield a key twice, and give each time another value for it.
bool repeats_a_key(const std::vector<std::pair<std::string, const Json*>>& pairs) {
  std::set<std::string_view> keys;
  return !std::ranges::all_of(pairs,
                              [&](const auto& pair) { return keys.insert(pair.first).second; });
}

std::string_view class_of(const Json& value) {
  const std::string* name = string_at(value, "class");
  return name != nullptr ? std::string_view(*name) : tag(value);
}

/// Writes pieces until `limit` is reached; then nothing more.
class Line {
 public:
  explicit Line(std::size_t limit) : limit_(limit) {}
  void add(std::string_view piece) {
    if (text_.size() <= limit_) text_ += piece;
  }
  bool full() const { return text_.size() > limit_; }
  std::string take() {
    if (!full()) return std::move(text_);
    constexpr std::string_view kEllipsis = "…";
    const std::size_t room = limit_ > kEllipsis.size() ? limit_ - kEllipsis.size() : 0;
    return std::string(cut_utf8(text_, room)).append(kEllipsis);
  }

 private:
  std::size_t limit_;
  std::string text_;
};

void write_text(Line& line, std::string_view text) {
  line.add("'");
  for (std::size_t i = 0; i < text.size() && !line.full(); ++i) {
    const char c = text[i];
    if (c == '\n')
      line.add("\\n");
    else if (c == '\t')
      line.add("\\t");
    else if (c == '\r')
      line.add("\\r");
    else if (c == '\'' || c == '\\')
      line.add(std::string{'\\', c});
    else
      line.add(text.substr(i, 1));
  }
  line.add("'");
}

void write_value(Line& line, const Json& value);

template <class Pairs>
void write_pairs(Line& line, const Pairs& pairs, std::string_view open, std::string_view colon,
                 std::string_view close, bool quote) {
  line.add(open);
  std::string_view comma;
  for (const auto& [key, entry] : pairs) {
    if (line.full()) return;
    line.add(comma);
    comma = ", ";
    if (quote)
      write_text(line, key);
    else
      line.add(key);
    line.add(colon);
    write_value(line, *entry);
  }
  line.add(close);
}

void write_list(Line& line, const Json& items, std::string_view open, std::string_view close) {
  line.add(open);
  std::string_view comma;
  for (const Json& item : items) {
    if (line.full()) return;
    line.add(comma);
    comma = ", ";
    write_value(line, item);
  }
  line.add(close);
}

void write_tagged(Line& line, const Json& value) {
  const std::string_view type = tag(value);
  if (type == "int" || type == "float" || type == "str") {
    if (const std::string* text = string_at(value, "text"))
      return type == "str" ? write_text(line, *text) : line.add(*text);
    if (const Json* plain = member(value, "value")) return write_value(line, *plain);
  }
  const Json* items = member(value, "items");
  if (type == "tuple" && items)
    return write_list(line, *items, "(", items->size() == 1 ? ",)" : ")");
  if ((type == "set" || type == "frozenset") && items) return write_list(line, *items, "{", "}");
  if (type == "list" && member(value, "value")) return write_value(line, *member(value, "value"));
  if (type == "dict") return write_pairs(line, pairs_of(value), "{", ": ", "}", true);
  if (type == "enum") {
    line.add(class_of(value));
    line.add(".");
    if (const std::string* name = string_at(value, "name")) line.add(*name);
    return;
  }
  if (const Json* fields = member(value, "fields")) {
    line.add(class_of(value));
    return write_pairs(line, members_of(*fields), "(", "=", ")", false);
  }
  if (type == "mapping") {
    line.add(class_of(value));
    return write_pairs(line, pairs_of(value), "({", ": ", "})", true);
  }
  const std::string* shown = string_at(value, "repr");
  if (shown != nullptr && !shown->empty()) return line.add(*shown);
  line.add("<");
  line.add(class_of(value));
  line.add(">");
}

void write_value(Line& line, const Json& value) {
  if (line.full()) return;
  if (!tag(value).empty()) return write_tagged(line, value);
  switch (value.type()) {
    case Json::value_t::null:
      return line.add("None");
    case Json::value_t::boolean:
      return line.add(value.get<bool>() ? "True" : "False");
    case Json::value_t::string:
      return write_text(line, value.get_ref<const std::string&>());
    case Json::value_t::array:
      return write_list(line, value, "[", "]");
    case Json::value_t::object:
      return write_pairs(line, members_of(value), "{", ": ", "}", true);
    default:
      return line.add(dump_json(value));
  }
}

}  // namespace

std::string_view tag(const Json& value) {
  if (!value.is_object()) return {};
  const std::string* type = string_at(value, "$type");
  return type != nullptr ? std::string_view(*type) : std::string_view();
}

std::string_view python_type(const Json& value) {
  if (const std::string_view type = tag(value); !type.empty()) return type;
  switch (value.type()) {
    case Json::value_t::null:
      return "NoneType";
    case Json::value_t::boolean:
      return "bool";
    case Json::value_t::string:
      return "str";
    case Json::value_t::array:
      return "list";
    case Json::value_t::object:
      return "dict";
    case Json::value_t::number_float:
      return "float";
    default:
      return "int";
  }
}

std::optional<std::vector<std::pair<std::string, const Json*>>> entries(const Json& value) {
  const std::string_view type = tag(value);
  if (type.empty()) {
    if (!value.is_object()) return std::nullopt;
    return members_of(value);
  }
  if (type == "dict" || type == "mapping") {
    auto pairs = pairs_of(value);
    if (repeats_a_key(pairs)) return std::nullopt;
    return pairs;
  }
  if (type == "dataclass" || type == "namedtuple")
    if (const Json* fields = member(value, "fields"); fields != nullptr && fields->is_object())
      return members_of(*fields);
  return std::nullopt;
}

const Json* field(const Json& value, std::string_view name) {
  const auto found = entries(value);
  if (!found) return nullptr;
  for (const auto& [key, entry] : *found)
    if (key == name) return entry;
  return nullptr;
}

std::optional<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  const std::string_view type = tag(value);
  if (type != "str" && type != "enum") return std::nullopt;
  if (const std::string* text = string_at(value, "text")) return *text;
  const Json* plain = member(value, "value");
  return plain != nullptr ? text_of(*plain) : std::nullopt;
}

std::optional<std::int64_t> integer_of(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (const std::string_view type = tag(value); type == "int" || type == "enum")
    if (const Json* plain = member(value, "value")) return integer_of(*plain);
  return std::nullopt;
}

bool json_serialisable(const Json& value) {
  const std::string_view type = tag(value);
  if (type.empty()) {
    if (value.is_structured())
      for (const Json& item : value)
        if (!json_serialisable(item)) return false;
    return true;
  }
  if (type == "int" || type == "float" || type == "str") return true;
  if (type == "enum") {
    const Json* mixin = member(value, "mixin");
    return mixin != nullptr && mixin->is_string();
  }
  if (type == "list" && member(value, "value")) return json_serialisable(*member(value, "value"));
  if (type == "namedtuple") {
    const Json* fields = member(value, "fields");
    return fields != nullptr && json_serialisable(*fields);
  }
  const Json* items = member(value, "items");
  if (items == nullptr || (type != "tuple" && type != "dict")) return false;
  for (const Json& item : *items) {
    if (type == "tuple") {
      if (!json_serialisable(item)) return false;
      continue;
    }
    // json.dumps writes keys that are str, int, float, bool or None, and no other.
    if (!item.is_array() || item.size() != 2) return false;
    const std::string_view key = python_type(item[0]);
    const bool plain_key = key == "str" || key == "int" || key == "float" || key == "bool" ||
                           key == "NoneType" || (key == "enum" && json_serialisable(item[0]));
    if (!plain_key || !json_serialisable(item[1])) return false;
  }
  return true;
}

std::string describe(const Json& value, std::size_t limit) {
  Line line(limit);
  write_value(line, value);
  return line.take();
}

}  // namespace assay::model
