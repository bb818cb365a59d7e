#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/environment.hpp"
#include "engine/episode_record.hpp"

namespace pump::engine {

// What a batch does with a world whose episode has ended.
enum class OnEnd : std::uint8_t {
  restart,  // the next episode starts in place, within the same call; its first observation is what
            // is shown
  wait,  // the world stays as it ended, whatever the actions, until begin_episodes or begin_ended
};

// Whose reset's chance the next episodes of a batch have; the chance of their steps stays their
// own.
struct SharedResets {
  // Worlds come in groups of so many consecutive ones, a divisor of their number: world i resets as
  // world i / group * group would.
  int group = 1;
  // Every episode resets as episode 0 would.
  bool every_episode = false;
};

// N states of one environment, stepped together; one virtual call a batch. World i is a function of
// (seed, i, its actions). All arrays are contiguous, world after world, and stay where they are
// while the batch lives.
class Batch {
 public:
  virtual ~Batch() = default;

  virtual const Environment& environment() const = 0;
  virtual int worlds() const = 0;
  virtual void set_on_end(OnEnd mode) = 0;
  // From the next episode on that each world begins.
  virtual void share_resets(const SharedResets& how) = 0;

  // Ends whatever is under way (leaving no record) and starts the next episode in every world,
  // which remembers what the one before left. Call once before step.
  virtual void begin_episodes() = 0;
  // Starts the next episode in the worlds whose episode has ended and that wait.
  virtual void begin_ended() = 0;
  // One action a world; kSkip leaves a world as it is, its signals zero.
  virtual void step(std::span<const Action> actions) = 0;

  virtual std::span<const std::uint8_t> codes() const = 0;  // [worlds][observation().codes()]
  virtual std::span<const float> scalars() const = 0;  // [worlds][observation().scalars.size()]
  virtual std::span<const float> signals()
      const = 0;  // [worlds][info().signals.size()], of the step just taken
  virtual std::span<const Status> status()
      const = 0;  // [worlds], after the step just taken (before a restart)
  virtual ConstStateBytes state(int world) const = 0;
  virtual std::uint32_t episode(int world) const = 0;  // index of the one under way (or waiting)
  // What the world remembered when that one began; see Environment::carried.
  virtual ConstStateBytes carried(int world) const = 0;
  // Executed so far in the world's episode under way (or waiting), oldest first: what a wrapper
  // made of the chosen ones. With the seed, the world, the episode and what was carried they make
  // a replay.
  virtual std::span<const Action> actions(int world) const = 0;
  virtual std::uint64_t total_steps() const = 0;

  // Episodes that ended since the last call, in the order they ended, lower worlds first.
  virtual std::vector<EpisodeRecord> take_finished() = 0;

  // Everything needed to go on in another process as if nothing had happened. load: pump::Error on
  // foreign bytes.
  virtual std::vector<std::byte> save() const = 0;
  virtual void load(std::span<const std::byte> bytes) = 0;
};

}  // namespace pump::engine
