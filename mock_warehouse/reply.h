#pragma once

// An answer on its way to the wire, which the faults of a step change part by part.
//
// It begins as the world's answer. A fault decides one part of it or several (see Part); faults
// that decide different parts make one reply together: a cut body that also comes slowly. In: the
// world's answer and what faults made of it. Out: a WireProgram. Values, used from one thread.

#include <cstdint>
#include <optional>
#include <string>

#include "mock_warehouse/http.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/wire.h"

namespace assay::warehouse {

/// What there is to decide about a reply, in the order in which it is decided.
enum class Part : unsigned {
  kPage,        ///< whether the step's other faults strike this page of a listing
  kDelay,       ///< when the reply begins
  kVisible,     ///< which partitions are there
  kMetadata,    ///< what is told of them
  kJob,         ///< what becomes of a query's job
  kPaging,      ///< how a listing is cut into pages
  kAnswer,      ///< which answer is given
  kJson,        ///< what stands in its JSON
  kBody,        ///< the bytes of its body
  kType,        ///< its content type
  kHeader,      ///< further header fields
  kStatusLine,  ///< its first line
  kFraming,     ///< where the body ends
  kPace,        ///< how fast the bytes go
  kEnd,         ///< what becomes of the connection
  kConnect,     ///< whether there is a connection at all
};
inline constexpr unsigned kPartCount = static_cast<unsigned>(Part::kConnect) + 1;
/// As in "both decide …".
std::string_view to_string(Part);

/// A set of parts. All of it is public, so that it can be a template's argument.
struct Parts {
  unsigned bits = 0;

  constexpr Parts() = default;
  constexpr Parts(Part part) : bits(1U << static_cast<unsigned>(part)) {}
  constexpr explicit Parts(unsigned set) : bits(set) {}

  constexpr Parts operator|(Parts other) const { return Parts(bits | other.bits); }
  constexpr Parts operator&(Parts other) const { return Parts(bits & other.bits); }
  constexpr bool operator==(const Parts&) const = default;
  constexpr bool has(Part part) const { return (*this & part) != Parts(); }
  constexpr bool empty() const { return bits == 0; }
  /// All from the first to the last, both included.
  static constexpr Parts range(Part first, Part last) {
    return Parts((2U << static_cast<unsigned>(last)) - (1U << static_cast<unsigned>(first)));
  }
  /// Of a set that is not empty, the part that is decided first.
  Part first() const;
};
constexpr Parts operator|(Part a, Part b) { return Parts(a) | Parts(b); }

/// What an answer made of something else leaves nothing of.
inline constexpr Parts kWholeAnswer = Parts::range(Part::kVisible, Part::kAnswer);
/// All that has to do with bytes.
inline constexpr Parts kAllBytes = Parts::range(Part::kVisible, Part::kEnd);

struct Reply {
  /// How far the reply gets.
  enum class Reach { kNothing, kHead, kPartOfBody, kWhole };
  enum class End { kAsFramed, kFin, kReset, kHang };
  struct Slow {
    Pace pace;
    bool head = true;
    bool body = true;
  };

  View view;  ///< through which the world is seen, as long as the world answers
  Answer answer;
  Framing framing;
  std::optional<int> status;  ///< for the journal: what a client can read from the status line

  Duration late{};
  Reach reach = Reach::kWhole;
  std::size_t body_bytes = 0;  ///< of the body, with kPartOfBody
  std::optional<Slow> slow;
  End end = End::kAsFramed;
  bool spared = false;  ///< the step's other faults do not strike here

  Reply(Answer answer, const Framing& framing);

  /// The answer as bytes: rendered at the first call from `answer` and `framing` as they are then.
  RenderedAnswer& on_wire();
  /// The answer is this one.
  void say(Answer other);
  /// So many bytes of the body go out, never all of a body that is not empty; absent: half of them.
  void cut_body(std::optional<std::size_t> bytes);

  WireProgram compile() &&;

 private:
  std::optional<RenderedAnswer> rendered_;
};

}  // namespace assay::warehouse
