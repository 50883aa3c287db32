#include "harness/run/blind.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "harness/authored/document.h"
#include "harness/base/ascii.h"
#include "harness/base/sha256.h"
#include "harness/report/blind.h"
#include "harness/run/output.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSchema = "assay.candidates/1";
constexpr std::size_t kMaxFileBytes = 64 << 20;
constexpr unsigned kOwnerOnly = 0600;

fs::path whole(const std::string& path) {
  std::error_code error;
  fs::path absolute = fs::weakly_canonical(fs::absolute(path, error), error);
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

Status check_apart(const std::string& out, const std::string& file) {
  const fs::path folder = whole(out), inner = whole(file);
  const auto [end, unused] = std::ranges::mismatch(folder, inner);
  if (end != folder.end()) return success();
  return input_error("who is who would lie among the reports", {file},
                     "Name a file outside of " + out + " by --candidates.");
}

/// The entries of a file that is there already.
Result<Json> known_candidates(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return Json(Json::array());
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxFileBytes));
  ASSAY_TRY(const Json document, parse_json(text, path));
  const bool ours = document.is_object() && document.contains("schema") &&
                    document.at("schema") == kSchema && document.contains("candidates") &&
                    document.at("candidates").is_array();
  if (!ours)
    return input_error("this file does not tell references of Assay", {path},
                       "Name another by --candidates, or move it away.");
  return document.at("candidates");
}

void take_headers_away(model::Submission& submission, const model::Plan& plan) {
  for (model::SourceFile& file : submission.files) {
    const auto is_it = [&](const model::SourceFile& each) { return each.sha256 == file.sha256; };
    const bool given =
        std::ranges::any_of(plan.starter, is_it) || (plan.draft && is_it(*plan.draft));
    if (given) continue;
    file.bytes = report::without_header(file.path, file.bytes);
    file.sha256 = sha256_hex(file.bytes);
  }
  submission.sha256 = model::hash_of_files(submission.files);
}

/// Words of a submission's name that are long enough to name somebody: "ada_king-2" has two.
std::vector<std::string> words_of_name(const std::string& name) {
  constexpr std::size_t kShortest = 3;
  std::vector<std::string> words(1);
  for (const char c : lower_ascii(name)) {
    if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80)
      words.back() += c;
    else
      words.emplace_back();
  }
  std::erase_if(words, [](const std::string& word) { return word.size() < kShortest; });
  return words;
}

/// Whether a source speaks of the file, as an import or a read would.
bool is_spoken_of(const model::Submission& submission, const std::string& path) {
  const std::string stem = fs::path(path).stem().string();
  return std::ranges::any_of(submission.files, [&](const model::SourceFile& file) {
    return file.path.ends_with(".py") && file.path != path &&
           file.bytes.find(stem) != std::string::npos;
  });
}

/// Numbers in the place of paths that hold the submission's name, where no code speaks of them.
void take_names_away(model::Submission& submission, const std::string& entry_file) {
  const std::vector<std::string> words = words_of_name(submission.id);
  std::size_t number = 0;
  for (model::SourceFile& file : submission.files) {
    const std::string path = lower_ascii(file.path);
    const bool telling = std::ranges::any_of(
        words, [&](const std::string& word) { return path.find(word) != std::string::npos; });
    if (!telling || file.path == entry_file || is_spoken_of(submission, file.path)) continue;
    file.path = "file-" + std::to_string(++number) + fs::path(file.path).extension().string();
  }
  std::ranges::sort(submission.files, {}, &model::SourceFile::path);
}

/// What an applicant system knows stands beside the name, and no longer in the report.
void add_applicant(Json& entry, const model::Applicant& applicant) {
  if (applicant == model::Applicant{}) return;
  entry["applicant"] = {{"candidate_ref", applicant.candidate_ref},
                        {"application_id", applicant.application_id}};
}

/// Adds it, or puts it where the same is known of the same submission. What an earlier run knew of
/// an applicant stays where this one knows nothing.
void keep(Json entry, Json& candidates) {
  for (Json& known : candidates) {
    const bool same = std::ranges::all_of(
        std::array{"candidate_ref", "submission", "sha256"},
        [&](const char* key) { return known.contains(key) && known[key] == entry[key]; });
    if (!same) continue;
    if (entry.contains("applicant")) known["applicant"] = entry["applicant"];
    return;
  }
  candidates.push_back(std::move(entry));
}

}  // namespace

std::string candidates_file_of(const std::string& out) {
  return whole(out).string() + ".candidates.json";
}

Status make_blind(Intake& intake, const model::Plan& plan, const std::string& out,
                  const std::string& candidates_file) {
  ASSAY_CHECK(check_apart(out, candidates_file));
  ASSAY_TRY(Json candidates, known_candidates(candidates_file));
  std::set<std::string> taken;
  for (model::Submission& submission : intake.submissions) {
    Json entry = {
        {"candidate_ref", ""}, {"submission", submission.id}, {"sha256", submission.sha256}};
    take_names_away(submission, plan.entry.file);
    take_headers_away(submission, plan);
    const std::string reference = report::blind_reference(submission.sha256);
    submission.id = reference;
    for (int n = 2; !taken.insert(submission.id).second; ++n)
      submission.id = reference + "-" + std::to_string(n);
    std::size_t number = 0;
    for (model::Refusal& refusal : submission.intake)
      refusal.path = "file " + std::to_string(++number);
    for (model::Note& note : submission.notes) note.path = "file " + std::to_string(++number);
    add_applicant(entry, std::exchange(submission.applicant, {}));
    entry["candidate_ref"] = submission.id;
    keep(std::move(entry), candidates);
  }
  // By reference: in the order of the submissions, one list would say which other one is whose.
  std::sort(candidates.begin(), candidates.end(),
            [](const Json& a, const Json& b) { return dump_json(a) < dump_json(b); });
  std::ranges::sort(intake.submissions, {}, &model::Submission::id);
  Json document = Json::object();
  document["schema"] = kSchema;
  document["candidates"] = std::move(candidates);
  const fs::path path = whole(candidates_file);
  remove_leftovers_of(path.parent_path().string(), path.filename().string());
  return write_result_file(path.parent_path().string(),
                           {path.filename().string(), dump_json(document, 1) + "\n"}, kOwnerOnly);
}

}  // namespace assay::run
