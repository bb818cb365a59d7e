#include "harness/demo/wish_panel.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/words.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using engine::in_words;
using engine::Words;

}  // namespace

WishPanel::WishPanel(const engine::EnvironmentInfo& info, const WishChoice& choice)
    : info_(info), choice_(choice), most_(info.signals.size(), 2) {
  // Whatever a ready wish of this world gives a signal, a hand can give it.
  for (const std::string& name : wish_names(info.name)) {
    const engine::Wish ready = load_wish(info, name);
    for (std::size_t i = 0; i < most_.size(); i++)
      most_[i] = std::max(most_[i], std::abs(ready.weights[i]));
  }
  for (const engine::Wish& wish : choice_.wishes)
    for (std::size_t i = 0; i < most_.size(); i++)
      most_[i] = std::max(most_[i], std::abs(wish.weights[i]));
  choose(0);
  granted_ = wish_;
  own_kinds_ =
      has_wish(info.name, kControlWish) ? load_wish(info, kControlWish).kinds : wish_.kinds;
}

void WishPanel::choose(std::size_t wish) {
  chosen_ = wish;
  wish_ = choice_.wishes[wish];
}

bool WishPanel::changed() const { return wish_.weights != choice_.wishes[chosen_].weights; }

std::string WishPanel::remark() const {
  if (choice_.wishes.size() == 1) return "";  // whoever shows one wish alone says what it is about
  const engine::Wish& ready = choice_.wishes[chosen_];
  return granted_.weights == ready.weights ? choice_.remarks[chosen_] : "";
}

// "A wish of 2 weights: outside 1.00, burns -0.50".
std::string WishPanel::weights_text() const {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < wish_.weights.size(); i++)
    if (wish_.weights[i] != 0)
      parts.push_back(fmt::format("{} {:.2f}", in_words(info_.signals[i].name), wish_.weights[i]));
  return fmt::format("A wish of {} weight{}: {}", parts.size(), parts.size() == 1 ? "" : "s",
                     fmt::join(parts, ", "));
}

void WishPanel::add_to(engine::Desk& desk) const {
  if (changed())
    desk.say(weights_text(), Words::Look::bold);
  else
    desk.say(wish_.text, Words::Look::said);
  if (choice_.wishes.size() > 1) {
    engine::Buttons ready;
    for (std::size_t i = 0; i < choice_.wishes.size(); i++)
      ready.row.push_back({.id = kWish + static_cast<int>(i),
                           .text = in_words(choice_.wishes[i].name),
                           .on = i == chosen_ && !changed(),
                           .hint = choice_.wishes[i].text});
    desk.parts.emplace_back(std::move(ready));
  }
  if (open_)
    for (std::size_t i = 0; i < info_.signals.size(); i++)
      desk.parts.emplace_back(engine::Slider{.id = kSlider + static_cast<int>(i),
                                             .text = in_words(info_.signals[i].name),
                                             .low = -most_[i],
                                             .high = most_[i],
                                             .value = wish_.weights[i],
                                             .unit = most_[i] / 100});
  engine::Buttons buttons;
  if (choice_.weights || choice_.wishes.size() > 1)
    buttons.row.push_back({.id = kGrant, .text = "Grant", .key = 'g'});
  if (more_to_patch())
    buttons.row.push_back({.id = kPatch,
                           .text = "Patch it",
                           .key = 'p',
                           .hint = "the next wish, which closes a loophole of this one: " +
                                   choice_.wishes[chosen_ + 1].text});
  if (choice_.weights)
    buttons.row.push_back(
        {.id = kWeights, .text = open_ ? "Hide the weights" : "Weights", .key = 'w', .on = open_});
  if (!buttons.row.empty()) desk.parts.emplace_back(std::move(buttons));
}

bool WishPanel::press(engine::DeskId button) {
  const auto wish = static_cast<std::size_t>(button - kWish);
  if (button == kWeights) open_ = !open_;
  if (button >= kWish && wish < choice_.wishes.size()) choose(wish);
  if (button == kPatch && more_to_patch()) choose(chosen_ + 1);
  const bool some = std::any_of(wish_.weights.begin(), wish_.weights.end(),
                                [](double weight) { return weight != 0; });
  if ((button != kGrant && button != kPatch) || !some) return false;
  open_ = false;  // what comes of it needs the room
  granted_ = wish_;
  if (changed()) {
    granted_.name = "own";
    granted_.text = "a wish of your own";
    granted_.kinds = own_kinds_;
  }
  return true;
}

void WishPanel::slide(engine::DeskId slider, double value) {
  const auto signal = static_cast<std::size_t>(slider - kSlider);
  if (slider < kSlider || signal >= most_.size()) return;
  wish_.weights[signal] = std::clamp(value, -most_[signal], most_[signal]);
  // One that is ready is that one, however it came about.
  for (std::size_t i = 0; i < choice_.wishes.size(); i++)
    if (choice_.wishes[i].weights == wish_.weights) choose(i);
}

}  // namespace pump::harness
