#include "harness/showing.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "harness/files.hpp"

namespace pump::harness {
namespace {

using engine::Command;
using engine::Snapshot;

// Of the natural one; 0: as fast as it goes.
constexpr std::array kSpeeds = {.25, .5, 1., 2., 4., 8., 16., 0.};
constexpr int kNatural = 2;
constexpr double kHoldSeconds = 1.5;           // an outcome is read before the next episode begins
constexpr std::chrono::milliseconds kRush(8);  // a picture's time, of all sessions together

}  // namespace

Showing::Showing(std::vector<std::unique_ptr<Session>> sessions)
    : sessions_(std::move(sessions)), speed_(kNatural) {
  ENSURE(!sessions_.empty(), "{} sessions", sessions_.size());
}

void Showing::apply(const Command& command) {
  const auto of_time_line = [&](auto&& does) {
    passed_ = 0;
    for (auto& session : sessions_) does(*session);
  };
  switch (command.kind) {
    case Command::Kind::toggle_play:
      if (!playing_ && all_at_end() && (one_ || !more_episodes())) change_episode(0);
      playing_ = !playing_;
      return;
    case Command::Kind::step_forward:
    case Command::Kind::step_back:
      playing_ = false;
      return step_all(command.kind == Command::Kind::step_forward ? 1 : -1);
    case Command::Kind::first:
      playing_ = false;
      return of_time_line([](Session& session) { session.seek(0); });
    case Command::Kind::last:
      return of_time_line([](Session& session) { session.to_end(); });
    case Command::Kind::next_outcome:
      if (all_at_end()) change_episode(1);
      return of_time_line([](Session& session) { session.to_end(); });
    case Command::Kind::next_episode:
      return change_episode(1);
    case Command::Kind::previous_episode:
      return change_episode(-1);
    case Command::Kind::seek:
      return of_time_line([&](Session& session) { session.seek(command.value); });
    case Command::Kind::faster:
      return change_speed(1);
    case Command::Kind::slower:
      return change_speed(-1);
    case Command::Kind::act:
      of_time_line(
          [&](Session& session) { session.act(static_cast<engine::Action>(command.value)); });
      playing_ = playing_ || sessions_.front()->by_hand();
      return keep_recording();
    case Command::Kind::footprint: {
      bool taken = false;
      for (auto& session : sessions_) taken = session->take_footprint() || taken;
      if (!taken) message_ = "visits, value and arrows are a policy's: nobody's here";
      return;
    }
    case Command::Kind::press:
    case Command::Kind::slide:
      return;  // of a desk, which a showing has none of
  }
}

void Showing::play_one() {
  one_ = true;
  playing_ = !all_at_end();
}

void Showing::move_within(double fraction) {
  for (auto& session : sessions_) session->move_within(fraction);
}

void Showing::step_all(int by) {
  passed_ = 0;
  for (auto& session : sessions_) {
    if (by > 0)
      session->step_forward();
    else
      session->step_back();
  }
}

void Showing::change_episode(int by) {
  waited_ = passed_ = 0;
  recording_.clear();
  for (auto& session : sessions_) {
    const std::int64_t wanted = std::int64_t{session->episode()} + by;
    const std::int64_t last = std::int64_t{session->episodes().value_or(UINT32_MAX)} - 1;
    session->begin(static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, 0, last)));
  }
}

void Showing::change_speed(int by) {
  speed_ = std::clamp(speed_ + by, 0, static_cast<int>(kSpeeds.size()) - 1);
}

bool Showing::all_at_end() const {
  return std::ranges::all_of(sessions_, [](const auto& session) { return session->at_end(); });
}

bool Showing::more_episodes() const {
  return std::ranges::all_of(sessions_, [](const auto& session) {
    return !session->by_hand() && session->episode() + 1 < session->episodes().value_or(UINT32_MAX);
  });
}

void Showing::advance(double seconds) {
  if (!playing_) return;
  const double speed = kSpeeds[static_cast<std::size_t>(speed_)];
  if (all_at_end()) return rest(seconds, speed);
  waited_ = 0;
  if (speed == 0) {
    for (auto& session : sessions_) session->rush(kRush / static_cast<int>(sessions_.size()));
  } else if (glide(seconds * speed) > 0 && sessions_.front()->by_hand()) {
    playing_ = false;  // it is the person's turn
  }
  if (one_ && all_at_end()) playing_ = false;
}

// On by up to so many seconds of the time line; returns what is left where nobody can go on. A step
// takes as long as it takes whoever sees most of it: a flight beside a walk.
double Showing::glide(double seconds) {
  for (;;) {
    double longest = 0;
    for (const auto& session : sessions_) longest = std::max(longest, session->seconds_to_next());
    if (longest == 0) return seconds;
    passed_ += seconds;
    if (passed_ < longest) {
      move_within(passed_ / longest);
      return 0;
    }
    seconds = passed_ - longest;
    step_all(1);
  }
}

// At the end of an episode, which is shown at least once.
void Showing::rest(double seconds, double speed) {
  waited_ += seconds;
  if (speed != 0 && waited_ * std::max(1., speed) < kHoldSeconds) return;
  if (more_episodes() && !one_)
    change_episode(1);
  else
    playing_ = false;
}

std::vector<Snapshot> Showing::snapshots() const {
  std::vector<Snapshot> out;
  for (const auto& session : sessions_) {
    Snapshot& snapshot = out.emplace_back(session->snapshot());
    snapshot.playing = playing_;
    snapshot.speed = kSpeeds[static_cast<std::size_t>(speed_)];
    snapshot.message = message_;
  }
  return out;
}

// ---- Recording ---------------------------------------------------------------------------------

namespace {

// Behind every one that is there: gaps stay gaps.
std::filesystem::path next_recording(const std::filesystem::path& directory) {
  int next = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    int number = 0;
    if (std::sscanf(entry.path().filename().c_str(), "%d.json", &number) == 1)
      next = std::max(next, number + 1);
  }
  return directory / fmt::format("{:04}.json", next);
}

}  // namespace

void Showing::record_into(const std::filesystem::path& directory) {
  make_directory(directory);
  recordings_ = directory;
  message_ = fmt::format("every finished episode goes to {}", directory.string());
}

// As soon as the end is known, whether or not it has been seen. What goes wrong is said in the
// window, which stays.
void Showing::keep_recording() {
  const Session& session = *sessions_.front();
  if (recordings_.empty() || !session.by_hand() || !session.finished()) return;
  engine::Replay replay = session.replay();
  replay.notes["policy"] = "a person";
  if (session.wish()) replay.notes["wish"] = session.wish()->name;
  replay.notes["outcome"] = session.final_outcome();
  try {
    if (recording_.empty()) recording_ = next_recording(recordings_);
    write_text(recording_, engine::write_replay(replay));
    message_ = fmt::format("recorded in {}", recording_.string());
  } catch (const std::exception& error) {
    message_ = fmt::format("not recorded: {}", error.what());
  }
}

}  // namespace pump::harness
