#pragma once

#include "engine/desk.hpp"
#include "engine/environment.hpp"
#include "harness/demo/exhibit.hpp"

namespace pump::harness {

// Where a wish is made: the ready ones, each a patch of the one before it, and the weights.
class WishPanel {
 public:
  // info outlives it.
  WishPanel(const engine::EnvironmentInfo& info, const WishChoice& choice);

  void add_to(engine::Desk& desk) const;
  // Whether a wish was granted by it, which wish() then is.
  bool press(engine::DeskId button);
  void slide(engine::DeskId slider, double value);
  const engine::Wish& wish() const { return granted_; }
  // What its file says that it closes and leaves open; "" of a wish of one's own, and of the only
  // one.
  std::string remark() const;
  // Whether what it shows has not been granted yet.
  bool pending() const { return wish_.weights != granted_.weights; }

 private:
  bool more_to_patch() const { return chosen_ + 1 < choice_.wishes.size(); }
  enum Id : engine::DeskId {
    kGrant = kExhibitIds,
    kPatch,
    kWeights,
    kWish,                       // and so on, one a wish
    kSlider = kExhibitIds + 100  // and so on, one a signal
  };
  void choose(std::size_t wish);
  std::string weights_text() const;
  bool changed() const;  // from the ready wish

  const engine::EnvironmentInfo& info_;
  WishChoice choice_;
  std::vector<double> most_;             // of each signal's weight
  std::vector<engine::Kind> own_kinds_;  // of a wish of one's own: the control's
  std::size_t chosen_ = 0;
  engine::Wish wish_, granted_;  // as it stands, and as it was granted
  bool open_ = false;            // whether the weights are seen
};

}  // namespace pump::harness
