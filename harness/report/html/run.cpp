// How it was run: isolation, versions, limits, hashes.

#include "harness/report/fields.h"
#include "harness/report/html/parts.h"

namespace assay::report {
namespace {

void write_pair(HtmlWriter& html, std::string_view name, std::string_view text) {
  html.element("dt", name);
  html.element("dd", text);
}

VerdictWords words_of_state(std::string_view state) {
  if (state == "on") return {"✓", "on", Tone::kGood};
  if (state == "off") return {"✗", "off", Tone::kBad};
  return {"–", "unavailable", Tone::kAsk};
}

/// Folded where all is as it should be.
void write_layers(HtmlWriter& html, const Json& layers) {
  std::string not_on;
  for (const Json& layer : layers)
    if (text_at(layer, "state") != "on")
      not_on += (not_on.empty() ? "" : ", ") + std::string(text_at(layer, "name"));
  const auto details = html.open("details", {{"open", not_on.empty() ? "" : "open"}});
  html.element("summary", not_on.empty()
                              ? "All " + std::to_string(layers.size()) + " layers were on"
                              : "Not on: " + not_on);
  const ScrollingTable table(html, "Layers of isolation", {"Layer", "State", "Detail"});
  const auto body = html.open("tbody");
  for (const Json& layer : layers) {
    const auto row = html.open("tr");
    html.element("th", {{"scope", "row"}}, text_at(layer, "name"));
    {
      const auto cell = html.open("td", {{"data-head", "State"}});
      write_chip(html, words_of_state(text_at(layer, "state")));
    }
    html.element("td", {{"data-head", "Detail"}}, text_at(layer, "detail"));
  }
}

void write_versions(HtmlWriter& html, const Json& report) {
  const Json& graded = report.at("graded");
  const Json& tool = graded.at("tool");
  const Json& exercise = graded.at("exercise");
  const auto list = html.open("dl", {{"class", "setting"}});
  write_pair(html, "Assay", text_at(tool, "version"));
  write_pair(html, "Python", text_at(tool, "python"));
  std::string packages;
  for (const auto& [name, version] : tool.at("packages").items())
    packages += (packages.empty() ? "" : ", ") + name + " " + version.get<std::string>();
  write_pair(html, "Packages", packages);
  write_pair(html, "Exercise",
             std::string(text_at(exercise, "id")) + " " +
                 std::string(text_at(exercise, "version")) + ", " +
                 std::string(text_at(exercise, "sha256")));
  for (const Json& rubric : graded.at("rubrics"))
    write_pair(html, "Rubric",
               std::string(text_at(rubric, "id")) + " " + std::string(text_at(rubric, "version")) +
                   ", " + std::string(text_at(rubric, "sha256")));
  write_pair(html, "Submission", text_at(graded.at("submission"), "sha256"));
  write_pair(html, "Seed", std::to_string(graded.at("seed").get<std::uint64_t>()));
  write_pair(html, "Started", text_at(report.at("run"), "started_at"));
  write_pair(html, "Host", text_at(report.at("run"), "host"));
}

/// What moved since the report that this one took the place of.
void write_lineage(HtmlWriter& html, const Json& report) {
  if (!report.contains("lineage")) return;
  const Json& lineage = report.at("lineage");
  html.element("h3", "In the place of another report");
  html.element("p", {{"class", "hint hash"}},
               "By " + std::string(text_at(lineage, "cause")) + ", of " +
                   std::string(text_at(lineage, "supersedes")));
  const Json& changed = lineage.at("changed");
  if (changed.empty()) {
    html.element("p", "No verdict moved.");
    return;
  }
  const ScrollingTable table(html, "Verdicts that moved", {"Indicator", "From", "To", "Because"});
  const auto body = html.open("tbody");
  for (const Json& moved : changed) {
    const auto row = html.open("tr");
    html.element("th", {{"scope", "row"}}, title_of_id(text_at(moved, "indicator")));
    html.element("td", {{"data-head", "From"}}, title_of_id(text_at(moved, "from")));
    html.element("td", {{"data-head", "To"}}, title_of_id(text_at(moved, "to")));
    html.element("td", {{"data-head", "Because"}}, text_at(moved, "because"));
  }
}

}  // namespace

void write_run(HtmlWriter& html, const Page& page) {
  const Json& report = page.report;
  const Json& run = report.at("run");
  const auto section = html.open("section", {{"id", "run"}, {"aria-labelledby", "run-h"}});
  html.element("h2", {{"id", "run-h"}}, "How it was run");
  html.element("h3", "Isolation");
  if (is_unsandboxed(report)) html.element("p", {{"class", "banner alarm"}}, kUnsandboxed);
  if (!run.at("sandbox").at("layers").empty()) write_layers(html, run.at("sandbox").at("layers"));
  if (!run.at("retries").empty()) {
    html.element("h3", "Run again");
    const auto list = html.open("ul");
    for (const Json& retry : run.at("retries"))
      html.element("li", retry.get_ref<const std::string&>());
  }
  write_lineage(html, report);
  html.element("h3", "Versions and hashes");
  write_versions(html, report);
}

}  // namespace assay::report
