#pragma once

#include <optional>
#include <vector>

#include "engine/desk.hpp"
#include "engine/snapshot.hpp"

namespace pump::harness {

// Whatever a window can be on: all that it shows and can do, without one.
class Watchable {
 public:
  virtual ~Watchable() = default;
  virtual void apply(const engine::Command& command) = 0;
  virtual void advance(double seconds) = 0;  // of the clock on the wall
  virtual std::vector<engine::Snapshot> snapshots() const = 0;
  // What lies beside the worlds; none where nothing does.
  virtual std::optional<engine::Desk> desk() const { return std::nullopt; }
  virtual bool over() const { return false; }  // nothing more is to be seen
};

}  // namespace pump::harness
