#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/demo/exhibit.hpp"
#include "harness/demo/lesson.hpp"

namespace pump::harness {

// Leads through one lesson: page after page, a question before what answers it.
class Guide {
 public:
  // The workshop outlives it. at: the page to begin with.
  Guide(const Lesson& lesson, Workshop& workshop, std::size_t at = 0);

  void apply(const engine::Command& command);
  void advance(double seconds) { exhibit().showing().advance(seconds); }
  std::vector<engine::Snapshot> snapshots() const { return exhibit().showing().snapshots(); }
  engine::Desk desk() const;
  const std::string& complaint() const { return exhibit().complaint(); }
  // Whether a question is open.
  bool asks() const { return !opened().revealed; }
  // Past the last page, or back from the first.
  bool left() const { return left_; }

 private:
  // A page as far as it has been gone through.
  struct Opened {
    std::vector<std::unique_ptr<Exhibit>> exhibits;
    std::size_t exhibit = 0;
    int answer = 0;  // that was given, from 1; 0: none
    bool revealed = false;
    std::vector<bool> seen;  // [exhibits], whether they were revealed
  };
  Opened& open(std::size_t page);
  void turn_to(std::size_t page);
  void reveal(int answer);
  void select(std::size_t exhibit);
  void press(engine::DeskId button);
  Opened& opened() { return pages_[page_]; }
  const Opened& opened() const { return pages_[page_]; }
  Exhibit& exhibit() { return *opened().exhibits[opened().exhibit]; }
  const Exhibit& exhibit() const { return *opened().exhibits[opened().exhibit]; }
  const Page& page() const { return lesson_.pages[page_]; }
  // Nobody is told what has not been worked out, or cannot be.
  bool known() const { return exhibit().ready() || !exhibit().complaint().empty(); }
  void add_question(engine::Desk& desk) const;
  void add_foot(engine::Desk& desk) const;

  Lesson lesson_;
  Workshop& workshop_;
  std::vector<Opened> pages_;
  std::size_t page_ = 0;
  bool left_ = false;
};

}  // namespace pump::harness
