#include "viewer/inspector.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <imgui/imgui.h>

#include "engine/words.hpp"
#include "viewer/text.hpp"

namespace pump::viewer {
namespace {

using engine::in_words;
using engine::Inspection;
using engine::Kind;
using engine::Snapshot;

// ---- Curves ------------------------------------------------------------------------------------

struct Range {
  double low = 0, high = 0;
  void include(std::span<const double> values) {
    for (const double value : values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
};

// Steps across and values up, over one rectangle of the window.
class Plot {
 public:
  Plot(float height, int last_step, Range range) : range_(range) {
    origin_ = ImGui::GetCursorScreenPos();
    size_ = {ImGui::GetContentRegionAvail().x, height};
    steps_ = std::max(1, last_step);
    if (range_.high - range_.low < 1) range_.high = range_.low + 1;
    ImGui::Dummy(size_);
    right_ = size_.x - ImGui::CalcTextSize("-00.00").x;  // the last values are written there
  }

  ImVec2 at(double step, double value) const {
    const double share = (value - range_.low) / (range_.high - range_.low);
    return {origin_.x + static_cast<float>(step / steps_) * right_,
            origin_.y + size_.y * static_cast<float>(.92 - .84 * share)};
  }
  void frame(const Theme& theme, int step) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 end{origin_.x + size_.x, origin_.y + size_.y};
    list.AddRectFilled(origin_, end, packed(theme.control.with_alpha(.45f)), 4);
    list.AddLine(at(0, 0), at(steps_, 0), packed(theme.faint_text), 1);
    const float x = at(step, 0).x;
    list.AddLine({x, origin_.y}, {x, end.y}, packed(theme.text), 1.5f);
  }
  // Up to what was seen; what is past the step shown is drawn thinner.
  void curve(const std::vector<double>& values, int step, int seen, Colour colour) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t i = 1; i <= static_cast<std::size_t>(seen); i++) {
      const bool past = static_cast<int>(i) > step;
      list.AddLine(at(static_cast<double>(i) - 1, values[i - 1]),
                   at(static_cast<double>(i), values[i]),
                   packed(past ? colour.with_alpha(.35f) : colour), past ? 1.5f : 3.f);
    }
    const auto now = static_cast<std::size_t>(step);
    list.AddCircleFilled(at(step, values[now]), 5, packed(colour));
  }
  // At the right edge, two lines of text above one another wherever the values are.
  void labels(double upper, Colour upper_colour, double lower, Colour lower_colour) const {
    const float line = ImGui::GetTextLineHeight(), x = origin_.x + right_ + 6;
    const float last = origin_.y + size_.y - line;
    const float high = std::clamp(at(0, upper).y - line / 2, origin_.y, last - line);
    const float low = std::clamp(at(0, lower).y - line / 2, high + line, last);
    write({x, high}, upper, upper_colour);
    write({x, low}, lower, lower_colour);
  }
  void label(double value, Colour colour) const {
    write({origin_.x + right_ + 6, at(0, value).y - ImGui::GetTextLineHeight() / 2}, value, colour);
  }

 private:
  static void write(ImVec2 place, double value, Colour colour) {
    ImGui::GetWindowDrawList()->AddText(place, packed(colour),
                                        fmt::format("{:.2f}", value).c_str());
  }

  Range range_;
  ImVec2 origin_, size_;
  int steps_;
  float right_;
};

}  // namespace

void Inspector::headline(const Snapshot& snapshot, bool brief) const {
  ImGui::PushFont(gui_.bold());
  wrapped(snapshot.title);
  ImGui::PopFont();
  const Inspection& inspection = snapshot.inspection;
  if (!inspection.wish.empty() && !brief) wrapped("“" + inspection.wish + "”");
  if (!inspection.remark.empty()) wrapped(inspection.remark);
}

void Inspector::outcome(const Inspection& inspection) const {
  const bool over = inspection.ended && inspection.step == inspection.last_step;
  const std::string words = in_words(inspection.outcome);
  if (!over) {
    coloured(theme_.faint_text, "so far: " + words);
    return;
  }
  const KindLook look = look_of(inspection.kind.value_or(Kind::other), theme_);
  ImGui::PushFont(gui_.bold());
  std::string line = fmt::format("{} {}", look.sign, words);
  if (inspection.kind) line += fmt::format(": {}", in_words(engine::to_string(*inspection.kind)));
  coloured(look.colour, line);
  ImGui::PopFont();
}

void Inspector::numbers(const Inspection& inspection) const {
  const auto now = static_cast<std::size_t>(inspection.step);
  if (ImGui::BeginTable("numbers", 2)) {
    const auto number = [&](const char* name, double value, Colour colour) {
      ImGui::TableNextColumn();
      coloured(theme_.faint_text, name);
      ImGui::PushFont(gui_.large());
      coloured(colour, fmt::format("{:.2f}", value));
      ImGui::PopFont();
    };
    if (!inspection.wish.empty())
      number("proxy return", inspection.proxy_return[now], theme_.proxy);
    number("true utility", inspection.true_utility[now], theme_.truth);
    ImGui::EndTable();
  }
}

void Inspector::curves(const Inspection& inspection, float height) const {
  const auto seen = static_cast<std::size_t>(inspection.seen_step);
  const bool proxy = !inspection.wish.empty();
  const auto begun = [&](const std::vector<double>& values) {
    return std::span(values).first(seen + 1);
  };
  Range range;
  if (proxy) range.include(begun(inspection.proxy_return));
  range.include(begun(inspection.true_utility));
  const Plot plot(height, inspection.last_step, range);
  plot.frame(theme_, inspection.step);
  plot.curve(inspection.true_utility, inspection.step, inspection.seen_step, theme_.truth);
  const double truth = inspection.true_utility[seen], earned = inspection.proxy_return[seen];
  if (!proxy) return plot.label(truth, theme_.truth);
  plot.curve(inspection.proxy_return, inspection.step, inspection.seen_step, theme_.proxy);
  if (earned >= truth)
    plot.labels(earned, theme_.proxy, truth, theme_.truth);
  else
    plot.labels(truth, theme_.truth, earned, theme_.proxy);
}

void Inspector::actions(const Snapshot& snapshot) const {
  const Inspection& inspection = snapshot.inspection;
  const auto& p = inspection.thoughts.probabilities;
  const auto& reference = inspection.thoughts.reference_probabilities;
  const float line = ImGui::GetTextLineHeight(), width = ImGui::GetContentRegionAvail().x;
  const float names = 9.2f * line, bars = width - names - 3 * line;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < inspection.actions.size(); i++) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool next = inspection.next == static_cast<engine::Action>(i);
    std::string name = in_words(inspection.actions[i]);
    const std::string key = keys_.key_of(static_cast<engine::Action>(i));
    if (!key.empty()) name = fmt::format("{}  {}", key, name);
    if (next) ImGui::PushFont(gui_.bold());
    text((next ? "→ " : "   ") + name);
    if (next) ImGui::PopFont();
    if (p.empty()) continue;
    const auto x = [&](float share) { return at.x + names + bars * share; };
    list.AddRectFilled({x(0), at.y + 3}, {x(1), at.y + line - 2}, packed(theme_.control), 3);
    list.AddRectFilled({x(0), at.y + 3}, {x(p[i]), at.y + line - 2}, packed(theme_.truth), 3);
    if (!reference.empty())
      list.AddLine({x(reference[i]), at.y}, {x(reference[i]), at.y + line + 1}, packed(theme_.text),
                   2);
    list.AddText({x(1) + .4f * line, at.y}, packed(theme_.text),
                 fmt::format("{:.2f}", p[i]).c_str());
  }
}

void Inspector::thoughts(const Inspection& inspection) const {
  const engine::Thoughts& thoughts = inspection.thoughts;
  if (thoughts.value) text(fmt::format("value {:.2f}: return expected from here", *thoughts.value));
  if (inspection.kl.empty()) return;
  const auto now = static_cast<std::size_t>(inspection.step);
  std::string line =
      fmt::format("KL to {}: {:.2f} nats so far", inspection.reference, inspection.kl[now]);
  if (thoughts.kl) line += fmt::format(", {:.3f} here", *thoughts.kl);
  wrapped(line);
  coloured(theme_.faint_text, fmt::format("The marks on the bars are {}.", inspection.reference));
}

void Inspector::remarks(const Snapshot& snapshot) const {
  if (snapshot.footprint)
    coloured(
        theme_.faint_text,
        fmt::format("Visits, value and arrows: {} episodes{}{}", snapshot.footprint->episodes,
                    snapshot.footprint->remark.empty() ? "" : ", ", snapshot.footprint->remark));
  for (const std::string& fact : snapshot.inspection.facts) wrapped("■ " + in_words(fact));
  for (const std::string& caption : snapshot.scene->captions) coloured(theme_.faint_text, caption);
  // What a golden playthrough and a replay's trace say of this state.
  coloured(theme_.faint_text, fmt::format("state {:016x}", snapshot.inspection.state_hash));
}

void Inspector::show(const Snapshot& snapshot, bool brief) const {
  const float line = ImGui::GetTextLineHeight();
  headline(snapshot, brief);
  if (!brief) ImGui::Separator();
  outcome(snapshot.inspection);
  numbers(snapshot.inspection);
  curves(snapshot.inspection, (brief ? 4.5f : 8.f) * line);
  if (brief) {
    thoughts(snapshot.inspection);
    return;
  }
  ImGui::Separator();
  actions(snapshot);
  thoughts(snapshot.inspection);
  ImGui::Separator();
  remarks(snapshot);
}

}  // namespace pump::viewer
