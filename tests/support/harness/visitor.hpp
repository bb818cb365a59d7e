#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "harness/demo/demo.hpp"
#include "tests/support/catch.hpp"

namespace pump::test {

// Somebody at a demonstration.
class Visitor {
 public:
  explicit Visitor(const harness::Lesson& lesson, std::size_t page = 0) : demo_(lesson, page) {
    wait();
  }
  explicit Visitor(std::vector<harness::Lesson> lessons) : demo_(std::move(lessons)) {}

  void wait() {
    while (demo_.busy()) {
      demo_.advance(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  // false: nothing has that key.
  bool press(const std::string& key) {
    const auto command = engine::command_of(*demo_.desk(), key);
    if (command) demo_.apply(*command);
    wait();
    return command.has_value();
  }
  void slide(const std::string& text, double value) {
    const auto desk = demo_.desk();
    for (const engine::Desk::Part& part : desk->parts)
      if (const auto* slider = std::get_if<engine::Slider>(&part); slider && slider->text == text)
        return demo_.apply(
            {engine::Command::Kind::slide, slider->id, engine::place_of(*slider, value)});
    CATCH_FAIL("no slider " << text);
  }
  void end() { demo_.apply({engine::Command::Kind::last}); }

  template <class Part>
  std::vector<Part> all() const {
    std::vector<Part> out;
    const auto desk = demo_.desk();
    for (const engine::Desk::Part& part : desk->parts)
      if (const auto* found = std::get_if<Part>(&part)) out.push_back(*found);
    return out;
  }
  std::string said() const {
    std::string out;
    for (const auto& words : all<engine::Words>()) out += words.text + "\n";
    return out;
  }
  std::string figure(const std::string& name) const {
    for (const auto& figures : all<engine::Figures>())
      for (const auto& figure : figures.figures)
        if (figure.name == name) return figure.value;
    return "";
  }
  double share(const std::string& row) const {
    for (const auto& shares : all<engine::Shares>())
      for (const auto& one : shares.rows)
        if (one.text == row) return one.share;
    return 0;
  }
  engine::Inspection seen(std::size_t panel = 0) const {
    return demo_.snapshots().at(panel).inspection;
  }
  const harness::Demo& demo() const { return demo_; }

 private:
  harness::Demo demo_;
};

// A lesson of these pages, as a teacher writes them.
harness::Lesson lesson_of(const std::string& pages);
// A page that shows something.
std::string page_of(const std::string& exhibit);

}  // namespace pump::test
