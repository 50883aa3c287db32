// Draft and solution in one table: what stayed stands side by side, and what changed has a sign as
// well as a colour.

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/line_diff.h"

namespace assay::report {
namespace {

/// A line's number and its text; both cells empty where the side has no
/// line in this row.
void write_cells(HtmlWriter& html, const Page& page, std::size_t file,
                 std::optional<std::size_t> line, Side side, bool same) {
  const std::string of = side == Side::kDraft ? "draft" : "solution";
  if (!line) {
    html.element("td", {{"class", "no " + of + " none"}}, "");
    html.element("td", {{"class", "text " + of + " none"}}, "");
    return;
  }
  const std::size_t number = *line + 1;
  const std::string anchor = HtmlIndex::line_anchor(file, number, side);
  const std::string cited = page.index.is_cited(file, number, side) ? " cited" : "";
  html.element("td", {{"class", "no " + of}, {"id", anchor}}, std::to_string(number));
  const auto cell = html.open("td", {{"class", "text " + of + cited}});
  if (!same) {
    html.element("span", {{"class", "sign"}, {"aria-hidden", "true"}},
                 side == Side::kDraft ? "−" : "+");
    html.element("span", {{"class", "unseen"}}, side == Side::kDraft ? "removed:" : "added:");
  }
  write_code(html, page, file, number, side);
}

/// "12 lines stayed, 5 went, 9 came."
std::string words_of(const std::vector<DiffRow>& rows) {
  std::size_t stayed = 0, went = 0, came = 0;
  for (const DiffRow& row : rows) {
    if (row.left && row.right && row.same) {
      ++stayed;
      continue;
    }
    if (row.left) ++went;
    if (row.right) ++came;
  }
  return count_of(stayed, "line") + " stayed, " + std::to_string(went) + " went, " +
         std::to_string(came) + " came.";
}

}  // namespace

void write_side_by_side(HtmlWriter& html, const Page& page, std::size_t draft_file,
                        std::size_t file) {
  const Json& draft = page.graded.at("draft");
  const std::string_view draft_path = text_at(draft.at("files").at(draft_file), "path");
  const std::string_view path = text_at(page.graded.at("submission").at("files").at(file), "path");
  const bool own = text_at(draft, "kind") == "own";
  const std::vector<DiffRow> rows = diff_lines(page.index.file(draft_file, Side::kDraft).lines,
                                               page.index.file(file, Side::kSolution).lines);
  html.element("h3", {{"class", "path"}}, std::string(draft_path) + " beside " + std::string(path));
  html.element("p", {{"class", "hint"}},
               std::string(own ? "The draft is the candidate's own. "
                               : "The draft is the exercise's, the same for everyone. ") +
                   words_of(rows));
  const auto box = html.open("div", {{"class", "scroll beside"},
                                     {"role", "region"},
                                     {"tabindex", "0"},
                                     {"aria-label", "Draft and solution, line by line"}});
  const auto table = html.open("table", {{"class", "diff"}});
  {
    const auto columns = html.open("colgroup");
    for (const std::string_view css : {"c-no", "", "c-no", ""}) html.lone("col", {{"class", css}});
  }
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    html.element("th", {{"scope", "colgroup"}, {"colspan", "2"}}, "Draft");
    html.element("th", {{"scope", "colgroup"}, {"colspan", "2"}}, "Solution");
  }
  const auto body = html.open("tbody");
  for (const DiffRow& each : rows) {
    const auto row = html.open("tr", {{"class", each.same ? "same" : "changed"}});
    write_cells(html, page, draft_file, each.left, Side::kDraft, each.same);
    write_cells(html, page, file, each.right, Side::kSolution, each.same);
  }
}

}  // namespace assay::report
