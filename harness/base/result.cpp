#include "harness/base/result.h"

#include <system_error>

namespace assay {

std::string Place::to_string() const {
  std::string text = file;
  if (!file.empty() && line > 0) {
    text += ":" + std::to_string(line);
    if (column > 0) text += ":" + std::to_string(column);
  }
  return text;
}

std::string Error::to_string() const {
  std::string text = place.to_string();
  if (!text.empty()) text += ": ";
  text += message;
  if (!hint.empty()) text += "\n  " + hint;
  return text;
}

Error input_error(std::string message, Place place, std::string hint) {
  return {ErrorKind::kInput, std::move(message), std::move(place), std::move(hint)};
}

Error environment_error(std::string message, std::string hint) {
  return {ErrorKind::kEnvironment, std::move(message), {}, std::move(hint)};
}

Error system_error(std::string what, int error_number, std::string hint) {
  return environment_error(what + ": " + std::generic_category().message(error_number),
                           std::move(hint));
}

}  // namespace assay
