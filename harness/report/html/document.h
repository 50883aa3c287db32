#pragma once

// What every page begins with. In: a title, and the style sheets of ours that it needs. Out: a
// <head> whose Content-Security-Policy forbids every load and every script, so that even a hole in
// the escaping would have nothing to work with.

#include <initializer_list>
#include <string_view>

#include "harness/report/html/writer.h"

namespace assay::report {

void write_document_head(HtmlWriter& html, std::string_view title,
                         std::initializer_list<std::string_view> style_sheets);

}  // namespace assay::report
