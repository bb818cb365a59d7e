#include "harness/demo/demo.hpp"

#include <fmt/format.h>

#include "harness/open_session.hpp"

namespace pump::harness {
namespace {

using engine::Command;
using engine::Words;

constexpr engine::DeskId kLesson = 10;  // and so on, one a lesson

}  // namespace

Demo::Demo(std::vector<Lesson> lessons) : lessons_(std::move(lessons)) {
  std::vector<std::unique_ptr<Session>> sessions;
  sessions.push_back(open_session({"burning_building", "demo:idle", "", {"map=block"}, 0}));
  cover_.emplace(std::move(sessions));
}

Demo::Demo(const Lesson& lesson, std::size_t page) { guide_.emplace(lesson, workshop_, page); }

void Demo::apply(const Command& command) {
  if (guide_) {
    guide_->apply(command);
    return leave_if_left();
  }
  const auto lesson = static_cast<std::size_t>(command.value - kLesson);
  if (command.kind == Command::Kind::press && lesson < lessons_.size())
    guide_.emplace(lessons_[lesson], workshop_);
}

void Demo::leave_if_left() {
  if (!guide_->left()) return;
  if (lessons_.empty()) {
    over_ = true;
    return;
  }
  workshop_.background.forget();
  guide_.reset();
  workshop_.worlds.forget();
}

void Demo::advance(double seconds) {
  workshop_.background.deliver();
  if (guide_) guide_->advance(seconds);
}

std::vector<engine::Snapshot> Demo::snapshots() const {
  return guide_ ? guide_->snapshots() : cover_->snapshots();
}

std::optional<engine::Desk> Demo::desk() const { return guide_ ? guide_->desk() : menu(); }

engine::Desk Demo::menu() const {
  engine::Desk desk;
  desk.title = "lessons";
  desk.numbers = false;
  desk.say("Outcome Pump", Words::Look::large);
  desk.say("A device squeezes the future until a wish holds, as it was said. Which will you see?");
  bool lessons = !lessons_.empty() && lessons_.front().order > 0;
  if (lessons) desk.say("Lessons", Words::Look::bold);
  engine::Buttons buttons;
  for (std::size_t i = 0; i < lessons_.size(); i++) {
    const Lesson& lesson = lessons_[i];
    if (lessons && lesson.order == 0) {
      desk.parts.emplace_back(std::exchange(buttons, {}));
      desk.say("To try things with", Words::Look::bold);
      lessons = false;
    }
    buttons.row.push_back({.id = kLesson + static_cast<int>(i),
                           .text = lesson.minutes > 0
                                       ? fmt::format("{} ({} minutes): {}", lesson.title,
                                                     lesson.minutes, lesson.about)
                                       : fmt::format("{}: {}", lesson.title, lesson.about),
                           .key = i < 9 ? static_cast<char>('1' + i) : '\0',
                           .wide = true});
  }
  desk.parts.emplace_back(std::move(buttons));
  return desk;
}

}  // namespace pump::harness
