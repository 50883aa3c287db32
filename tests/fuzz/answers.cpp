#include "tests/fuzz/answers.h"

#include <charconv>
#include <optional>

#include "mock_warehouse/http.h"
#include "tests/fuzz/invariant.h"

namespace assay::fuzz {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  FUZZ_CHECK(parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty(),
             "no number: " + std::string(text));
  return value;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }

  /// One answer, with a body or, to a HEAD, without; its status.
  int answer(bool head_only) {
    const std::string_view first = line();
    FUZZ_CHECK(first.starts_with("HTTP/1.1 ") && first.size() >= 13 && first[12] == ' ',
               "no status line: " + std::string(first));
    const auto status = static_cast<int>(number(first.substr(9, 3), 10));
    warehouse::Headers headers;
    for (std::string_view field = line(); !field.empty(); field = line()) {
      const std::size_t colon = field.find(':');
      FUZZ_CHECK(
          colon != std::string_view::npos && colon > 0 && field.find_first_of(" \t\r\n") > colon,
          "no header field: " + std::string(field));
      for (const char c : field)
        FUZZ_CHECK(static_cast<unsigned char>(c) >= ' ' || c == '\t', "a control in a field");
      const std::size_t value = field.find_first_not_of(' ', colon + 1);
      headers.emplace_back(field.substr(0, colon),
                           value == std::string_view::npos ? "" : field.substr(value));
    }
    const std::string* length = warehouse::find_header(headers, "Content-Length");
    const std::string* coding = warehouse::find_header(headers, "Transfer-Encoding");
    FUZZ_CHECK((length == nullptr) != (coding == nullptr), "no framing, or two");
    if (head_only) return status;
    if (length != nullptr)
      take(number(*length, 10));
    else
      chunks();
    return status;
  }

 private:
  std::string_view take(std::size_t size) {
    FUZZ_CHECK(size <= bytes_.size(), "an answer ends early");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::string_view line() {
    const std::size_t end = bytes_.find("\r\n");
    FUZZ_CHECK(end != std::string_view::npos, "a head that does not end");
    const std::string_view taken = bytes_.substr(0, end);
    bytes_.remove_prefix(end + 2);
    return taken;
  }

  void chunks() {
    for (std::size_t size = number(line(), 16);; size = number(line(), 16)) {
      take(size);
      FUZZ_CHECK(take(2) == "\r\n", "no line end behind a chunk");
      if (size == 0) return;
    }
  }

  std::string_view bytes_;
};

}  // namespace

std::size_t without_continues(std::string& answers) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answers.find(kContinue, at)) != std::string::npos; ++count)
    answers.erase(at, kContinue.size());
  return count;
}

void check_answers(std::string_view answers, const std::vector<model::Request>& journal) {
  Reader reader(answers);
  for (std::size_t i = 0; i < journal.size(); ++i) {
    const model::Request& record = journal[i];
    const bool whole =
        record.end == model::WireEnd::kFin || record.end == model::WireEnd::kKeepAlive;
    if (!whole) {
      FUZZ_CHECK(i + 1 == journal.size(), "an answer behind one that is not over");
      return;
    }
    const int status = reader.answer(record.method == "HEAD");
    FUZZ_CHECK(record.status == status, "the journal tells of another status");
  }
  FUZZ_CHECK(reader.at_end(),
             "bytes behind the last answer:\n" + std::string(answers) + dump_json(Json(journal)));
}

}  // namespace assay::fuzz
