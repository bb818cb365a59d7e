#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/scene.hpp"
#include "engine/wish.hpp"

// What a window is told of a session, and what it answers. Whoever draws needs no more, and so can
// change nothing else: a run that is watched is the run that is not.
namespace pump::engine {

// What a policy thinks in one state. Empty where a script, a recording or a person decides.
struct Thoughts {
  std::vector<float> probabilities;            // of each action
  std::vector<float> reference_probabilities;  // likewise, of what kl is measured to
  std::optional<double> value;                 // expected proxy return from here on
  std::optional<double> kl;                    // nats, of this decision
};

// What there is to say of the moment shown.
struct Inspection {
  int step = 0;        // shown; 0 is the reset
  int last_step = 0;   // known so far
  int seen_step = 0;   // the furthest that was shown
  bool ended = false;  // whether the episode ends at last_step
  std::uint32_t episode = 0;
  std::vector<std::string> actions;  // names
  std::optional<Action> taken;       // that led here
  std::optional<Action> next;        // that leads on from here, where that is known
  Thoughts thoughts;                 // here
  std::string reference;             // what kl is measured to; "" where there is none
  std::string wish;                  // as a person would say it; "" where there is none
  std::vector<double> proxy_return;  // [last_step + 1], earned up to each state
  std::vector<double> true_utility;  // [last_step + 1], if it ended there
  std::vector<double> kl;  // [last_step + 1], nats, of the decisions before it; empty: no reference
  std::string outcome;     // the label, if the episode ended here
  std::optional<Kind> kind;        // of that under the wish
  std::vector<std::string> facts;  // side facts here
  std::uint64_t state_hash = 0;    // of the state shown
  std::string remark;              // about who plays; ""
};

// Where a policy goes and what it does there, over many episodes.
struct Footprint {
  // How often an action was taken from a place.
  struct Arrow {
    float x = 0, y = 0;    // m, of its tail
    float dx = 0, dy = 0;  // its direction, as long as its share of the decisions there
  };
  int episodes = 0;
  std::string remark;  // about who played them; ""
  std::vector<Arrow> arrows;
  // "visits", the share of steps relative to the most visited cell's, and "value", from the least
  // to the greatest mean value; the latter only where there is one.
  std::vector<Scene::Overlay> overlays;
};

// One panel's picture: somewhere between two scenes.
struct Snapshot {
  std::string title;
  std::shared_ptr<const Scene> scene;
  std::shared_ptr<const Scene> next;           // what it turns into; null: it stands still
  float fraction = 0;                          // of the way there, [0, 1)
  std::shared_ptr<const Footprint> footprint;  // null: none taken yet
  Inspection inspection;
  bool playing = false;
  double speed = 1;      // of the natural one; 0: as fast as it goes
  bool by_hand = false;  // a person decides here
  std::string message;   // "recorded in DIR/0003.json", "training goes on", ...
};

// What somebody at the window wants.
struct Command {
  enum class Kind : std::uint8_t {
    toggle_play,
    step_forward,
    step_back,
    first,
    last,          // to where the episode ends
    next_outcome,  // to where an episode ends next: this one, or, from its end, the one after it
    next_episode,
    previous_episode,
    seek,  // to step `value`
    faster,
    slower,
    act,        // take action `value`, where a person decides
    footprint,  // play many episodes, to see where they go
    press,      // button `value` of the desk
    slide,      // slider `value` of the desk, to `amount`
  };
  Kind kind = Kind::toggle_play;
  int value = 0;
  double amount = 0;
  friend bool operator==(const Command&, const Command&) = default;
};

}  // namespace pump::engine
