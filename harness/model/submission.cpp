#include "harness/model/submission.h"

#include <algorithm>
#include <utility>

#include "harness/base/base64.h"
#include "harness/base/sha256.h"

namespace assay::model {

bool collide(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (b.size() == a.size() || b[a.size()] == '/');
}

std::string hash_of_files(const std::vector<SourceFile>& files) {
  std::vector<const SourceFile*> sorted;
  for (const SourceFile& file : files) sorted.push_back(&file);
  std::ranges::sort(sorted, {},
                    [](const SourceFile* file) { return std::string_view(file->path); });
  // A path holds no NUL and a digest has one length, so no two sets of files give the same text.
  std::string text;
  for (const SourceFile* file : sorted) text += file->path + '\0' + file->sha256 + '\n';
  return sha256_hex(text);
}

void to_json(Json& json, const SourceFile& file) {
  json = {{"path", file.path}, {"sha256", file.sha256}, {"base64", base64_encode(file.bytes)}};
}

void from_json(const Json& json, SourceFile& file) {
  json.at("path").get_to(file.path);
  json.at("sha256").get_to(file.sha256);
  auto bytes = base64_decode(json.at("base64").get_ref<const std::string&>());
  if (!bytes) throw nlohmann::json::other_error::create(501, "not base64", &json);
  file.bytes = std::move(*bytes);
}

void to_json(Json& json, const Refusal& refusal) {
  json = {{"path", refusal.path}, {"refused", refusal.refused}};
}

void from_json(const Json& json, Refusal& refusal) {
  json.at("path").get_to(refusal.path);
  json.at("refused").get_to(refusal.refused);
}

void to_json(Json& json, const Note& note) { json = {{"path", note.path}, {"note", note.note}}; }

void from_json(const Json& json, Note& note) {
  json.at("path").get_to(note.path);
  json.at("note").get_to(note.note);
}

void to_json(Json& json, const Submission& submission) {
  json = {{"id", submission.id},       {"sha256", submission.sha256},
          {"files", submission.files}, {"intake", submission.intake},
          {"notes", submission.notes}, {"entry_file", submission.entry_file}};
}

void from_json(const Json& json, Submission& submission) {
  json.at("id").get_to(submission.id);
  json.at("sha256").get_to(submission.sha256);
  json.at("files").get_to(submission.files);
  json.at("intake").get_to(submission.intake);
  json.at("notes").get_to(submission.notes);
  json.at("entry_file").get_to(submission.entry_file);
}

}  // namespace assay::model
