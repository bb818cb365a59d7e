#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/demo/guide.hpp"
#include "harness/watchable.hpp"

namespace pump::harness {

// What a class sees: a list of lessons to choose among, or one of them.
class Demo final : public Watchable {
 public:
  explicit Demo(std::vector<Lesson> lessons);
  // One alone: over when it is left. page: to begin with.
  Demo(const Lesson& lesson, std::size_t page);

  void apply(const engine::Command& command) override;
  void advance(double seconds) override;
  std::vector<engine::Snapshot> snapshots() const override;
  std::optional<engine::Desk> desk() const override;
  bool over() const override { return over_; }
  bool asks() const { return guide_ && guide_->asks(); }
  // Why what is looked at cannot be shown; "".
  std::string complaint() const { return guide_ ? guide_->complaint() : ""; }
  // Whether something is still being worked out; see advance().
  bool busy() const { return workshop_.background.busy(); }

 private:
  void leave_if_left();
  engine::Desk menu() const;

  std::vector<Lesson> lessons_;  // of the list; empty: there is none
  Workshop workshop_;
  std::optional<Guide> guide_;  // none: the list is shown
  std::optional<Showing> cover_;
  bool over_ = false;
};

}  // namespace pump::harness
