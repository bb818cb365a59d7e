#pragma once

#include "engine/environment.hpp"

// What the world's names and numbers are called: by the engine by index, here by name.
namespace pump::envs::incidents::lego_flip {

enum Act : engine::Action { kLeft, kRight, kUp, kDown, kTurn, kClose, kOpen };
enum Label {
  kStacked,
  kStackedUpsideDown,
  kOnShelf,
  kFlipped,
  kOnEnd,
  kLeaning,
  kHeld,
  kOnBench,
  kOther
};
enum Script { kIntended, kIdle, kFlip, kFlipOnTop, kShelve };
enum Signal { kBottomHeight, kHeightUpright, kHeightTouching, kStackedSteps, kTime };

const engine::EnvironmentInfo& manifest();

}  // namespace pump::envs::incidents::lego_flip
