#pragma once

// What a person at the terminal sees of a warehouse that is served.
//
// In: what happens, as a Watcher. Out: text for stdout, a call for each piece; a request in one
// line once its answer is over, and in one before that where it takes long. Used from one thread.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "harness/report/format.h"
#include "harness/serve/watcher.h"

namespace assay::serve {

class Screen final : public Watcher {
 public:
  Screen(const report::RenderOptions& options, std::function<void(std::string_view)> print)
      : options_(options), print_(std::move(print)) {}

  void opened(const Opened& opened) override;
  void begun(Run run, const ServedCase& served) override;
  void request(const News& news) override;
  void notice(const std::string& text) override;
  void ended(Duration) override {}
  void closed() override;

 private:
  void invite(const ServedCase& served);

  report::RenderOptions options_;
  std::function<void(std::string_view)> print_;
  Opened opened_;
  std::size_t requests_ = 0;  ///< whose answers are over, in all runs
  std::map<std::string, std::size_t> faults_;
};

}  // namespace assay::serve
