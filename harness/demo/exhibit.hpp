#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/desk.hpp"
#include "harness/demo/background.hpp"
#include "harness/demo/lesson.hpp"
#include "harness/demo/solved_world.hpp"
#include "harness/files.hpp"
#include "harness/showing.hpp"

namespace pump::harness {

// What all exhibits of a demonstration share.
struct Workshop {
  SolvedWorlds worlds;
  TemporaryFolder folder;  // for trials
  const std::filesystem::path& directory() const { return folder.path(); }
  Background background;  // the last: its jobs see the others
};

// Something to see, and what can be done to it. Worked out ahead, so that it is there when the
// question has been answered; until then only worlds at their start are seen.
class Exhibit {
 public:
  virtual ~Exhibit() = default;
  Showing& showing() { return *showing_; }
  const Showing& showing() const { return *showing_; }
  // Once. Plays as soon as there is something to play.
  virtual void reveal() = 0;
  // From now on it is looked at, or something else is: what is looked at is worked out first.
  virtual void look(bool at) { in_sight_ = at; }
  // Whether all of what it is to show has been worked out.
  virtual bool ready() const { return true; }
  // Whatever else there is to see and to do, once revealed.
  virtual void add_to(engine::Desk& /*desk*/) const {}
  virtual void press(engine::DeskId /*button*/) {}
  virtual void slide(engine::DeskId /*slider*/, double /*value*/) {}
  // Why it cannot be shown; "" where it can, or nobody knows yet.
  const std::string& complaint() const { return complaint_; }

 protected:
  void show(std::vector<std::unique_ptr<Session>> sessions);
  bool in_sight() const { return in_sight_; }
  void complain(const std::string& why) { complaint_ = why; }
  // A job whose delivery is none once this is gone. work runs elsewhere, perhaps after that: what
  // it captures of this only its delivery may use, as `failed` may, which is told what it threw.
  Background::Job job(Background::Job work, std::function<void(const std::string&)> failed);

 private:
  bool in_sight_ = false;
  std::string complaint_;
  std::optional<Showing> showing_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// The workshop outlives it.
std::unique_ptr<Exhibit> make_exhibit(const Exhibited& what, Workshop& workshop);

// Of exhibits' own buttons and sliders; the guide's are below.
inline constexpr engine::DeskId kExhibitIds = 100;

}  // namespace pump::harness
