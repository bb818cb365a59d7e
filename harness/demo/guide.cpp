#include "harness/demo/guide.hpp"

#include <fmt/format.h>

namespace pump::harness {
namespace {

using engine::Command;
using engine::Words;

enum Id : engine::DeskId {
  kOn = 1,
  kBack,
  kLeave,
  kAnswer = 10,   // and so on, one an answer
  kExhibit = 20,  // and so on, one an exhibit
};

}  // namespace

Guide::Guide(const Lesson& lesson, Workshop& workshop, std::size_t at)
    : lesson_(lesson), workshop_(workshop), pages_(lesson.pages.size()) {
  turn_to(at);
}

Guide::Opened& Guide::open(std::size_t page) {
  Opened& opened = pages_[page];
  if (!opened.exhibits.empty()) return opened;
  for (const Exhibited& what : lesson_.pages[page].exhibits)
    opened.exhibits.push_back(make_exhibit(what, workshop_));
  opened.seen.resize(opened.exhibits.size());
  return opened;
}

// What the next page shows is worked out while this one is talked about.
void Guide::turn_to(std::size_t page) {
  open(page);
  if (!opened().exhibits.empty()) exhibit().look(false);
  page_ = page;
  exhibit().look(true);
  if (this->page().question.empty()) reveal(0);
  if (page + 1 < pages_.size()) open(page + 1);
}

void Guide::reveal(int answer) {
  opened().answer = answer;
  opened().revealed = true;
  select(opened().exhibit);
}

void Guide::select(std::size_t exhibit) {
  this->exhibit().look(false);
  opened().exhibit = exhibit;
  this->exhibit().look(true);
  if (!opened().seen[exhibit]) this->exhibit().reveal();
  opened().seen[exhibit] = true;
}

void Guide::apply(const Command& command) {
  switch (command.kind) {
    case Command::Kind::press:
      return press(command.value);
    case Command::Kind::slide:
      if (opened().revealed) exhibit().slide(command.value, command.amount);
      return;
    default:  // nothing plays before the question has been answered
      if (opened().revealed) exhibit().showing().apply(command);
  }
}

void Guide::press(engine::DeskId button) {
  const auto among = [&](engine::DeskId first, std::size_t count) {
    return button >= first && button < first + static_cast<int>(count);
  };
  if (button == kLeave) {
    left_ = true;
  } else if (button == kOn) {
    if (!opened().revealed) return reveal(0);
    if (page_ + 1 < pages_.size()) return turn_to(page_ + 1);
    left_ = true;
  } else if (button == kBack) {
    if (page_ > 0) return turn_to(page_ - 1);
    left_ = true;
  } else if (!opened().revealed) {
    if (among(kAnswer, page().answers.size())) reveal(button - kAnswer + 1);
  } else if (among(kExhibit, page().exhibits.size())) {
    select(static_cast<std::size_t>(button - kExhibit));
  } else {
    exhibit().press(button);
  }
}

// ---- The desk ----------------------------------------------------------------------------------

engine::Desk Guide::desk() const {
  engine::Desk desk;
  desk.title = fmt::format("{}, {} of {}", lesson_.title, page_ + 1, pages_.size());
  if (pages_.size() > 1) desk.say(desk.title, Words::Look::faint);
  desk.say(page().title, Words::Look::large);
  if (!opened().revealed || page().question.empty()) desk.say(page().text);
  add_question(desk);
  if (opened().revealed) {
    if (page().exhibits.size() > 1) {
      engine::Buttons tabs;
      for (std::size_t i = 0; i < page().exhibits.size(); i++)
        tabs.row.push_back({.id = kExhibit + static_cast<int>(i),
                            .text = page().exhibits[i].name,
                            .key = static_cast<char>('1' + i),
                            .on = i == opened().exhibit});
      desk.parts.emplace_back(std::move(tabs));
    }
    if (exhibit().complaint().empty())
      exhibit().add_to(desk);
    else
      desk.say("This cannot be shown. " + exhibit().complaint(), Words::Look::bold);
  }
  add_foot(desk);
  return desk;
}

void Guide::add_question(engine::Desk& desk) const {
  const Page& page = this->page();
  if (!page.question.empty()) {
    desk.say(page.question, Words::Look::bold);
    if (!opened().revealed) {
      engine::Buttons answers;
      for (std::size_t i = 0; i < page.answers.size(); i++)
        answers.row.push_back({.id = kAnswer + static_cast<int>(i),
                               .text = page.answers[i],
                               .key = static_cast<char>('1' + i),
                               .wide = true});
      desk.parts.emplace_back(std::move(answers));
      return;
    }
    if (!known())
      return desk.say("Being worked out; the answer comes with it.", Words::Look::faint);
    const int given = opened().answer;
    if (given > 0 && given != page.right)
      desk.say(fmt::format("{} {}", page.right == 0 ? "○" : "✘",
                           page.answers[static_cast<std::size_t>(given - 1)]));
    if (page.right > 0)
      desk.say(fmt::format("✓ {}", page.answers[static_cast<std::size_t>(page.right - 1)]));
  }
  if (opened().revealed && known() && !page.reveal.empty()) desk.say(page.reveal);
}

void Guide::add_foot(engine::Desk& desk) const {
  desk.back = kBack;
  desk.leave = kLeave;
  if (pages_.size() == 1 && opened().revealed)  // nothing to lead through
    return desk.foot.push_back({.id = kBack, .text = "Leave", .hint = "Backspace"});
  desk.enter = kOn;
  const bool last = page_ + 1 == pages_.size();
  desk.foot.push_back({.id = kBack, .text = page_ > 0 ? "Back" : "Leave", .hint = "Backspace"});
  desk.foot.push_back({.id = kOn,
                       .text = !opened().revealed ? "See"
                               : last             ? "The end"
                                                  : "Next page",
                       .on = true,
                       .hint = "Enter"});
}

}  // namespace pump::harness
