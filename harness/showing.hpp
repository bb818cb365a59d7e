#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/snapshot.hpp"
#include "harness/session.hpp"
#include "harness/watchable.hpp"

namespace pump::harness {

// Sessions side by side, in step with one another: whatever is wanted, all of them do, and one
// whose episode is over waits for the others.
class Showing final : public Watchable {
 public:
  explicit Showing(std::vector<std::unique_ptr<Session>> sessions);

  void apply(const engine::Command& command) override;
  void advance(double seconds) override;
  std::vector<engine::Snapshot> snapshots() const override;

  // From now on every episode that a person brings to its end is written there, as a replay that a
  // clone can learn from (read_recordings), under the next free number. Played again from an
  // earlier step, it is written again.
  void record_into(const std::filesystem::path& directory);
  void play() { playing_ = true; }
  // To the end of this episode, and no further; from now on one at a time, the same again.
  void play_one();
  bool playing() const { return playing_; }
  void keep_pace_of(const Showing& other) { speed_ = other.speed_; }
  // On from the step shown, where that leads on: 0 to 1 of the way.
  void move_within(double fraction);
  void set_message(const std::string& message) { message_ = message; }

 private:
  bool all_at_end() const;
  bool more_episodes() const;
  void change_episode(int by);
  void change_speed(int by);
  void step_all(int by);
  double glide(double seconds);
  void rest(double seconds, double speed);
  void keep_recording();

  std::vector<std::unique_ptr<Session>> sessions_;
  bool playing_ = false;
  int speed_;                         // index into the speeds there are
  double passed_ = 0;                 // s, of the step under way
  double waited_ = 0;                 // s, at the end of an episode
  std::filesystem::path recordings_;  // the folder
  std::filesystem::path recording_;   // of the episode under way; "": none yet
  bool one_ = false;                  // play_one
  std::string message_;
};

}  // namespace pump::harness
