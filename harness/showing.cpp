#include "harness/showing.hpp"

#include <algorithm>
#include <array>
#include <chrono>

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
  switch (command.kind) {
    case Command::Kind::toggle_play:
      if (!playing_ && all_at_end() && !more_episodes()) change_episode(0);
      playing_ = !playing_;
      return;
    case Command::Kind::step_forward:
      return step(1);
    case Command::Kind::step_back:
      return step(-1);
    case Command::Kind::first:
      for (auto& session : sessions_) session->seek(0);
      playing_ = false;
      return;
    case Command::Kind::last:
      for (auto& session : sessions_) session->to_end();
      return;
    case Command::Kind::next_outcome:
      if (all_at_end()) change_episode(1);
      for (auto& session : sessions_) session->to_end();
      return;
    case Command::Kind::next_episode:
      return change_episode(1);
    case Command::Kind::previous_episode:
      return change_episode(-1);
    case Command::Kind::seek:
      for (auto& session : sessions_) session->seek(command.value);
      return;
    case Command::Kind::faster:
      return change_speed(1);
    case Command::Kind::slower:
      return change_speed(-1);
    case Command::Kind::act:
      for (auto& session : sessions_) session->act(static_cast<engine::Action>(command.value));
      playing_ = playing_ || sessions_.front()->by_hand();
      recorded_ = false;
      return;
    case Command::Kind::footprint:
      for (auto& session : sessions_) session->take_footprint();
      return;
  }
}

void Showing::play_one() { playing_ = one_ = true; }

void Showing::move_within(double fraction) {
  for (auto& session : sessions_) session->move_within(fraction);
}

void Showing::step(int by) {
  playing_ = false;
  for (auto& session : sessions_) {
    if (by > 0)
      session->step_forward();
    else
      session->step_back();
  }
  keep_recording();
}

void Showing::change_episode(int by) {
  waited_ = 0;
  recorded_ = false;
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
  const bool ended = all_at_end();
  double left = seconds;
  for (auto& session : sessions_) {
    if (speed == 0)
      session->rush(kRush / static_cast<int>(sessions_.size()));
    else
      left = std::min(left, session->advance(seconds * speed) / speed);
  }
  keep_recording();
  if (ended)
    rest(seconds, speed);
  else if (one_ && all_at_end())
    playing_ = one_ = false;
  else if (left > 0 && sessions_.front()->by_hand())
    playing_ = false;  // it is the person's turn
}

// At the end of an episode, which is shown at least once.
void Showing::rest(double seconds, double speed) {
  waited_ += seconds;
  if (speed != 0 && waited_ * std::max(1., speed) < kHoldSeconds) return;
  if (more_episodes())
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

std::filesystem::path recording(const std::filesystem::path& directory, int number) {
  return directory / fmt::format("{:04}.json", number);
}

}  // namespace

void Showing::record_into(const std::filesystem::path& directory) {
  make_directory(directory);
  recordings_ = directory;
  while (std::filesystem::exists(recording(directory, first_recording_))) first_recording_++;
  message_ = fmt::format("every finished episode goes to {}", directory.string());
}

void Showing::keep_recording() {
  const Session& session = *sessions_.front();
  if (recordings_.empty() || recorded_ || !session.by_hand() || !session.at_end()) return;
  engine::Replay replay = session.replay();
  replay.notes["policy"] = "a person";
  if (session.wish()) replay.notes["wish"] = session.wish()->name;
  replay.notes["outcome"] = session.snapshot().inspection.outcome;
  const auto file = recording(recordings_, first_recording_ + static_cast<int>(session.episode()));
  write_text(file, engine::write_replay(replay));
  recorded_ = true;
  message_ = fmt::format("recorded in {}", file.string());
}

}  // namespace pump::harness
