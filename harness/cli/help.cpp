#include "harness/cli/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace assay::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTextColumn = 24;

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::string left = "  " + make_option_name(option, is_positional);
    // How CLI11 writes what a flag stands for that has no value behind it.
    if (const auto brace = left.find('{'); brace != std::string::npos) left.erase(brace);
    // What may follow a colon there is how CLI11 writes the checks on an option.
    const std::string type = option->get_type_name();
    if (!is_positional && !type.empty())
      left += (type.starts_with('[') ? "" : " ") + type.substr(0, type.find(':'));
    return entry(left, option->get_description());
  }

  std::string make_subcommand(const CLI::App* sub) const override {
    return entry("  " + sub->get_name(), sub->get_description());
  }

  std::string make_footer(const CLI::App* app) const override { return app->get_footer() + "\n"; }

 private:
  static std::string entry(const std::string& left, const std::string& text) {
    const std::string indent(kTextColumn, ' ');
    const std::string wrapped = wrap(text, indent, kWidth);
    if (left.size() + 2 > kTextColumn) return left + "\n" + wrapped + "\n";
    return left + wrapped.substr(left.size()) + "\n";
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help_formatter() {
  return std::make_shared<HelpFormatter>();
}

std::string wrap(std::string_view text, std::string_view indent, std::size_t width) {
  std::string lines;
  std::string line(indent);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    const bool first = line.size() == indent.size();
    if (!first && line.size() + 1 + word.size() > width) {
      lines += line + "\n";
      line = indent;
    } else if (!first) {
      line += ' ';
    }
    line += word;
  }
  return lines + line;
}

}  // namespace assay::cli
