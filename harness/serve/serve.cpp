#include "harness/serve/serve.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/base/one_line.h"
#include "harness/serve/file_watch.h"
#include "harness/serve/session.h"
#include "harness/serve/visitors.h"

namespace assay::serve {
namespace {

class Service final : public ControlActions {
 public:
  Service(const ServeOptions& options, std::span<Watcher* const> watchers, ServedCase served,
          Listener listener)
      : stop_fd_(options.stop_fd),
        control_(options.control),
        wanted_(options.wanted),
        watchers_(watchers),
        served_(std::move(served)),
        listener_(std::move(listener)),
        ground_(ground_of(options)),
        files_(served_.folder) {}

  Status run() {
    ASSAY_CHECK(begin());
    while (!wait()) {
      session_->pump();
      tell_news();
      if (control_ != nullptr) control_->pump(*this);
      ASSAY_CHECK(state_);
      ASSAY_CHECK(look_at_files());
    }
    end();
    each([](Watcher& watcher) { watcher.closed(); });
    return success();
  }

  Status inject(const Json& rule) override {
    ASSAY_CHECK(session_->inject(rule));
    session_->pump();  // whoever connects next finds the gate as it is to be
    return success();
  }

  Status start_anew() override { return state_ = restart(served_); }

 private:
  Ground ground_of(const ServeOptions& options) const {
    std::vector<std::string> names = options.names;
    if (!listener_.loopback) names.push_back(machine_name());
    return {.sql_program = options.sql_program,
            .box = options.box,
            .turn_away = [visitors =
                              Visitors(std::move(names))](const warehouse::HttpRequest& request) {
              return visitors.turn_away(request);
            }};
  }

  template <class Call>
  void each(const Call& call) {
    for (Watcher* watcher : watchers_) call(*watcher);
  }

  void notice(const std::string& text) {
    each([&](Watcher& watcher) { watcher.notice(text); });
  }

  Status begin() {
    ASSAY_TRY(session_, Session::begin(served_, listener_, ground_));
    told_flooded_ = told_failure_ = false;
    ++run_;
    if (run_ == 1) {
      const Opened opened{.url = listener_.url(),
                          .control_url = control_ == nullptr ? "" : control_->listener().url(),
                          .notes = notes()};
      each([&](Watcher& watcher) { watcher.opened(opened); });
    }
    each([&](Watcher& watcher) { watcher.begun(run_, served_); });
    return success();
  }

  Status look_at_files() {
    if (Clock::now() < next_look_) return success();
    next_look_ = Clock::now() + std::chrono::milliseconds(kLookAtFilesMs);
    if (!files_.changed()) return success();
    Result<ServedCase> found = find_case(wanted_);
    if (!found.ok()) {
      broken_ = true;
      notice(found.error().to_string() + "\nThe case goes on as it was.");
      return success();
    }
    const bool mended = std::exchange(broken_, false);
    if (!same_service(served_, *found)) return restart(std::move(found).value());
    served_ = std::move(found).value();
    if (mended) notice("The files are in order again, and the case is as it was: it goes on.");
    return success();
  }

  /// The case is served from its start, as it is now.
  Status restart(ServedCase next) {
    end();
    std::swap(served_, next);
    const Status begun = begin();
    if (begun.ok()) return begun;
    notice(begun.error().to_string() + "\nThe case starts anew as it was.");
    std::swap(served_, next);
    return begin();
  }

  void end() {
    session_->finish();
    tell_news();
    const Duration at = session_->elapsed();
    each([&](Watcher& watcher) { watcher.ended(at); });
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    if (!listener_.loopback)
      notes.push_back(
          "Others can reach this address: whoever does may send requests, and what is "
          "sent, the token too, can be read on the way. From another machine: http://" +
          machine_name() + ":" + std::to_string(listener_.port));
    if (control_ != nullptr && !control_->listener().loopback)
      notes.push_back(
          "Others can reach the control page, too: whoever does sees every request, puts "
          "faults in and starts the case anew.");
    if (session_->server().shuts_out())
      notes.push_back(
          "This case keeps clients out for a while. Who is refused is counted by this "
          "machine's network, in which every refusal counts, of any port; attempts from "
          "other machines are not seen.");
    return notes;
  }

  /// True where it is to end.
  bool wait() {
    std::vector<pollfd> fds{{stop_fd_, POLLIN, 0}};
    session_->poll_fds(fds);
    if (control_ != nullptr) control_->poll_fds(fds);
    const int wait = session_->wait_ms();
    ::poll(fds.data(), fds.size(), wait < 0 ? kLookAtFilesMs : std::min(wait, kLookAtFilesMs));
    return fds.front().revents != 0;
  }

  void tell_news() {
    for (const News& news : session_->news())
      each([&](Watcher& watcher) { watcher.request(news); });
    const warehouse::Server& server = session_->server();
    if (server.flooded() && !std::exchange(told_flooded_, true))
      notice("So much was sent that nobody is listened to any more. Start the case anew.");
    if (server.failure() && !std::exchange(told_failure_, true))
      notice("A query could not be run: " + in_one_line(*server.failure()));
  }

  using Clock = std::chrono::steady_clock;

  const int stop_fd_;
  ControlPage* const control_;
  const Wanted wanted_;
  const std::span<Watcher* const> watchers_;
  ServedCase served_;
  const Listener listener_;
  const Ground ground_;
  FileWatch files_;
  Clock::time_point next_look_ = Clock::now();
  Status state_ = success();  ///< what ended it, if anything did
  bool broken_ = false;       ///< the files, when they were read last
  std::unique_ptr<Session> session_;
  Run run_ = 0;
  bool told_flooded_ = false;
  bool told_failure_ = false;
};

}  // namespace

Status serve(const ServeOptions& options, ServedCase served, Listener listener,
             std::span<Watcher* const> watchers) {
  return Service(options, watchers, std::move(served), std::move(listener)).run();
}

}  // namespace assay::serve
