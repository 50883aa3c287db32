#include "harness/authored/document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <tuple>
#include <vector>

#include "harness/authored/schema.h"
#include "harness/authored/yaml.h"

namespace assay {

std::string pointer_step(std::string_view token) {
  std::string step = "/";
  for (const char c : token) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

std::string pointer_step(std::size_t index) { return "/" + std::to_string(index); }

const AuthoredPlace* AuthoredDocument::nearest(std::string_view pointer) const {
  while (true) {
    if (const auto at = places_.find(std::string(pointer)); at != places_.end()) return &at->second;
    if (pointer.empty()) return nullptr;
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

Place AuthoredDocument::place_of(std::string_view pointer) const {
  const AuthoredPlace* found = nearest(pointer);
  return found ? found->value : Place{path_};
}

Place AuthoredDocument::key_place_of(std::string_view pointer) const {
  const AuthoredPlace* found = nearest(pointer);
  if (!found) return {path_};
  return found->key.line > 0 ? found->key : found->value;
}

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return input_error("cannot be read: " + std::generic_category().message(errno), {path});
  std::string text;
  std::array<char, 64 << 10> piece;
  while (file) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_bytes)
      return input_error("holds more than " + std::to_string(max_bytes) + " bytes", {path});
  }
  if (file.bad() || !file.eof()) return input_error("cannot be read: is it a folder?", {path});
  return text;
}

Error findings_error(const std::vector<Finding>& findings,
                     const std::function<Place(const Finding&)>& place_of) {
  std::vector<Error> errors;
  for (const Finding& finding : findings)
    errors.push_back(input_error(finding.message, place_of(finding)));
  return join_errors(std::move(errors));
}

Error join_errors(std::vector<Error> errors) {
  ASSAY_ASSERT(!errors.empty(), "an error needs a cause");
  const auto key = [](const Error& e) {
    return std::tie(e.place.file, e.place.line, e.place.column, e.message);
  };
  std::stable_sort(errors.begin(), errors.end(),
                   [&](const Error& a, const Error& b) { return key(a) < key(b); });
  // A family of cases repeats what is wrong with its template.
  const auto same = [&](const Error& a, const Error& b) { return key(a) == key(b); };
  errors.erase(std::unique(errors.begin(), errors.end(), same), errors.end());
  Error all = errors[0];
  for (std::size_t i = 1; i < errors.size() && i < kMaxErrorsShown; ++i)
    all.message += "\n" + Error{errors[i].kind, errors[i].message, errors[i].place}.to_string();
  if (errors.size() > kMaxErrorsShown) {
    const std::string left = "and " + std::to_string(errors.size() - kMaxErrorsShown) + " more";
    all.hint = all.hint.empty() ? left : all.hint + "\n  " + left;
  }
  return all;
}

Result<AuthoredDocument> parse_authored(const std::string& path, std::string_view text,
                                        const Schema& schema) {
  ASSAY_TRY(AuthoredDocument document, parse_yaml(path, text));
  const std::vector<Finding> findings = schema.check(document.value);
  if (findings.empty()) return document;
  return findings_error(findings, [&](const Finding& finding) {
    return finding.at_key ? document.key_place_of(finding.pointer)
                          : document.place_of(finding.pointer);
  });
}

}  // namespace assay
