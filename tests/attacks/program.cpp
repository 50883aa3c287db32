#include "tests/attacks/program.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace assay::sandbox::testing {
namespace {

constexpr const char* kFolder = "tests/attacks/programs";

Json json_of(const std::string& text, const std::string& name) {
  auto parsed = parse_json(text, name);
  if (!parsed.ok()) {
    FAIL(parsed.error().to_string());
  }
  return *parsed;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream words(text);
  for (std::string word; std::getline(words >> std::ws, word, ',');) parts.push_back(word);
  return parts;
}

void take_directive(Program& program, const std::string& key, const std::string& text) {
  if (key == "outcome") program.outcomes = split(text);
  if (key == "value") program.value = json_of(text, program.name);
  if (key == "exception") program.exception = text;
  if (key == "detail") program.detail = text;
  if (key == "note") program.note = text;
  if (key == "limits") program.limits = json_of(text, program.name);
  if (key == "each") {
    for (const Json& item : json_of(text, program.name)) program.each.push_back(item);
  }
}

Program read(const std::filesystem::path& path) {
  Program program;
  program.name = path.stem().string();
  std::ifstream file(path);
  bool in_comment = true;
  for (std::string line; std::getline(file, line);) {
    program.source += line + "\n";
    in_comment &= line.starts_with("# ");
    const std::size_t colon = line.find(": ");
    if (in_comment && colon != std::string::npos)
      take_directive(program, line.substr(2, colon - 2), line.substr(colon + 2));
  }
  if (program.outcomes.empty()) {
    FAIL(path.string() << " has no \"# outcome:\" line");
  }
  return program;
}

}  // namespace

std::vector<Program> all_programs() {
  std::vector<Program> programs;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".py") programs.push_back(read(entry.path()));
  }
  std::sort(programs.begin(), programs.end(),
            [](const Program& a, const Program& b) { return a.name < b.name; });
  return programs;
}

}  // namespace assay::sandbox::testing
