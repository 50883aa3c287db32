#include "harness/run/mutants.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "assay_run_embedded.h"
#include "harness/base/sha256.h"
#include "harness/model/draft.h"
#include "harness/run/grading.h"
#include "harness/run/pool.h"

namespace assay::run {
namespace {

using model::Level;

constexpr std::array kLevels = {Level::kJunior, Level::kMid, Level::kSenior, Level::kPrincipal};
/// Mutants of a package; more is a mistake in the package or in mutation.py.
constexpr std::size_t kMaxMutants = 2'000;
constexpr std::size_t kMaxReplacement = 64 << 10;
constexpr const char* kMutationFile = "assay_mutation.py";
/// The part of the cpu limit that mutants have, and what they have at least.
constexpr std::int64_t kCpuPart = 4;
constexpr std::int64_t kLeastCpuMs = 1'000;

/// The value of a parameter in the package's first case that has a plain one.
Json plain_arguments(const model::Plan& plan) {
  Json values = Json::object();
  for (const model::Case& one : plan.cases)
    for (std::size_t i = 0; i < plan.entry.parameters.size() && i < one.arguments.size(); ++i) {
      const Json& value = one.arguments[i];
      const std::string& name = plan.entry.parameters[i].name;
      if (!values.contains(name) && (value.is_string() || value.is_number())) values[name] = value;
    }
  return values;
}

/// Files to make mutants of. The draft that a solution reworks, if it brings one along, is not its
/// work.
Json files_to_mutate(const model::Submission& original, bool has_draft) {
  Json files = Json::object();
  for (const model::SourceFile& file : original.files) {
    const bool is_draft = has_draft && file.path == model::kDraftFile;
    if (!is_draft && to_valid_utf8(file.bytes) == file.bytes) files[file.path] = file.bytes;
  }
  return files;
}

/// The plan in which mutation.py is the candidate, and each solution a case.
model::Plan plan_of_mutation(const Grading& grading,
                             const std::vector<model::Submission>& originals) {
  const model::Plan& plan = grading.plan;
  const bool has_draft = grading.package.exercise.draft.has_value();
  model::Plan mutation;
  mutation.exercise = plan.exercise;
  mutation.variant = plan.variant;
  mutation.needs_warehouse = false;
  mutation.entry = {
      kMutationFile, "mutate", {{"files", "dict"}, {"function", "str"}, {"arguments", "dict"}}};
  mutation.limits = {.wall_ms = 120'000, .cpu_ms = 60'000, .memory_bytes = 512LL << 20};
  for (const model::Submission& original : originals) {
    model::Case one;
    one.id = original.id;
    one.now = plan.cases.front().now;
    one.arguments = Json::array(
        {files_to_mutate(original, has_draft), plan.entry.function, plain_arguments(plan)});
    mutation.cases.push_back(std::move(one));
  }
  return mutation;
}

class OneRun final : public PoolListener {
 public:
  Status submission_done(SubmissionRun run) override {
    observations = std::move(run.observations);
    return success();
  }
  std::vector<model::Observation> observations;
};

/// What of an observation a caller or the warehouse could tell; empty where the harness failed.
std::string print_of(const model::Observation& seen) {
  if (seen.outcome.kind == model::OutcomeKind::kHarnessFault) return "";
  Json print = {{"kind", model::to_string(seen.outcome.kind)},
                {"value", seen.value},
                {"stdout", seen.out.text},
                {"took", to_ms(seen.virtual_time)}};
  if (seen.outcome.exception) {
    print["types"] = seen.outcome.exception->types;
    print["message"] = seen.outcome.exception->message;
  }
  for (const model::Request& request : seen.requests)
    print["requests"].push_back(
        {request.method, request.target, to_ms(request.at), request.headers});
  return sha256_hex(dump_json(print));
}

/// What is kept of a run until its reference's is there as well.
struct Kept {
  std::vector<std::string> prints;           ///< by case
  std::vector<model::Judgement> judgements;  ///< by level, without facts
};

class Keeper final : public PoolListener {
 public:
  Keeper(const Grading& grading, const Workload& workload, std::size_t count, Progress& progress)
      : grading_(grading),
        workload_(workload),
        joiner_(workload),
        progress_(progress),
        kept_(count) {}

  void case_done() override { progress_.case_done(); }
  void tick() override { progress_.tick(); }
  void notice(const std::string& text) override { progress_.notice(text); }

  Status submission_done(SubmissionRun run) override {
    for (const ReworkRun& rework : joiner_.add(std::move(run))) keep(rework);
    return success();
  }

  const Kept& of(std::size_t index) const { return kept_[index]; }

 private:
  void keep(const ReworkRun& rework) {
    Kept& kept = kept_[rework.run.index];
    for (const Level level : kLevels) {
      kept.judgements.push_back(judge_run(grading_, workload_.items[rework.item], rework, level));
      kept.judgements.back().evidence.clear();
    }
    for (const model::Observation& seen : rework.run.observations)
      kept.prints.push_back(print_of(seen));
    progress_.submission_done();
  }

  const Grading& grading_;
  const Workload& workload_;
  Joiner joiner_;
  Progress& progress_;
  std::vector<Kept> kept_;
};

std::optional<std::size_t> offset_in(const Json& row, const char* key) {
  const auto it = row.find(key);
  if (it == row.end() || !it->is_number_integer() || it->get<std::int64_t>() < 0)
    return std::nullopt;
  return it->get<std::size_t>();
}

std::string text_in(const Json& row, const char* key) {
  const auto it = row.find(key);
  return it != row.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The whole lines that [begin, end) of `bytes` touches.
std::string_view whole_lines(std::string_view bytes, std::size_t begin, std::size_t end) {
  const std::size_t break_before =
      begin == 0 ? std::string_view::npos : bytes.rfind('\n', begin - 1);
  const std::size_t from = break_before == std::string_view::npos ? 0 : break_before + 1;
  const std::size_t to = std::min(bytes.find('\n', end), bytes.size());
  return bytes.substr(from, to - from);
}

std::optional<std::pair<Mutant, model::Submission>> mutant_of(const model::Submission& original,
                                                              const std::string& solution,
                                                              const Json& row) {
  if (!row.is_object()) return std::nullopt;
  const auto begin = offset_in(row, "begin"), end = offset_in(row, "end");
  const std::string path = text_in(row, "file"), text = text_in(row, "text");
  Mutant mutant{.id = solution + "/" + text_in(row, "id"),
                .solution = solution,
                .file = path,
                .line = static_cast<int>(offset_in(row, "line").value_or(0)),
                .operation = text_in(row, "operator")};
  model::Submission submission = original;
  const auto file = std::ranges::find(submission.files, path, &model::SourceFile::path);
  if (!begin || !end || file == submission.files.end() || text.size() > kMaxReplacement)
    return std::nullopt;
  if (*begin > *end || *end > file->bytes.size()) return std::nullopt;
  mutant.before = lines_of(whole_lines(file->bytes, *begin, *end));
  file->bytes.replace(*begin, *end - *begin, text);
  mutant.after = lines_of(whole_lines(file->bytes, *begin, *begin + text.size()));
  file->sha256 = sha256_hex(file->bytes);
  submission.id = mutant.id;
  submission.sha256 = model::hash_of_files(submission.files);
  return std::pair(std::move(mutant), std::move(submission));
}

using Made = std::vector<std::pair<Mutant, model::Submission>>;

Result<Made> make_mutants(const Grading& grading, const std::vector<model::Submission>& originals,
                          const std::vector<plan::Solution>& references, const std::string& only,
                          const PoolOptions& pool, PoolEnd& end) {
  model::Submission mutation;
  mutation.id = "mutation";
  mutation.files = {{kMutationFile, std::string(k_mutation_py), sha256_hex(k_mutation_py)}};
  mutation.sha256 = model::hash_of_files(mutation.files);
  OneRun run;
  const model::Plan plan = plan_of_mutation(grading, originals);
  ASSAY_TRY(end, run_pool(plan, {&mutation, 1}, pool, run));
  Made made;
  if (end == PoolEnd::kStopped) return made;
  for (std::size_t i = 0; i < originals.size(); ++i) {
    const model::Observation& seen = run.observations[i];
    if (!seen.has_value || !seen.value.is_array())
      return input_error("no mutants could be made: " + std::string(to_string(seen.outcome.kind)) +
                             " " + seen.outcome.detail + seen.err.text,
                         {references[i].folder});
    for (auto& each : mutants_of(originals[i], references[i].name, seen.value))
      if (each.first.id.find(only) != std::string::npos) made.push_back(std::move(each));
  }
  if (made.empty())
    return input_error(only.empty() ? "there is nothing in the references to make a mutant of"
                                    : "no mutant has \"" + only + "\" in its id",
                       {grading.package.exercise.folder + "/solutions/reference"});
  if (made.size() > kMaxMutants)
    return input_error("there are " + std::to_string(made.size()) + " mutants, more than " +
                           std::to_string(kMaxMutants),
                       {grading.package.exercise.folder}, "name some of them with --only");
  return made;
}

/// A reference of which no mutant is wanted need not run.
void drop_unused(const Made& made, std::vector<plan::Solution>& references,
                 std::vector<model::Submission>& submissions) {
  for (std::size_t i = references.size(); i-- > 0;) {
    const auto is_its = [&](const auto& each) { return each.first.solution == references[i].name; };
    if (std::ranges::any_of(made, is_its)) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    references.erase(references.begin() + at);
    submissions.erase(submissions.begin() + at);
  }
}

std::vector<std::size_t> cases_that_differ(const Kept& original, const Kept& mutant) {
  std::vector<std::size_t> cases;
  for (std::size_t i = 0; i < original.prints.size(); ++i)
    if (original.prints[i] != mutant.prints[i] && !original.prints[i].empty() &&
        !mutant.prints[i].empty())
      cases.push_back(i);
  return cases;
}

}  // namespace

bool MutantRun::ok() const {
  return !stopped && mistakes.empty() && std::ranges::none_of(mutants, &Mutant::survives) &&
         std::ranges::none_of(mutants, &Mutant::untold);
}

std::vector<std::pair<Mutant, model::Submission>> mutants_of(const model::Submission& original,
                                                             const std::string& solution,
                                                             const Json& found) {
  Made made;
  for (const Json& row : found)
    if (auto mutant = mutant_of(original, solution, row)) made.push_back(std::move(*mutant));
  return made;
}

model::Limits limits_of_mutants(model::Limits limits) {
  limits.cpu_ms = std::min(limits.cpu_ms, std::max(limits.cpu_ms / kCpuPart, kLeastCpuMs));
  return limits;
}

bool has_undetermined(const std::vector<model::Judgement>& judgements) {
  return std::ranges::any_of(judgements.front().indicators, [](const model::Indicator& indicator) {
    return indicator.verdict == model::Verdict::kUndetermined;
  });
}

std::vector<std::string> changes_between(const std::vector<model::Judgement>& original,
                                         const std::vector<model::Judgement>& mutant) {
  const bool untold = has_undetermined(original) || has_undetermined(mutant);
  std::vector<std::string> changes;
  const auto add = [&](const std::string& what, std::string_view from, std::string_view to) {
    if (from != to) changes.push_back(what + ": " + std::string(from) + " → " + std::string(to));
  };
  const auto& before = original.front().indicators;
  const auto& after = mutant.front().indicators;
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i)
    if (before[i].verdict != model::Verdict::kUndetermined &&
        after[i].verdict != model::Verdict::kUndetermined)
      add(before[i].id, model::to_string(before[i].verdict), model::to_string(after[i].verdict));
  for (std::size_t i = 0; !untold && i < original.size() && i < mutant.size(); ++i)
    add("anchor at " + std::string(model::to_string(kLevels.at(i))),
        model::to_string(original[i].overall.anchor), model::to_string(mutant[i].overall.anchor));
  return changes;
}

std::vector<std::string> apply_equivalents(
    const std::vector<std::pair<std::string, std::string>>& equivalents, bool all_made,
    std::vector<Mutant>& mutants) {
  std::vector<std::string> mistakes;
  for (const auto& [id, because] : equivalents) {
    const auto mutant = std::ranges::find(mutants, id, &Mutant::id);
    if (mutant == mutants.end()) {
      if (all_made) mistakes.push_back("mutants.yaml lists " + id + ", which is not made.");
    } else if (!mutant->changes.empty()) {
      mistakes.push_back("mutants.yaml lists " + id + ", which changes " + mutant->changes.front() +
                         ".");
    } else {
      mutant->equivalent = because;
    }
  }
  return mistakes;
}

Result<MutantRun> run_mutants(const ValidateOptions& options, const std::string& only,
                              Progress& progress) {
  ASSAY_TRY(const Grading grading, load_grading(options.exercise, options.variant, options.seed));
  ASSAY_TRY(std::vector<plan::Solution> references, plan::load_solutions(grading.package));
  std::erase_if(references, [](const plan::Solution& s) { return s.kind != "reference"; });
  ASSAY_TRY(const auto equivalents, plan::load_equivalent_mutants(grading.package));
  std::vector<model::Submission> submissions;
  for (const plan::Solution& reference : references) {
    ASSAY_TRY(model::Submission submission, submission_of(reference, grading.plan.entry.file));
    submissions.push_back(std::move(submission));
  }
  if (submissions.empty())
    return input_error("there is no reference solution to make mutants of",
                       {grading.package.exercise.folder + "/solutions/reference"});

  MutantRun result{.exercise = grading.package.exercise.id};
  const PoolOptions pool = pool_options_of(options);
  PoolEnd end = PoolEnd::kDone;
  ASSAY_TRY(Made made, make_mutants(grading, submissions, references, only, pool, end));
  drop_unused(made, references, submissions);
  std::vector<Rework> reworks;
  for (std::size_t i = 0; i < submissions.size(); ++i)
    reworks.push_back({std::move(submissions[i]), references[i].draft});
  for (auto& [mutant, submission] : made) {
    const auto of = std::ranges::find(references, mutant.solution, &plan::Solution::name);
    reworks.push_back({std::move(submission), of->draft});
  }
  const std::size_t count = reworks.size();
  const Workload workload = make_workload(std::move(reworks), grading.package.exercise.draft);
  Keeper keeper(grading, workload, count, progress);
  if (end == PoolEnd::kDone) {
    progress.begin(count, workload.items.size() - count, grading.plan.cases.size(), 0);
    model::Plan plan = grading.plan;
    plan.limits = limits_of_mutants(plan.limits);
    ASSAY_TRY(end, run_pool(plan, workload.items, pool, keeper));
  }
  result.stopped = end == PoolEnd::kStopped;
  if (result.stopped) return result;

  for (const model::Case& one : grading.plan.cases) result.cases.push_back({one.id, one.label});
  for (std::size_t i = 0; i < made.size(); ++i) {
    Mutant mutant = std::move(made[i].first);
    const auto reference = std::ranges::find(references, mutant.solution, &plan::Solution::name);
    const Kept& original = keeper.of(static_cast<std::size_t>(reference - references.begin()));
    const Kept& own = keeper.of(references.size() + i);
    mutant.changes = changes_between(original.judgements, own.judgements);
    mutant.cases_changed = cases_that_differ(original, own);
    mutant.untold = mutant.changes.empty() &&
                    (has_undetermined(original.judgements) || has_undetermined(own.judgements));
    result.mutants.push_back(std::move(mutant));
  }
  result.mistakes = apply_equivalents(equivalents, only.empty(), result.mutants);
  return result;
}

Json mutants_document(const MutantRun& run) {
  Json document = {{"schema", "assay.mutants/1"}, {"exercise", run.exercise}, {"ok", run.ok()}};
  document["cases"] = Json::array();
  for (const MutantCase& one : run.cases)
    document["cases"].push_back({{"id", one.id}, {"label", one.label}});
  document["mutants"] = Json::array();
  for (const Mutant& mutant : run.mutants) {
    Json cases = Json::array();
    for (const std::size_t index : mutant.cases_changed) cases.push_back(run.cases[index].id);
    document["mutants"].push_back({{"id", mutant.id},
                                   {"solution", mutant.solution},
                                   {"file", mutant.file},
                                   {"line", mutant.line},
                                   {"operator", mutant.operation},
                                   {"before", mutant.before},
                                   {"after", mutant.after},
                                   {"cases_changed", std::move(cases)},
                                   {"changes", mutant.changes},
                                   {"equivalent", mutant.equivalent},
                                   {"untold", mutant.untold},
                                   {"survives", mutant.survives()}});
  }
  document["mistakes"] = run.mistakes;
  return document;
}

}  // namespace assay::run
