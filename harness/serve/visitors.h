#pragma once

// Who may ask a port of ours: those who call it by a name of this machine, and no page of a web
// site.
//
// A page that somebody visits can have the browser send requests to a port on loopback, and where
// the site's name is made to resolve to 127.0.0.1 (DNS rebinding) it can read the answers as well.
// Such a request has the site's name in Host, which no address can be mistaken for; or it has an
// Origin, or a Sec-Fetch-Site, that tells of another site. Programs send neither. Pure functions of
// a request; values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_warehouse/http.h"

namespace assay::serve {

class Visitors {
 public:
  /// `names` are good beside localhost and every IP address.
  explicit Visitors(std::vector<std::string> names) : names_(std::move(names)) {}

  /// What a request is answered with that is not let in; nothing for one that is.
  std::optional<warehouse::Answer> turn_away(const warehouse::HttpRequest& request) const;

 private:
  bool is_ours(std::string_view host) const;

  std::vector<std::string> names_;
};

}  // namespace assay::serve
