#include "mock_warehouse/bigquery/resource.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "harness/base/base64.h"
#include "harness/base/sha256.h"
#include "mock_warehouse/bigquery/errors.h"

namespace assay::warehouse::bigquery {
namespace {

constexpr std::size_t kEtagDigits = 24;

}  // namespace

Answer resource_answer(Json document, int status) {
  Answer answer = json_answer(status, std::move(document));
  answer.content_type = "application/json; charset=UTF-8";
  return answer;
}

std::string etag_of(const Json& document) {
  return base64_encode(sha256_hex(dump_json(document)).substr(0, kEtagDigits));
}

std::string full_table_id(const World& world, std::string_view table) {
  return world.project + ":" + world.dataset + "." + std::string(table);
}

std::string self_link(const World& world, std::string_view path) {
  return "https://bigquery.googleapis.com/bigquery/v2/projects/" + world.project + "/" +
         std::string(path);
}

std::string epoch_ms(VirtualTime time) { return std::to_string(to_ms(time.time_since_epoch())); }

std::string epoch_ms(const std::string& utc) {
  const auto time = parse_utc(utc);
  return time ? epoch_ms(*time) : "0";
}

NumberParameter number_parameter(const Call& call, const std::string& name) {
  const auto found = call.query.find(name);
  if (found == call.query.end() || found->second.empty()) return {};
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return {std::nullopt, invalid(name, "expected a whole number from 0 on")};
  return {value, std::nullopt};
}

std::string text_parameter(const Call& call, const std::string& name) {
  const auto found = call.query.find(name);
  return found == call.query.end() ? "" : found->second;
}

std::vector<std::string> text_parameters(const Call& call, std::string_view name) {
  std::vector<std::string> values;
  const auto url = boost::urls::parse_uri_reference(call.request.target);
  if (!url) return values;
  for (const auto& parameter : url->params())
    if (parameter.key == name) values.push_back(parameter.value);
  return values;
}

TimestampForm timestamp_form(const Call& call) {
  return timestamp_form(text_parameter(call, "formatOptions.useInt64Timestamp") == "true",
                        text_parameter(call, "formatOptions.timestampOutputFormat"));
}

TimestampForm timestamp_form(bool use_int64, std::string_view output_format) {
  if (output_format == "ISO8601_STRING") return TimestampForm::kIso;
  if (output_format == "INT64") return TimestampForm::kMicros;
  if (output_format == "FLOAT64") return TimestampForm::kSeconds;
  return use_int64 ? TimestampForm::kMicros : TimestampForm::kSeconds;
}

}  // namespace assay::warehouse::bigquery
