#include "harness/sweep.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>

#include <fmt/format.h>

#include "harness/build_info.hpp"
#include "harness/config_value.hpp"
#include "harness/folder_lock.hpp"
#include "harness/progress.hpp"
#include "harness/store.hpp"
#include "harness/time_left.hpp"
#include "harness/worker.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Runner {
 public:
  Runner(const SweepSpec& sweep, const fs::path& directory, const SweepOptions& options)
      : sweep_(sweep),
        directory_(directory),
        options_(options),
        lock_(directory),
        store_(directory, sweep, options.command, options.mix_builds),
        done_(store_.finished()),
        efforts_(done_.size()),
        before_(done_.size()),
        time_left_(sweep) {
    const std::vector<StoredTrial> stored = store_.stored(false).trials;
    for (std::size_t i = 0; i < done_.size(); i++) {
      if (!done_[i]) waiting_.push_back(i);
      if (!stored[i].effort) continue;
      if (done_[i])
        time_left_.took(i, stored[i].effort->seconds);
      else
        before_[i] = stored[i].effort->seconds;
    }
    slots_.resize(std::min(static_cast<std::size_t>(options.jobs), waiting_.size()));
  }

  int run() {
    tell_blocks();
    for (;;) {
      start_waiting();
      display_.show(text(), news_ && !display_.redraws());
      news_ = false;
      if (running() == 0) break;
      wait();
      if (interrupted()) {
        display_.clear();
        throw Interrupted();
      }
      for (Slot& slot : slots_) listen(slot);
      for (Slot& slot : slots_) watch_clock(slot);
    }
    display_.finish(text());
    return errors_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Slot {
    std::unique_ptr<Worker> worker;
    bool busy = false;
    std::size_t trial = 0;
    bool heard = false;       // of the trial: the first report may include steps of another day
    std::uint64_t steps = 0;  // of the trial
    std::string last_complaint;
    Clock::time_point given;                 // the trial to the worker
    std::optional<Clock::time_point> asked;  // the worker to stop
    double seconds() const { return std::chrono::duration<double>(Clock::now() - given).count(); }
  };

  int running() const {
    return static_cast<int>(
        std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.busy; }));
  }

  void start_waiting() {
    for (Slot& slot : slots_) {
      if (slot.busy || waiting_.empty()) continue;
      if (!slot.worker) slot.worker = std::make_unique<Worker>();
      slot.trial = waiting_.front();
      waiting_.pop_front();
      slot.busy = true;
      slot.heard = false;
      slot.steps = 0;
      slot.last_complaint.clear();
      slot.given = Clock::now();
      slot.asked.reset();
      const TrialSpec& spec = sweep_.trials[slot.trial];
      const fs::path directory = directory_ / "trials" / trial_id(spec);
      const BuildInfo* build = is_done(directory) ? nullptr : &this_build();
      store_.begin(slot.trial, slot.worker->process(), build);
      slot.worker->send(
          Json{{"config", write_trial(spec)}, {"directory", directory.string()}}.dump());
    }
  }

  // Until a worker says something, a signal comes or the display is due.
  void wait() const {
    constexpr int kRedraw = 200;  // ms
    std::vector<pollfd> events;
    for (const Slot& slot : slots_) {
      if (!slot.busy) continue;
      events.push_back({slot.worker->answers(), POLLIN, 0});
      events.push_back({slot.worker->complaints(), POLLIN, 0});
    }
    ::poll(events.data(), events.size(), kRedraw);
  }

  void listen(Slot& slot) {
    if (!slot.busy) return;
    const auto ended = slot.worker->ended();  // first: what it said last is then in the pipe
    for (const std::string& line : slot.worker->take_complaints()) {
      display_.print(line);
      slot.last_complaint = line;
    }
    for (const std::string& line : slot.worker->take_answers()) hear(slot, line);
    if (!ended) return;
    if (slot.busy) bury(slot, *ended);
    slot.worker.reset();
  }

  // Its worker is dead: another gets the trial, after those that wait.
  void bury(Slot& slot, const std::string& how) {
    Effort& effort = efforts_[slot.trial];
    effort.seconds += slot.seconds();
    store_.give_up(slot.trial, {slot.seconds(), slot.asked ? 0 : 1});
    const std::string what = fmt::format(
        "worker {}{}{}", how, slot.last_complaint.empty() ? "" : ": ", slot.last_complaint);
    slot.given = Clock::now();
    if (slot.asked) return time_out(slot);
    if (effort.deaths++ >= options_.retries) return fail(slot, what);
    display_.print(fmt::format("trial {}: {}; retry {} of {}", trial_id(sweep_.trials[slot.trial]),
                               what, effort.deaths, options_.retries));
    waiting_.push_back(slot.trial);
    slot.busy = false;
  }

  // Asks a worker whose trial is over the limit to stop at a checkpoint, and stops one that does
  // not.
  void watch_clock(Slot& slot) {
    constexpr auto kGrace = std::chrono::seconds(5);
    if (!slot.busy || !options_.time_limit) return;
    if (slot.asked) {
      if (Clock::now() - *slot.asked < kGrace) return;
      time_out(slot);
      slot.worker.reset();
    } else if (efforts_[slot.trial].seconds + slot.seconds() > *options_.time_limit) {
      slot.asked = Clock::now();
      slot.worker->ask_to_stop();
    }
  }

  void time_out(Slot& slot) {
    fail(slot, fmt::format("stopped: over the time limit of {} s", *options_.time_limit));
  }
  void fail(Slot& slot, const std::string& why) {
    finish(slot, failed_trial(sweep_.trials[slot.trial], why), true);
  }

  void hear(Slot& slot, const std::string& line) {
    const Json answer = Json::parse(line);
    if (answer.contains("steps")) {
      const auto steps = answer["steps"].get<std::uint64_t>();
      if (slot.heard) steps_ += steps - slot.steps;
      slot.steps = steps;
      slot.heard = true;
    } else if (answer.contains("result")) {
      finish(slot, answer["result"].get<TrialResult>(), answer.contains("seconds"));
    } else if (answer.contains("stopped")) {
      if (slot.asked) return time_out(slot);
      bury(slot, "was told to stop");
    } else {
      fail(slot, answer.at("error").get<std::string>());
    }
  }

  // ran: else its folder had the result.
  void finish(Slot& slot, const TrialResult& result, bool ran) {
    store_.keep(slot.trial, result, ran ? std::optional(Effort{slot.seconds(), 0}) : std::nullopt);
    if (ran && result.status != TrialStatus::error) time_left_.took(slot.trial, seconds_on(slot));
    if (slot.heard && result.status == TrialStatus::ok)
      steps_ += std::max(result.budget_steps, slot.steps) - slot.steps;
    slot.busy = false;
    done_[slot.trial] = true;
    if (result.status == TrialStatus::error) {
      errors_++;
      display_.print(fmt::format("trial {}: error: {}", result.id, result.message));
    }
    news_ = true;
    tell_blocks();
  }

  void tell_blocks() {
    const std::size_t before = blocks_told_;
    const auto first_open =
        static_cast<std::size_t>(std::find(done_.begin(), done_.end(), false) - done_.begin());
    while (blocks_told_ < sweep_.block_ends.size() && sweep_.block_ends[blocks_told_] <= first_open)
      blocks_told_++;
    if (blocks_told_ == before || !options_.on_block) return;
    display_.clear();
    options_.on_block(store_.results());
  }

  std::string text() const { return progress_text(progress(), display_.seconds()); }
  SweepProgress progress() const {
    SweepProgress now;
    now.trials = static_cast<int>(done_.size());
    now.done = static_cast<int>(std::count(done_.begin(), done_.end(), true));
    now.running = running();
    now.errors = errors_;
    now.steps = steps_;
    for (std::size_t i = 0; i < done_.size(); i++)
      if (!done_[i]) now.remaining_steps += sweep_.trials[i].budget_steps;
    for (const Slot& slot : slots_)
      if (slot.busy)
        now.remaining_steps -= std::min(slot.steps, sweep_.trials[slot.trial].budget_steps);
    now.seconds_left = seconds_left();
    return now;
  }
  std::optional<double> seconds_left() const {
    std::vector<TimeLeft::UnderWay> running;
    for (const Slot& slot : slots_)
      if (slot.busy) running.push_back({slot.trial, seconds_on(slot)});
    return time_left_.seconds_left(done_, running, slots_.size());
  }
  // All that its trial has taken so far.
  double seconds_on(const Slot& slot) const {
    return before_[slot.trial] + efforts_[slot.trial].seconds + slot.seconds();
  }

  const SweepSpec& sweep_;
  fs::path directory_;
  const SweepOptions& options_;
  SignalsHeld signals_;
  DeadPipesIgnored pipes_;
  FolderLock lock_;
  Store store_;
  std::vector<bool> done_;       // a trial each; in this call errors too
  std::vector<Effort> efforts_;  // likewise; of this call
  std::vector<double> before_;   // likewise; seconds of calls before this one
  TimeLeft time_left_;
  std::deque<std::size_t> waiting_;
  std::vector<Slot> slots_;
  ProgressDisplay display_;
  std::size_t blocks_told_ = 0;
  std::uint64_t steps_ = 0;
  int errors_ = 0;
  bool news_ = true;  // a trial is done that the display has not shown
};

}  // namespace

std::string SweepResults::heading() const {
  if (builds < 2) return title;
  return fmt::format("{} (results of {} builds mixed)", title, builds);
}

TrialResult failed_trial(const TrialSpec& spec, const std::string& message) {
  TrialResult result = describe(spec);
  result.status = TrialStatus::error;
  result.message = one_line(message, 500);
  assess(result);
  return result;
}

int run_sweep(const SweepSpec& sweep, const fs::path& directory, const SweepOptions& options) {
  return Runner(sweep, directory, options).run();
}

}  // namespace pump::harness
