#include "harness/report/html/heat_map.h"

#include <array>
#include <string>

#include "harness/base/assert.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// The side of a cell's square; the rest of kCell is between it and the next.
constexpr int kSquare = 18;
/// Columns shown of an indicator's name.
constexpr std::size_t kMaxName = 26;

/// From the upper left corner of the square.
std::string_view sign_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "m4 9l4 4 6-8";
    case Tone::kBad:
      return "m5 5l8 8m0-8l-8 8";
    case Tone::kAsk:
      return "m6 7c0-4 6-4 6 0 0 2-3 2-3 4m0 2v1";
    case Tone::kOpen:
      return "m5 9h8";
    case Tone::kFault:
      return "m9 4v6m0 3v1";
  }
  return {};
}

}  // namespace

HeatMapColumns::HeatMapColumns(const std::vector<std::string>& groups) {
  int x = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i > 0) x += kCell + (groups[i] == groups[i - 1] ? 0 : kGroupGap);
    left_.push_back(x);
  }
}

void write_heat_row(HtmlWriter& html, const HeatMapColumns& columns,
                    const std::vector<std::optional<Tone>>& tones, std::string_view words) {
  ASSAY_ASSERT(tones.size() == columns.size(), "a row has not one cell for each column");
  const auto svg = html.open("svg", {{"class", "heat"},
                                     {"role", "img"},
                                     {"width", std::to_string(columns.width())},
                                     {"height", std::to_string(kCell)},
                                     {"aria-label", words}});
  for (const Tone tone : {Tone::kGood, Tone::kBad, Tone::kAsk, Tone::kOpen, Tone::kFault}) {
    // Two paths for all cells of a tone: what keeps a page of thousands of rows light.
    std::string squares, signs;
    for (std::size_t i = 0; i < tones.size(); ++i) {
      if (tones[i] != tone) continue;
      const std::string corner = "M" + std::to_string(columns.x(i) + 2) + " 2";
      const std::string side = std::to_string(kSquare);
      squares += corner + "h" + side + "v" + side + "h-" + side + "z";
      signs += corner + std::string(sign_of(tone));
    }
    if (squares.empty()) continue;
    html.shape("path", {{"class", css_class(tone)}, {"d", squares}});
    html.shape("path", {{"class", std::string(css_class(tone)) + " sign"}, {"d", signs}});
  }
}

void write_heat_head(HtmlWriter& html, const HeatMapColumns& columns,
                     const std::vector<std::string>& names) {
  ASSAY_ASSERT(names.size() == columns.size(), "a head has not one name for each column");
  const auto svg = html.open("svg", {{"class", "heat-head"},
                                     {"width", std::to_string(columns.width())},
                                     {"height", std::to_string(kHeadHeight)},
                                     {"aria-hidden", "true"}});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string x = std::to_string(columns.x(i) + kCell / 2 + 4);
    const std::string y = std::to_string(kHeadHeight - 6);
    html.element("text", {{"x", x}, {"y", y}, {"transform", "rotate(-60 " + x + " " + y + ")"}},
                 cut(visible(names[i]), kMaxName));
  }
}

}  // namespace assay::report
