#include "harness/evidence/text.h"

#include <utility>

#include "harness/base/utf8.h"

namespace assay::evidence {
namespace {

bool is_variation_selector(char32_t c) { return c >= 0xFE00 && c <= 0xFE0F; }

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  std::string space;  // kept back until something follows it
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    const std::string_view bytes = text.substr(at, c.length);
    at += c.length;
    if (is_hidden(c.value) || is_variation_selector(c.value)) continue;
    if (is_space(c.value)) {
      if (!folded.empty()) space += bytes;
      continue;
    }
    folded += std::exchange(space, {});
    if (c.value >= 'A' && c.value <= 'Z')
      folded += static_cast<char>(c.value - 'A' + 'a');
    else
      folded += bytes;
  }
  return folded;
}

std::string without(std::string text, std::string_view part) {
  if (part.empty()) return text;
  std::string rest;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(part, from)) != std::string::npos; from = at + part.size())
    rest.append(text, from, at - from).push_back('#');
  return rest.append(text, from);
}

std::string clip(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  return std::string(cut_utf8(text, limit)) + "…";
}

std::string on_one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

}  // namespace assay::evidence
