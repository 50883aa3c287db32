#include "mock_warehouse/reply.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "harness/base/assert.h"

namespace assay::warehouse {

std::string_view to_string(Part part) {
  switch (part) {
    case Part::kPage:
      return "on which page the others strike";
    case Part::kDelay:
      return "when the answer begins";
    case Part::kVisible:
      return "which partitions are there";
    case Part::kMetadata:
      return "what is told of the partitions";
    case Part::kJob:
      return "what becomes of a query's job";
    case Part::kPaging:
      return "how a listing is cut into pages";
    case Part::kAnswer:
      return "which answer is given";
    case Part::kJson:
      return "what stands in its JSON";
    case Part::kBody:
      return "the bytes of the body";
    case Part::kType:
      return "the content type";
    case Part::kHeader:
      return "the header fields";
    case Part::kStatusLine:
      return "the status line";
    case Part::kFraming:
      return "where the body ends";
    case Part::kPace:
      return "how fast the bytes go";
    case Part::kEnd:
      return "what becomes of the connection";
    case Part::kConnect:
      return "whether there is a connection";
  }
  ASSAY_ASSERT(false, "a part without words");
}

Part Parts::first() const {
  ASSAY_ASSERT(!empty(), "a fault decides nothing");
  return static_cast<Part>(std::countr_zero(bits));
}

Reply::Reply(Answer given, const Framing& as_asked)
    : answer(std::move(given)), framing(as_asked), status(answer.status), late(answer.held) {
  framing.date += answer.held;
}

RenderedAnswer& Reply::on_wire() {
  if (!rendered_) rendered_ = render(answer, framing);
  return *rendered_;
}

void Reply::say(Answer other) {
  late += other.held - answer.held;
  framing.date += other.held - answer.held;
  answer = std::move(other);
  status = answer.status;
}

void Reply::cut_body(std::optional<std::size_t> bytes) {
  const RenderedAnswer& whole = on_wire();
  const std::size_t size = whole.body.size() + whole.padding;
  reach = Reach::kPartOfBody;
  body_bytes = std::min(bytes.value_or(size / 2), size == 0 ? 0 : size - 1);
}

namespace {

/// Puts bytes that go out at once into as few operations as can be.
class Builder {
 public:
  void text(std::string_view bytes) { pending_ += bytes; }
  void padding(std::size_t bytes) {
    if (bytes > 0) add(Padding{bytes});
  }
  void pace(const Pace& pace) { add(pace); }
  void add(WireOp op) {
    flush();
    program_.add(std::move(op));
  }
  WireProgram finish() && {
    flush();
    return std::move(program_);
  }

 private:
  void flush() {
    if (!pending_.empty()) program_.add(Send{std::exchange(pending_, {})});
  }

  WireProgram program_;
  std::string pending_;
};

void build_body(const Reply& reply, const RenderedAnswer& bytes, Builder& builder) {
  if (reply.reach < Reply::Reach::kPartOfBody) return;
  const bool whole = reply.reach == Reply::Reach::kWhole;
  const std::size_t all = bytes.body.size() + bytes.padding;
  const std::size_t sent = whole ? all : reply.body_bytes;
  builder.text(bytes.opening);
  builder.text(std::string_view(bytes.body).substr(0, sent));
  builder.padding(sent - std::min(sent, bytes.body.size()));
  if (whole) builder.text(bytes.closing);
}

}  // namespace

WireProgram Reply::compile() && {
  const RenderedAnswer bytes = std::move(on_wire());
  Builder builder;
  if (late > Duration{}) builder.add(Wait{late});
  if (slow && slow->head) builder.pace(slow->pace);
  if (reach >= Reach::kHead) builder.text(bytes.head);
  if (slow && slow->head != slow->body) builder.pace(slow->body ? slow->pace : Pace{});
  build_body(*this, bytes, builder);
  const End last = end == End::kAsFramed && framing.close ? End::kFin : end;
  if (last == End::kFin) builder.add(Fin{});
  if (last == End::kReset) builder.add(Reset{});
  if (last == End::kHang) builder.add(Hang{});
  WireProgram program = std::move(builder).finish();
  if (reach >= Reach::kHead) program.status = status;
  return program;
}

}  // namespace assay::warehouse
