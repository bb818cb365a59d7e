#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/replay.hpp"
#include "engine/scene.hpp"
#include "engine/snapshot.hpp"
#include "engine/wish.hpp"
#include "harness/driver.hpp"

namespace pump::harness {

// How long things take to watch at speed 1.
inline constexpr double kStepSeconds = .25;  // a step
// A picture of a step's inside: half as fast as the world is.
inline constexpr double kFilmSeconds = 2. / engine::kFilmRate;

// One world that is watched: its time line, and where on it the eye is. States are copied, so that
// going back is going back.
class Session {
 public:
  Session(std::string title, std::shared_ptr<const engine::Environment> environment,
          std::optional<engine::Wish> wish, std::unique_ptr<Driver> driver);

  double seconds_to_next() const;     // that the way to the next step takes; 0: none is known
  void move_within(double fraction);  // of that way
  void step_forward();
  void step_back();
  void seek(int step);  // as far as the episode goes
  void to_end();
  void rush(std::chrono::steady_clock::duration budget);  // as far as it gets, a step at least
  void begin(std::uint32_t episode);
  // A person's choice, from the state shown on: what came after it is undone.
  void act(engine::Action action);
  bool take_footprint();  // false: of a recording or a person there is none

  bool at_end() const;    // the episode's last state is shown
  bool finished() const;  // the episode's last state is known
  bool by_hand() const { return driver_->by_hand(); }
  std::uint32_t episode() const { return episode_; }
  std::optional<std::uint32_t> episodes() const { return driver_->episodes(); }
  // The episode as far as it is known.
  engine::Replay replay() const;
  std::string final_outcome() const;  // of the last state known
  const engine::Wish* wish() const { return wish_ ? &*wish_ : nullptr; }

  // All but what belongs to a showing as a whole.
  engine::Snapshot snapshot() const;

 private:
  // A state and how it came about.
  struct Moment {
    engine::StateBuffer state;
    engine::Action action = 0;                 // that led here; of the first: nothing
    std::optional<engine::Thoughts> thoughts;  // where a decision is due
    double proxy_return = 0, true_utility = 0, kl = 0;
  };
  // What is drawn on the way from the state shown to the next.
  struct Passage {
    std::vector<std::shared_ptr<const engine::Scene>> pictures;
    double seconds() const;
  };

  bool know(int step);  // plays on until that step is known; false: it never will be, or not yet
  void play(engine::Action action);
  const Moment& shown() const { return moments_[static_cast<std::size_t>(step_)]; }
  void prepare_passage();
  std::shared_ptr<const engine::Scene> picture_of(const engine::StateBuffer& state) const;
  void show(int step);
  engine::Inspection inspect() const;

  std::string title_;
  std::shared_ptr<const engine::Environment> environment_;
  std::optional<engine::Wish> wish_;
  std::unique_ptr<Driver> driver_;
  std::uint32_t episode_ = 0;
  engine::Replay start_;
  std::vector<Moment> moments_;
  int step_ = 0, seen_ = 0;
  double fraction_ = 0;  // of the passage from step_
  bool acted_ = false;   // a person chose what leads on from step_
  Passage passage_;
  std::shared_ptr<const engine::Footprint> footprint_;
};

}  // namespace pump::harness
