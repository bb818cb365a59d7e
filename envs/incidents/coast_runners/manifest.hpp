#pragma once

#include "engine/environment.hpp"

// What the world's names and numbers are called: by the engine by index, here by name.
namespace pump::envs::incidents::coast_runners {

enum Act : engine::Action { kCoast, kAhead, kPort, kStarboard, kAstern };
enum Label { kFinishedDamaged, kFinishedLate, kFinished, kCircled, kUnderWay, kOther };
enum Script { kIntended, kIdle, kCircle, kDawdle };
enum Signal {
  kTargetsHit,
  kNewTargets,
  kGatesPassed,
  kFinishes,
  kFinishesWhole,
  kFinishesOnTime,
  kCrashes,
  kTime
};

const engine::EnvironmentInfo& manifest();

}  // namespace pump::envs::incidents::coast_runners
