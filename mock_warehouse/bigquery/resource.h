#pragma once

// What the resources of the BigQuery-compatible API have in common: the call that they answer, and
// the form of their answers.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_warehouse/http.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/query_desk.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse::bigquery {

/// One call. References live as long as it.
struct Call {
  const World& world;
  const HttpRequest& request;
  const Route& route;
  const std::map<std::string, std::string>& query;  ///< parameters of the URL
  const View& view;
  QueryDesk& desk;
};

/// Where all data of a world lies.
inline constexpr std::string_view kLocation = "US";

/// Bytes of one page, as the service limits it; further rows are on the next.
inline constexpr std::size_t kMaxPageBytes = 10 << 20;

/// JSON as the service sends it, the content type to the letter: @google-cloud/common finds an
/// error's reason, by which it tries again, in no body of "application/json".
Answer resource_answer(Json document, int status = 200);

/// A hash of the resource, of its form alone.
std::string etag_of(const Json& document);

/// "warehouse:analytics.orders"
std::string full_table_id(const World& world, std::string_view table);
std::string self_link(const World& world, std::string_view path);

/// Milliseconds since 1970 as text.
std::string epoch_ms(VirtualTime time);
/// The same of "2026-03-13T02:10:00Z"; "0" where it is empty.
std::string epoch_ms(const std::string& utc);

/// A parameter of the URL that is a number from 0 on: nothing where it is absent, and the refusal
/// where it is no such number.
struct NumberParameter {
  std::optional<std::uint64_t> value;
  std::optional<Answer> refusal;
};
NumberParameter number_parameter(const Call& call, const std::string& name);

/// The value of a parameter of the URL; empty where it is absent.
std::string text_parameter(const Call& call, const std::string& name);

/// All values of a parameter that may be there several times, in their order.
std::vector<std::string> text_parameters(const Call& call, std::string_view name);

/// How TIMESTAMP values are written (DataFormatOptions).
enum class TimestampForm { kSeconds, kMicros, kIso };
/// By the parameters formatOptions.*.
TimestampForm timestamp_form(const Call& call);
TimestampForm timestamp_form(bool use_int64, std::string_view output_format);

}  // namespace assay::warehouse::bigquery
