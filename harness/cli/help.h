#pragma once

// How `--help` is laid out: names as they are typed, texts wrapped to 80 columns.

#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class FormatterBase;
}

namespace assay::cli {

std::shared_ptr<CLI::FormatterBase> make_help_formatter();

/// `text` in lines of at most `width` columns, each after `indent`; the last without a line end.
/// Words longer than that stay whole.
std::string wrap(std::string_view text, std::string_view indent, std::size_t width);

}  // namespace assay::cli
