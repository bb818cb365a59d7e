#pragma once

#include <span>

#include "engine/snapshot.hpp"
#include "viewer/gui.hpp"
#include "viewer/keys.hpp"
#include "viewer/theme.hpp"

namespace pump::viewer {

// What there is to say of a snapshot, into Dear ImGui's current window.
class Inspector {
 public:
  Inspector(const Gui& gui, const Theme& theme, const Keys& keys)
      : gui_(gui), theme_(theme), keys_(keys) {}

  // brief: beside others, where there is little room.
  void show(const engine::Snapshot& snapshot, bool brief) const;

 private:
  void headline(const engine::Snapshot& snapshot, bool brief) const;
  void outcome(const engine::Inspection& inspection) const;
  void numbers(const engine::Inspection& inspection) const;
  void curves(const engine::Inspection& inspection, float height) const;
  void actions(const engine::Snapshot& snapshot) const;
  void thoughts(const engine::Inspection& inspection) const;
  void remarks(const engine::Snapshot& snapshot) const;

  const Gui& gui_;
  const Theme& theme_;
  const Keys& keys_;
};

}  // namespace pump::viewer
