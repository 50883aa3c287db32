#include "harness/authored/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// Walks yaml-cpp's nodes. The first problem ends the walk: what follows from a wrong structure
/// would only confuse.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  std::optional<Json> read(const YAML::Node& node, const std::string& pointer, int depth,
                           Place fallback) {
    const Place place = place_at(node.Mark(), std::move(fallback));
    if (++values_ > kMaxAuthoredValues)
      return fail("more than " + std::to_string(kMaxAuthoredValues) +
                      " values, those that aliases repeat included",
                  place);
    if (depth > kMaxAuthoredDepth)
      return fail("nested more than " + std::to_string(kMaxAuthoredDepth) + " levels deep", place);
    places_[pointer].value = place;
    const std::string& tag = node.Tag();
    const bool as_text = tag == "tag:yaml.org,2002:str";
    if (!as_text && !tag.empty() && tag != "?" && tag != "!")
      return fail("unknown tag \"" + tag + "\"; the only one that is known is !!str", place);
    switch (node.Type()) {
      case YAML::NodeType::Map:
        return read_map(node, pointer, depth);
      case YAML::NodeType::Sequence:
        return read_list(node, pointer, depth, place);
      case YAML::NodeType::Scalar:
        // yaml-cpp's mark of a scalar that is not plain: the tag "!".
        return read_scalar(node.Scalar(), as_text || tag == "!", place);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        return Json(nullptr);
    }
    return Json(nullptr);
  }

  std::optional<Error> take_error() { return std::move(error_); }
  std::map<std::string, AuthoredPlace> take_places() { return std::move(places_); }

 private:
  Place place_at(const YAML::Mark& mark, Place fallback) const {
    if (mark.is_null()) return fallback;
    return {path_, mark.line + 1, mark.column + 1};
  }

  std::nullopt_t fail(std::string message, const Place& place) {
    if (!error_) error_ = input_error(std::move(message), place);
    return std::nullopt;
  }

  bool too_long(const std::string& text, const Place& place) {
    if (text.size() <= kMaxAuthoredScalar) return false;
    fail("a text of " + std::to_string(text.size()) + " bytes; expected at most " +
             std::to_string(kMaxAuthoredScalar),
         place);
    return true;
  }

  std::optional<Json> read_scalar(const std::string& text, bool as_text, const Place& place) {
    if (too_long(text, place)) return std::nullopt;
    if (as_text) return Json(text);
    PlainScalar scalar = type_plain_scalar(text);
    if (!scalar.problem.empty()) return fail(std::move(scalar.problem), place);
    return std::move(scalar.value);
  }

  std::optional<Json> read_list(const YAML::Node& node, const std::string& pointer, int depth,
                                const Place& place) {
    Json list = Json::array();
    for (const YAML::Node& item : node) {
      auto value = read(item, pointer + pointer_step(list.size()), depth + 1, place);
      if (!value) return std::nullopt;
      list.push_back(*std::move(value));
    }
    return list;
  }

  std::optional<Json> read_map(const YAML::Node& node, const std::string& pointer, int depth) {
    Json object = Json::object();
    for (const auto& entry : node) {
      const Place place = place_at(entry.first.Mark(), places_[pointer].value);
      if (!entry.first.IsScalar())
        return fail("a key must be a word, not a list, a mapping or nothing", place);
      const std::string& key = entry.first.Scalar();
      if (too_long(key, place)) return std::nullopt;
      const std::string inner = pointer + pointer_step(key);
      if (key == "<<" && entry.first.Tag() == "?")
        return fail("merge keys (<<) are not part of YAML 1.2; write the keys out", place);
      if (object.contains(key)) {
        const Place& first = places_[inner].key;
        return fail("the key \"" + key + "\" stands here a second time; the first is in line " +
                        std::to_string(first.line),
                    place);
      }
      places_[inner].key = place;
      auto value = read(entry.second, inner, depth + 1, place);
      if (!value) return std::nullopt;
      object[key] = *std::move(value);
    }
    return object;
  }

  const std::string& path_;
  std::map<std::string, AuthoredPlace> places_;
  std::optional<Error> error_;
  std::size_t values_ = 0;
};

/// Where documents begin: of each its first node, and nothing else of it.
class Starts final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override { fresh_ = true; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { note(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { note(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    note(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnMapEnd() override {}

  const YAML::Mark& last() const { return last_; }

 private:
  void note(const YAML::Mark& mark) {
    if (std::exchange(fresh_, false)) last_ = mark;
  }

  bool fresh_ = false;
  YAML::Mark last_;
};

/// An error where there is not exactly one document. YAML::LoadAll() would go on for ever at a
/// comma where a document should begin: the parser takes that for an empty one, and leaves it where
/// it is.
Status check_one_document(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Starts starts;
  if (!parser.HandleNextDocument(starts)) return input_error("the file is empty", {path, 1, 1});
  const YAML::Mark first = starts.last();
  if (!parser.HandleNextDocument(starts)) return success();
  const YAML::Mark& second = starts.last();
  const Place place{path, second.line + 1, second.column + 1};
  if (second.pos == first.pos)
    return input_error("this is not YAML: no value can begin with this", place);
  return input_error("the file holds more than one YAML document; one was expected", place);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r';
}

/// What yaml-cpp must not see.
Status check_bytes(const std::string& path, std::string_view text) {
  const auto place_at = [&](std::string_view::iterator wrong) {
    return Place{path, static_cast<int>(1 + std::count(text.begin(), wrong, '\n'))};
  };
  // The validator counts characters by their lead bytes and trusts them.
  if (const std::string valid = to_valid_utf8(text); valid != text)
    return input_error(
        "a byte that is not UTF-8",
        place_at(std::mismatch(text.begin(), text.end(), valid.begin(), valid.end()).first),
        "save the file as UTF-8");
  // YAML 1.2 has no control characters (section 5.1). yaml-cpp takes a text with a zero byte at its
  // beginning for UTF-16 or UTF-32, and a byte of 4 for the end of the file.
  if (const auto control = std::find_if(text.begin(), text.end(), is_control);
      control != text.end())
    return input_error("a control character, byte " + std::to_string(*control), place_at(control),
                       "YAML has \"\\x1b\" and the like for them, in quotes");
  return success();
}

}  // namespace

Result<AuthoredDocument> parse_yaml(const std::string& path, std::string_view text) {
  ASSAY_CHECK(check_bytes(path, text));
  try {
    ASSAY_CHECK(check_one_document(path, std::string(text)));
    const YAML::Node document = YAML::Load(std::string(text));
    Reader reader(path);
    auto value = reader.read(document, "", 0, {path, 1, 1});
    if (!value) return *reader.take_error();
    return AuthoredDocument(path, *std::move(value), reader.take_places());
  } catch (const YAML::Exception& e) {
    Place place{path};
    if (!e.mark.is_null()) place = {path, e.mark.line + 1, e.mark.column + 1};
    // It may quote the first byte of a character.
    return input_error("this is not YAML: " + to_valid_utf8(e.msg), place);
  }
}

}  // namespace assay
