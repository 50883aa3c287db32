#include "sandboxes/codec.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::sandbox::codec {
namespace {

static_assert(std::endian::native == std::endian::little, "the encoding is little-endian");

template <class T>
void append(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void append_length(std::string& out, char type, std::size_t length) {
  ASSAY_ASSERT(length <= std::numeric_limits<std::uint32_t>::max(), "an item is 4 GiB or longer");
  out.push_back(type);
  append(out, static_cast<std::uint32_t>(length));
}

void append_bytes(std::string& out, char type, const char* data, std::size_t length) {
  append_length(out, type, length);
  out.append(data, length);
}

void encode_into(std::string& out, const Json& value, int depth) {
  ASSAY_ASSERT(depth <= kMaxDepth || value.is_primitive(),
               "JSON of ours is too deep for the encoding");
  switch (value.type()) {
    case Json::value_t::null:
      out.push_back('n');
      break;
    case Json::value_t::boolean:
      out.push_back(value.get<bool>() ? 't' : 'f');
      break;
    case Json::value_t::number_unsigned:
      ASSAY_ASSERT(value.get<std::uint64_t>() <= INT64_MAX, "an integer does not fit 64 bits");
      [[fallthrough]];
    case Json::value_t::number_integer:
      out.push_back('i');
      append(out, value.get<std::int64_t>());
      break;
    case Json::value_t::number_float:
      out.push_back('d');
      append(out, value.get<double>());
      break;
    case Json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      append_bytes(out, 's', text.data(), text.size());
      break;
    }
    case Json::value_t::binary: {
      const auto& bytes = value.get_binary();
      append_bytes(out, 'b', reinterpret_cast<const char*>(bytes.data()), bytes.size());
      break;
    }
    case Json::value_t::array:
      append_length(out, 'l', value.size());
      for (const Json& item : value) encode_into(out, item, depth + 1);
      break;
    case Json::value_t::object:
      append_length(out, 'm', value.size());
      for (const auto& [key, item] : value.items()) {
        append_bytes(out, 's', key.data(), key.size());
        encode_into(out, item, depth + 1);
      }
      break;
    case Json::value_t::discarded:
      ASSAY_ASSERT(false, "a discarded JSON value");
  }
}

bool has_repeated_key(const Json& map) {
  std::vector<std::string_view> keys;
  keys.reserve(map.size());
  for (const auto& pair : map.get_ref<const Json::object_t&>()) keys.push_back(pair.first);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// Reads one message. A container that is being filled lies on a stack of ours; a finished item is
/// put into the one on top. Every length and count is checked against the bytes that are left
/// before anything is built, so no message makes the reader take more than a fixed multiple of its
/// own size.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<Json> read() {
    while (!done_) {
      if (!item()) return refused();
    }
    if (at_ != bytes_.size()) {
      why_ = "bytes are left over behind the value";
      return refused();
    }
    return std::move(root_);
  }

 private:
  struct Open {
    Json container;
    std::uint32_t left;  ///< items, or pairs, that are still to come
    std::string key;     ///< of the pair that is being read
    bool is_map;
  };

  bool refuse(const char* why) {
    why_ = why;
    return false;
  }

  Result<Json> refused() const {
    return input_error("this is not an encoded value: " + std::string(why_) + ", at byte " +
                       std::to_string(at_) + " of " + std::to_string(bytes_.size()));
  }

  std::size_t left() const { return bytes_.size() - at_; }

  template <class T>
  bool take(T& out) {
    if (left() < sizeof out) return refuse("it ends within a number");
    std::memcpy(&out, bytes_.data() + at_, sizeof out);
    at_ += sizeof out;
    return true;
  }

  bool take_bytes(std::string_view& out) {
    std::uint32_t length = 0;
    if (!take(length)) return false;
    if (length > left()) return refuse("a length goes past the end");
    out = bytes_.substr(at_, length);
    at_ += length;
    return true;
  }

  bool take_text(std::string_view& out) {
    if (!take_bytes(out)) return false;
    if (!is_utf8(out)) return refuse("text is not UTF-8");
    return true;
  }

  bool open(bool is_map) {
    std::uint32_t count = 0;
    if (!take(count)) return false;
    // The least that an item takes is its type, and a key in front of it takes five bytes.
    const std::size_t least = is_map ? 6 : 1;
    if (count > left() / least) return refuse("a count is larger than the rest of the message");
    if (stack_.size() >= static_cast<std::size_t>(kMaxDepth)) {
      return refuse("it is nested too deeply");
    }
    stack_.push_back({is_map ? Json::object() : Json::array(), count, {}, is_map});
    return settle();
  }

  /// Closes what is complete and reads the key of what comes next.
  bool settle() {
    while (!stack_.empty() && stack_.back().left == 0) {
      if (stack_.back().is_map && has_repeated_key(stack_.back().container)) {
        return refuse("a key comes twice");
      }
      Json finished = std::move(stack_.back().container);
      stack_.pop_back();
      place(std::move(finished));
    }
    if (stack_.empty() || !stack_.back().is_map) return true;
    char type = 0;
    if (!take(type)) return false;
    if (type != 's') return refuse("a key is not text");
    std::string_view key;
    if (!take_text(key)) return false;
    stack_.back().key = key;
    return true;
  }

  void place(Json item) {
    if (stack_.empty()) {
      root_ = std::move(item);
      done_ = true;
      return;
    }
    Open& top = stack_.back();
    --top.left;
    if (top.is_map) {
      // ordered_json looks for a key by walking, n² for n keys: push, and look for repeated keys
      // when the map is complete.
      auto& pairs = top.container.get_ref<Json::object_t&>();
      static_cast<std::vector<std::pair<const std::string, Json>>&>(pairs).emplace_back(
          std::move(top.key), std::move(item));
    } else {
      top.container.push_back(std::move(item));
    }
  }

  bool put(Json item) {
    place(std::move(item));
    return settle();
  }

  bool item() {
    char type = 0;
    if (!take(type)) return false;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view bytes;
    switch (type) {
      case 'n':
        return put(nullptr);
      case 't':
        return put(true);
      case 'f':
        return put(false);
      case 'i':
        return take(integer) && put(integer);
      case 'd':
        return take(real) && put(real);
      case 's':
        return take_text(bytes) && put(std::string(bytes));
      case 'b':
        return take_bytes(bytes) &&
               put(Json::binary(std::vector<std::uint8_t>(bytes.begin(), bytes.end())));
      case 'l':
        return open(false);
      case 'm':
        return open(true);
      default:
        --at_;
        return refuse("a type is unknown");
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::vector<Open> stack_;
  Json root_;
  bool done_ = false;
  const char* why_ = "";
};

}  // namespace

std::string encode(const Json& value) {
  std::string out;
  encode_into(out, value, 1);
  return out;
}

Result<Json> decode(std::string_view bytes) { return Reader(bytes).read(); }

}  // namespace assay::sandbox::codec
