#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/policy.hpp"
#include "agents/reference.hpp"
#include "engine/batch.hpp"
#include "engine/replay.hpp"
#include "engine/snapshot.hpp"
#include "engine/wish.hpp"
#include "harness/evaluate.hpp"
#include "harness/imitation.hpp"

// Who plays the episodes that a session shows.
namespace pump::harness {

class Driver {
 public:
  virtual ~Driver() = default;

  // How many episodes there are to show; nullopt: as many as anybody likes.
  virtual std::optional<std::uint32_t> episodes() const { return std::nullopt; }
  // Starts an episode anew: a replay without actions or hashes, of where its chance comes from.
  virtual engine::Replay begin(std::uint32_t episode) = 0;
  // About the state that the actions so far led to.
  virtual engine::Thoughts thoughts() { return {}; }
  // The next decision as executed: one action or, where actions are coarse, several. Empty: none is
  // known, or none yet.
  virtual std::vector<engine::Action> decide() = 0;
  virtual void choose(engine::Action /*action*/) {}  // by a person: what decide() says next
  virtual bool by_hand() const { return false; }
  // What thoughts().kl is measured to; "" where there is none.
  virtual std::string reference() const { return ""; }
  virtual std::string remark() const { return ""; }  // about who plays
  // Of so many episodes; null where nobody plays.
  virtual std::shared_ptr<const engine::Footprint> footprint(int /*episodes*/) { return nullptr; }
};

// A policy with what it is compared with, as whoever plays it needs them.
struct Mind {
  std::shared_ptr<const agents::Policy> policy;
  std::shared_ptr<const agents::Reference> reference;  // null: none
  std::string reference_name;
  Choice choice = Choice::sampled;
  std::string remark;
};

// A script or uniform play: world 0 of such a batch.
std::unique_ptr<Driver> player_driver(MakeBatch worlds, std::shared_ptr<Player> player,
                                      std::uint64_t seed);
// A policy. `mind` is asked anew for every episode: a policy that learns is another one by then.
std::unique_ptr<Driver> policy_driver(MakeBatch worlds, std::function<Mind()> mind,
                                      std::uint64_t seed);
// What was recorded. remark: about it; "".
std::unique_ptr<Driver> replay_driver(engine::Replay replay, std::string remark);
// A person, in world 0. The environment outlives the driver.
std::unique_ptr<Driver> hand_driver(const engine::Environment& environment, std::uint64_t seed);

}  // namespace pump::harness
