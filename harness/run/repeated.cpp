#include "harness/run/repeated.h"

#include <algorithm>
#include <string>

#include "harness/base/assert.h"
#include "harness/base/count.h"
#include "harness/evidence/text.h"
#include "harness/model/value.h"
#include "sandboxes/sandbox.h"

namespace assay::run {
namespace {

using model::Observation;
using model::OutcomeKind;
using model::Request;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// "<object at 0x7ffff7a1b2c0>" with the number left out: where an object lies says nothing.
std::string without_addresses(std::string_view text) {
  constexpr std::size_t kLeastDigits = 6;
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = std::min(text.find("0x", at), text.size());
    rest.append(text.substr(at, found - at));
    std::size_t end = std::min(found + 2, text.size());
    while (end < text.size() && is_hex(text[end])) ++end;
    const bool address = end - found >= kLeastDigits + 2;
    rest.append(address ? std::string_view("0x…") : text.substr(found, end - found));
    at = end;
  }
  return rest;
}

/// Whether the items of this tagged value are pairs of a dict, whose order equality ignores.
bool has_pairs(const Json& value) {
  const std::string_view tag = model::tag(value);
  return (tag == "dict" || tag == "mapping") && value.contains("items");
}

/// The same text for values that are equal in Python. Recurses as deep as a value goes, which is
/// bounded (model/value.h).
std::string canonical(const Json& value) {
  if (value.is_string()) return dump_json(without_addresses(value.get_ref<const std::string&>()));
  if (!value.is_structured()) return dump_json(value);
  std::vector<std::string> parts;
  const bool pairs = value.is_object() && has_pairs(value);
  for (const auto& [key, entry] : value.items()) {
    if (pairs && key == "items") {
      for (const Json& pair : entry) parts.push_back(canonical(pair));
    } else {
      parts.push_back((value.is_object() ? dump_json(key) + ":" : "") + canonical(entry));
    }
  }
  if (value.is_object()) std::ranges::sort(parts);
  std::string text(value.is_object() ? "{" : "[");
  for (const std::string& part : parts) text.append(part).push_back(',');
  return text + (value.is_object() ? "}" : "]");
}

/// All of a request but when it came, and by which connection.
std::string key_of(const Request& request) {
  std::vector<std::string> headers;
  for (const Json& header : request.headers) headers.push_back(dump_json(header));
  std::ranges::sort(headers);
  return dump_json(Json{to_string(request.phase), request.operation, request.method, request.target,
                        headers, request.body_sha256, request.sql, request.fault,
                        request.status ? Json(*request.status) : Json()});
}

std::vector<std::string> keys_of(const std::vector<Request>& requests) {
  std::vector<std::string> keys;
  for (const Request& request : requests) keys.push_back(key_of(request));
  return keys;
}

std::string key_of(const model::Outcome& outcome) {
  Json key = {to_string(outcome.kind), outcome.exit_code.value_or(0), outcome.signal.value_or(0)};
  if (outcome.exception)
    key.push_back({outcome.exception->types, without_addresses(outcome.exception->message),
                   outcome.exception->traceback});
  return dump_json(key);
}

std::string key_of(const model::Stream& stream) {
  return without_addresses(stream.text) + (stream.cut ? "…" : "");
}

/// The note that says that its clock or its turns went by the machine's at times; empty without.
std::string_view note_of_machine(const Observation& seen) {
  for (const std::string_view what :
       {sandbox::kNoteRealTime, sandbox::kNoteOrderNotFixed, sandbox::kNoteOutsideVirtualTime})
    if (std::ranges::any_of(seen.notes, [&](const auto& note) { return note.starts_with(what); }))
      return what;
  return {};
}

bool has_time_of_its_own(const Observation& seen) { return !note_of_machine(seen).empty(); }

bool took_the_same(const Observation& a, const Observation& b) {
  if (has_time_of_its_own(a) || has_time_of_its_own(b)) return true;
  return std::chrono::abs(a.virtual_time - b.virtual_time) < kSameTime;
}

struct Part {
  const char* name;
  bool (*same)(const Observation&, const Observation&);
  /// What `seen` did, beside what `other` did, which is not the same.
  std::string (*words)(const Observation& seen, const Observation& other);
};

std::string quoted(const std::string& text) {
  return evidence::clip(evidence::on_one_line(without_addresses(text)), kMaxQuoted);
}

std::string words_of_end(const Observation& seen, const Observation&) {
  const model::Outcome& outcome = seen.outcome;
  if (outcome.kind == OutcomeKind::kReturned)
    return "returned " + quoted(model::describe(seen.value, kMaxQuoted));
  if (outcome.exception && !outcome.exception->types.empty()) {
    const std::string& type = outcome.exception->types.front();
    const std::string& message = outcome.exception->message;
    return "raised " + quoted(type + (message.empty() ? "" : ": " + message));
  }
  if (outcome.exit_code) return "exited with code " + std::to_string(*outcome.exit_code);
  if (outcome.signal) return "was ended by signal " + std::to_string(*outcome.signal);
  std::string kind(to_string(outcome.kind));
  std::ranges::replace(kind, '_', ' ');
  return "ended by its limit of " + kind;
}

std::string words_of_requests(const Observation& seen, const Observation& other) {
  const auto ours = keys_of(seen.requests), theirs = keys_of(other.requests);
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(ours, theirs).in1 - ours.begin());
  if (at == ours.size()) return "sent " + count_of(ours.size(), "request");
  const Request& request = seen.requests[at];
  std::string words = "sent as request " + std::to_string(at + 1) + " " +
                      quoted(request.method + " " + request.target);
  return words + (request.status ? ", answered with " + std::to_string(*request.status) : "");
}

/// The first line in which two texts differ, of the first.
std::string first_other_line(const std::string& text, const std::string& other) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < std::min(text.size(), other.size()) && text[i] == other[i]; ++i)
    if (text[i] == '\n') at = i + 1;
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

std::string words_of_output(const Observation& seen, const Observation& other) {
  const bool in_out = key_of(seen.out) != key_of(other.out);
  const model::Stream& ours = in_out ? seen.out : seen.err;
  const model::Stream& theirs = in_out ? other.out : other.err;
  const std::string line = quoted(first_other_line(key_of(ours), key_of(theirs)));
  const std::string where = in_out ? "stdout" : "stderr";
  return line.empty() ? "wrote no such line to " + where : "wrote \"" + line + "\" to " + where;
}

std::string words_of_time(const Observation& seen, const Observation&) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(seen.virtual_time).count();
  const std::string part = std::to_string(ms % 1000);
  return "took " + std::to_string(ms / 1000) + "." + std::string(3 - part.size(), '0') + part +
         " s";
}

/// By the names of model::kVaryingParts, in that order.
constexpr Part kParts[] = {
    {"outcome",
     [](const Observation& a, const Observation& b) {
       return key_of(a.outcome) == key_of(b.outcome);
     },
     words_of_end},
    {"value",
     [](const Observation& a, const Observation& b) {
       // Where one returned and the other did not, the outcome says so.
       return !a.has_value || !b.has_value || canonical(a.value) == canonical(b.value);
     },
     words_of_end},
    {"requests",
     [](const Observation& a, const Observation& b) {
       return keys_of(a.requests) == keys_of(b.requests);
     },
     words_of_requests},
    {"output",
     [](const Observation& a, const Observation& b) {
       return key_of(a.out) == key_of(b.out) && key_of(a.err) == key_of(b.err);
     },
     words_of_output},
    {"time", took_the_same, words_of_time}};
static_assert(std::size(kParts) == std::size(model::kVaryingParts));

/// Both in words; where those are the same, what differs is beyond what is quoted.
std::vector<model::RunExample> examples_of(const Part& part, const Observation& first,
                                           const Observation& other, int run) {
  std::vector<model::RunExample> examples = {{1, part.words(first, other)},
                                             {run, part.words(other, first)}};
  if (examples[0].words == examples[1].words)
    examples[1].words += ", which differs in what is not quoted here";
  return examples;
}

bool was_lost(const Observation& seen) { return seen.outcome.kind == OutcomeKind::kHarnessFault; }

}  // namespace

std::string why_not_compared(std::span<const Observation* const> runs) {
  for (const Observation* run : runs)
    if (const std::string_view note = note_of_machine(*run); !note.empty())
      return std::string(note);
  return {};
}

std::optional<model::VaryingCase> how_it_varies(std::span<const Observation* const> runs) {
  if (runs.empty() || was_lost(*runs.front())) return std::nullopt;
  const Observation& first = *runs.front();
  model::VaryingCase varying{.case_id = first.case_id};
  for (const Part& part : kParts) {
    for (std::size_t i = 1; i < runs.size(); ++i) {
      if (was_lost(*runs[i]) || part.same(first, *runs[i])) continue;
      const int run = static_cast<int>(i) + 1;
      if (varying.examples.empty()) varying.examples = examples_of(part, first, *runs[i], run);
      if (varying.in.empty() || varying.in.back() != part.name) varying.in.push_back(part.name);
      if (std::ranges::find(varying.runs, run) == varying.runs.end()) varying.runs.push_back(run);
    }
  }
  if (varying.in.empty()) return std::nullopt;
  std::ranges::sort(varying.runs);
  return varying;
}

void add_repeated(const std::vector<Observation>& first,
                  const std::vector<std::vector<Observation>>& others, bool of_draft,
                  model::Repeated& repeated) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    std::vector<const Observation*> runs = {&first[i]};
    for (const auto& other : others) {
      ASSAY_ASSERT(other.size() == first.size() && other[i].case_id == first[i].case_id,
                   "repetitions are not of the same cases");
      runs.push_back(&other[i]);
    }
    for (std::size_t run = 0; run < runs.size(); ++run)
      if (was_lost(*runs[run]))
        repeated.lost.push_back({first[i].case_id, of_draft, static_cast<int>(run) + 1});
    auto varying = how_it_varies(runs);
    if (!varying) continue;
    if (std::string why = why_not_compared(runs); !why.empty()) {
      repeated.not_compared.push_back({first[i].case_id, of_draft, std::move(why)});
      continue;
    }
    varying->of_draft = of_draft;
    repeated.cases.push_back(std::move(*varying));
  }
}

}  // namespace assay::run
