#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a page for people, as a proxy or a login wall sends it",
  "properties": {
    "status": {"description": "of the page; absent: 200", "type": "integer", "minimum": 200, "maximum": 599},
    "reason": {"$ref": "#/definitions/reason"},
    "title": {"description": "title and heading of the page; absent: Service unavailable", "type": "string", "maxLength": 256}
  }
})";

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '<') {
      html += "&lt;";
    } else if (c == '&') {
      html += "&amp;";
    } else {
      html += c;
    }
  }
  return html;
}

bool apply(FaultContext& context, Reply& reply) {
  const std::string title = escaped(context.parameters.value("title", "Service unavailable"));
  Answer answer;
  answer.status = context.parameters.value("status", 200);
  answer.reason = context.parameters.value("reason", "");
  answer.content_type = "text/html; charset=utf-8";
  answer.body = "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head>\n<body><h1>" +
                title + "</h1></body></html>\n";
  reply.say(std::move(answer));
  return true;
}

}  // namespace

extern const Fault k_html_body{"html_body", kParameters, always<kWholeAnswer | Part::kJson>, apply};

}  // namespace assay::warehouse
