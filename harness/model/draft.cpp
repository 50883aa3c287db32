#include "harness/model/draft.h"

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<DraftKind, std::string_view> kDraftKinds[] = {{DraftKind::kPackage, "package"},
                                                                  {DraftKind::kOwn, "own"}};

}  // namespace

std::string_view to_string(DraftKind kind) { return enum_name(kind, kDraftKinds); }
std::optional<DraftKind> draft_kind_from(std::string_view text) {
  return enum_named(text, kDraftKinds);
}

}  // namespace assay::model
