#include "mock_warehouse/journal.h"

#include <algorithm>

#include "harness/base/assert.h"
#include "harness/base/sha256.h"
#include "mock_warehouse/limits.h"

namespace assay::warehouse {
namespace {

constexpr std::size_t kTokenDigits = 16;

std::string bounded(std::string_view bytes, std::size_t limit) {
  return to_valid_utf8(bytes.substr(0, limit));
}

/// The name of a scheme is the same in any case (RFC 9110, 11.1).
std::string with_usual_scheme(const std::string& credentials) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view scheme = std::string_view(credentials).substr(0, kBearer.size());
  return same_name(scheme, kBearer) ? std::string(kBearer) + credentials.substr(kBearer.size())
                                    : credentials;
}

/// Secrets are told apart, and not told.
std::string recorded_value(const std::string& name, const std::string& value) {
  if (same_name(name, "Authorization") || same_name(name, "Proxy-Authorization"))
    return "sha256:" + sha256_hex(with_usual_scheme(value)).substr(0, kTokenDigits);
  return bounded(value, kMaxRecordedHeaderBytes);
}

}  // namespace

std::string recorded_sql(const std::string& sql) {
  if (sql.size() <= kMaxRecordedBody) return to_valid_utf8(sql);
  return bounded(sql, kMaxRecordedBody) + "\n-- cut; sha256:" + sha256_hex(sql);
}

bool Journal::full() const { return records_.size() >= max_records_; }

std::size_t Journal::add(const HttpRequest& request, VirtualTime at, model::Request record) {
  ASSAY_ASSERT(!full(), "the journal is full");
  record.seq = static_cast<int>(records_.size()) + 1;
  record.at = at - start_;
  record.gap = gap_before(record.at);
  record.method = bounded(request.method, kMaxRecordedHeaderBytes);
  record.target = bounded(request.target, kMaxRecordedTarget);
  for (const auto& [name, value] : request.headers) {
    if (record.headers.size() >= kMaxRecordedHeaders) break;
    Json pair = Json::array();
    pair.push_back(bounded(name, kMaxRecordedHeaderBytes));
    pair.push_back(recorded_value(name, value));
    record.headers.push_back(std::move(pair));
  }
  if (!request.body.empty()) {
    record.body_sha256 = sha256_hex(request.body);
    record.body = bounded(request.body, kMaxRecordedBody);
  }
  records_.push_back(std::move(record));
  return records_.size() - 1;
}

/// Since the answer before was over; 0 where none was, or where it still goes on.
Duration Journal::gap_before(Duration at) const {
  if (records_.empty() || !records_.back().ended_at) return {};
  return std::max(Duration{}, at - *records_.back().ended_at);
}

void Journal::sent(std::size_t index, std::optional<int> status, std::int64_t bytes) {
  records_[index].status = status;
  records_[index].bytes_sent = bytes;
}

void Journal::ended(std::size_t index, model::WireEnd end, VirtualTime at) {
  records_[index].end = end;
  records_[index].ended_at = at - start_;
}

}  // namespace assay::warehouse
