#include "harness/run/workload.h"

#include <map>

#include "harness/run/intake.h"

namespace assay::run {
namespace {

using model::DraftKind;

model::Submission as_submission(const model::SourceFile& draft) {
  model::Submission item;
  item.id = "draft";
  item.files = {draft};
  item.sha256 = model::hash_of_files(item.files);
  item.entry_file = model::kDraftFile;
  return item;
}

/// The draft that a submission is held against; null where none was kept.
const model::SourceFile* draft_of(const Rework& rework,
                                  const std::optional<model::SourceFile>& package_draft) {
  if (!rework.draft) return nullptr;
  if (*rework.draft == DraftKind::kOwn) return draft_in(rework.submission);
  return package_draft ? &*package_draft : nullptr;
}

}  // namespace

Result<std::optional<DraftKind>> choose_draft(const model::Exercise& exercise,
                                              const std::string& variant,
                                              std::optional<DraftKind> wanted) {
  if (!exercise.draft && wanted)
    return input_error("the variant " + variant + " of " + exercise.id + " has no draft", {},
                       "leave --draft out, or choose a variant that starts from a draft");
  if (!exercise.draft) return std::optional<DraftKind>();
  return std::optional(wanted.value_or(DraftKind::kPackage));
}

Workload make_workload(std::vector<Rework> reworks,
                       const std::optional<model::SourceFile>& package_draft) {
  Workload work;
  std::map<std::pair<DraftKind, std::string>, std::size_t> drafts;  // by kind and hash
  for (std::size_t i = 0; i < reworks.size(); ++i) {
    Workload::Item item{.submission = i, .kind = reworks[i].draft};
    if (const model::SourceFile* draft = draft_of(reworks[i], package_draft)) {
      const auto [known, is_new] =
          drafts.emplace(std::pair(*reworks[i].draft, draft->sha256), work.items.size());
      if (is_new) {
        work.items.push_back(as_submission(*draft));
        work.about.push_back({.kind = reworks[i].draft});
      }
      item.draft = known->second;
      ++work.about[known->second].users;
    }
    work.items.push_back(std::move(reworks[i].submission));
    work.about.push_back(item);
  }
  return work;
}

Joiner::Joiner(const Workload& workload) : workload_(workload), drafts_(workload.items.size()) {
  for (std::size_t i = 0; i < drafts_.size(); ++i) drafts_[i].users_left = workload.about[i].users;
}

ReworkRun Joiner::whole(SubmissionRun run) {
  const std::size_t index = run.index;
  const Workload::Item& about = workload_.about[index];
  ReworkRun rework{index, std::move(run), about.kind, nullptr};
  rework.run.index = *about.submission;
  if (!about.draft) return rework;
  Draft& draft = drafts_[*about.draft];
  rework.draft = draft.done;
  if (--draft.users_left == 0) draft.done.reset();
  return rework;
}

std::vector<ReworkRun> Joiner::add(SubmissionRun run) {
  std::vector<ReworkRun> ready;
  const std::size_t index = run.index;
  const Workload::Item& about = workload_.about[index];
  if (about.submission) {
    if (about.draft && !drafts_[*about.draft].done)
      drafts_[*about.draft].waiting.push_back(std::move(run));
    else
      ready.push_back(whole(std::move(run)));
    return ready;
  }
  drafts_[index].done = std::make_shared<const DraftRun>(
      DraftRun{*about.kind, workload_.items[index].files, std::move(run.observations),
               std::move(run.inspection), std::move(run.retries), std::move(run.repetitions)});
  for (SubmissionRun& waited : std::exchange(drafts_[index].waiting, {}))
    ready.push_back(whole(std::move(waited)));
  return ready;
}

}  // namespace assay::run
