#include "viewer/desk_painter.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <imgui/imgui.h>

#include "viewer/text.hpp"

namespace pump::viewer {
namespace {

using engine::Button;
using engine::Command;
using engine::Desk;
using engine::Words;
using Key = sf::Keyboard::Key;

std::string caption_of(const Button& button) {
  if (button.key == 0) return button.text;
  const char key = static_cast<char>(std::toupper(static_cast<unsigned char>(button.key)));
  return fmt::format("{}  {}", key, button.text);
}

class Painter {
 public:
  Painter(const Gui& gui, const Theme& theme, std::vector<Command>& commands)
      : gui_(gui), theme_(theme), commands_(commands), line_(ImGui::GetTextLineHeight()) {}

  void operator()(const Words& words) const;
  void operator()(const engine::Rule&) const { ImGui::Separator(); }
  void operator()(const engine::Buttons& buttons) const;
  void operator()(const engine::Slider& slider) const;
  void operator()(const engine::Shares& shares) const;
  void operator()(const engine::Figures& figures) const;
  void operator()(const engine::Curves& curves) const;
  void operator()(const engine::Work& work) const;
  void foot(const std::vector<Button>& buttons) const;

 private:
  void wide(const Button& button) const;
  void narrow(const Button& button, float width) const;
  void hint(const Button& button) const {
    if (!button.hint.empty() && ImGui::IsItemHovered()) {
      ImGui::BeginTooltip();
      ImGui::PushTextWrapPos(25 * line_);
      text(button.hint);
      ImGui::PopTextWrapPos();
      ImGui::EndTooltip();
    }
  }
  void press(const Button& button) const { commands_.push_back({Command::Kind::press, button.id}); }
  void curve(const engine::Curves::Curve& curve, ImVec2 origin, ImVec2 size, double low,
             double high) const;
  void legend(const engine::Curves& curves) const;

  const Gui& gui_;
  const Theme& theme_;
  std::vector<Command>& commands_;
  float line_;
};

void Painter::operator()(const Words& words) const {
  if (words.text.empty()) return;
  switch (words.look) {
    case Words::Look::plain:
      return wrapped(words.text);
    case Words::Look::faint:
      return coloured(theme_.faint_text, words.text);
    case Words::Look::bold:
    case Words::Look::large:
      ImGui::PushFont(words.look == Words::Look::bold ? gui_.bold() : gui_.large());
      wrapped(words.text);
      ImGui::PopFont();
      return;
    case Words::Look::said:
      ImGui::PushFont(gui_.bold());
      wrapped("“" + words.text + "”");
      ImGui::PopFont();
  }
}

// ---- Buttons and sliders -----------------------------------------------------------------------

// As wide as the desk, its key before its text, which may take several lines.
void Painter::wide(const Button& button) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, pad = .45f * line_;
  const float indent = button.key ? 1.6f * line_ : 0;
  const float room = width - 2 * pad - indent;
  const float height =
      ImGui::CalcTextSize(button.text.c_str(), nullptr, false, room).y + 1.2f * pad;
  if (ImGui::InvisibleButton(fmt::format("##{}", button.id).c_str(), {width, height}))
    press(button);
  const Colour back = button.on                ? theme_.truth.with_alpha(.35f)
                      : ImGui::IsItemHovered() ? theme_.control_hovered
                                               : theme_.control;
  hint(button);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, packed(back), 4);
  const float y = at.y + .6f * pad;
  if (button.key) {
    const char key[] = {static_cast<char>(std::toupper(static_cast<unsigned char>(button.key))), 0};
    list.AddText(gui_.bold(), ImGui::GetFontSize(), {at.x + pad, y}, packed(theme_.text), key);
  }
  list.AddText(nullptr, 0, {at.x + pad + indent, y}, packed(theme_.text), button.text.c_str(),
               nullptr, room);
}

void Painter::narrow(const Button& button, float width) const {
  if (button.on) ImGui::PushStyleColor(ImGuiCol_Button, packed(theme_.truth.with_alpha(.35f)));
  if (ImGui::Button(fmt::format("{}##{}", caption_of(button), button.id).c_str(), {width, 0}))
    press(button);
  if (button.on) ImGui::PopStyleColor();
  hint(button);
}

void Painter::operator()(const engine::Buttons& buttons) const {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const float spacing = ImGui::GetStyle().ItemSpacing.x, pad = ImGui::GetStyle().FramePadding.x;
  float end = 0;  // of the row so far
  for (const Button& button : buttons.row) {
    if (button.wide) {
      wide(button);
      end = 0;
      continue;
    }
    const float width = ImGui::CalcTextSize(caption_of(button).c_str()).x + 2 * pad;
    if (end > 0 && end + spacing + width <= right) ImGui::SameLine();
    narrow(button, 0);
    end = ImGui::GetItemRectMax().x;
  }
}

// What it stands at is written beside it, where no grab covers it.
void Painter::operator()(const engine::Slider& slider) const {
  const std::string id = fmt::format("##{}", slider.id);
  const auto low = static_cast<float>(slider.low), high = static_cast<float>(slider.high);
  auto value = static_cast<float>(slider.value);
  const bool stops = !slider.stops.empty();
  if (stops) text(slider.text);
  ImGui::SetNextItemWidth(stops ? -1 : .45f * ImGui::GetContentRegionAvail().x);
  if (ImGui::SliderFloat(id.c_str(), &value, low, high, "")) {
    // Held still it moves nothing, wherever between two places the pointer is.
    const double place = engine::place_of(slider, static_cast<double>(value));
    if (place != slider.value) commands_.push_back({Command::Kind::slide, slider.id, place});
  }
  if (stops) return;
  ImGui::SameLine();
  text(fmt::format("{:.2f}  {}", slider.value, slider.text));
}

void Painter::foot(const std::vector<Button>& buttons) const {
  const auto count = static_cast<float>(buttons.size());
  const float width =
      (ImGui::GetContentRegionAvail().x - (count - 1) * ImGui::GetStyle().ItemSpacing.x) / count;
  for (std::size_t i = 0; i < buttons.size(); i++) {
    if (i > 0) ImGui::SameLine();
    narrow(buttons[i], width);
  }
}

// ---- Numbers -----------------------------------------------------------------------------------

void Painter::operator()(const engine::Shares& shares) const {
  const float width = ImGui::GetContentRegionAvail().x, numbers = 4.3f * line_;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const auto& row : shares.rows) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const KindLook look = look_of(row.kind, theme_);
    const float names = .46f * width, bars = width - names - numbers;
    const auto x = [&](double share) {
      return at.x + names + bars * static_cast<float>(std::clamp(share, 0., 1.));
    };
    coloured(look.colour, look.sign);
    list.AddText({at.x + 1.4f * line_, at.y}, packed(theme_.text), row.text.c_str());
    list.AddRectFilled({x(0), at.y + 3}, {x(1), at.y + line_ - 2}, packed(theme_.control), 3);
    list.AddRectFilled({x(0), at.y + 3}, {x(row.share), at.y + line_ - 2}, packed(look.colour), 3);
    if (row.mark)
      list.AddLine({x(*row.mark), at.y}, {x(*row.mark), at.y + line_ + 1}, packed(theme_.text), 2);
    list.AddText({x(1) + .4f * line_, at.y}, packed(theme_.text),
                 (row.number.empty() ? fmt::format("{:.3f}", row.share) : row.number).c_str());
  }
  if (!shares.caption.empty()) coloured(theme_.faint_text, shares.caption);
}

void Painter::operator()(const engine::Figures& figures) const {
  const float right = ImGui::GetContentRegionAvail().x;
  const ImVec2 start = ImGui::GetCursorPos();
  ImVec2 at = start;
  for (const auto& figure : figures.figures) {
    ImGui::PushFont(gui_.bold());
    const float value = ImGui::CalcTextSize(figure.value.c_str()).x;
    ImGui::PopFont();
    const float width = std::max(ImGui::CalcTextSize(figure.name.c_str()).x, value);
    if (at.x > start.x && at.x - start.x + width > right) at = {start.x, at.y + 2.4f * line_};
    ImGui::SetCursorPos(at);
    ImGui::BeginGroup();
    ImGui::PushStyleColor(ImGuiCol_Text, packed(theme_.faint_text));
    text(figure.name);
    ImGui::PopStyleColor();
    ImGui::PushFont(gui_.bold());
    text(figure.value);
    ImGui::PopFont();
    ImGui::EndGroup();
    at.x += width + .8f * line_;
  }
}

void Painter::curve(const engine::Curves::Curve& curve, ImVec2 origin, ImVec2 size, double low,
                    double high) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Colour colour = look_of(curve.kind, theme_).colour;
  const auto at = [&](std::size_t i) {
    return ImVec2{origin.x + size.x * static_cast<float>((curve.x[i] - low) / (high - low)),
                  origin.y + size.y * static_cast<float>(1 - curve.y[i])};
  };
  for (std::size_t i = 0; i < curve.x.size(); i++) {
    if (curve.dots) {
      list.AddCircleFilled(at(i), .3f * line_, packed(colour));
      list.AddCircle(at(i), .3f * line_, packed(theme_.text), 0, 1.5f);
    } else if (i > 0 && std::isfinite(curve.y[i - 1]) && std::isfinite(curve.y[i])) {
      list.AddLine(at(i - 1), at(i), packed(colour), 2.5f);
    }
  }
}

void Painter::legend(const engine::Curves& curves) const {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  bool first = true;
  const auto say = [&](Colour colour, const std::string& words) {
    const float width = ImGui::CalcTextSize(words.c_str()).x;
    if (!first && ImGui::GetItemRectMax().x + .7f * line_ + width <= right)
      ImGui::SameLine(0, .7f * line_);
    coloured(colour, words);
    first = false;
  };
  bool dots = false;
  for (const auto& curve : curves.curves) {
    dots = dots || curve.dots;
    if (!curve.dots) say(look_of(curve.kind, theme_).colour, fmt::format("— {}", curve.name));
  }
  if (dots) say(theme_.text, fmt::format("● {}", curves.dots_name));
  say(theme_.faint_text, fmt::format("over {}", curves.x_name));
}

void Painter::operator()(const engine::Curves& curves) const {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const ImVec2 size{ImGui::GetContentRegionAvail().x - 2.4f * line_, 6 * line_};
  const ImVec2 origin{corner.x + 1.6f * line_, corner.y + .5f * line_};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(origin, {origin.x + size.x, origin.y + size.y},
                     packed(theme_.control.with_alpha(.45f)));
  for (const auto& [share, label] : {std::pair{1.f, "1"}, {.5f, ".5"}, {0.f, "0"}}) {
    const float y = origin.y + size.y * (1 - share);
    list.AddLine({origin.x, y}, {origin.x + size.x, y}, packed(theme_.panel_edge), 1);
    list.AddText({corner.x, y - .55f * line_}, packed(theme_.faint_text), label);
  }
  const double range = curves.high - curves.low;
  for (const double share : {0., .5, 1.}) {
    const std::string label = fmt::format("{:.3g}", curves.low + share * range);
    const float x = origin.x + size.x * static_cast<float>(share);
    list.AddText({x - .5f * ImGui::CalcTextSize(label.c_str()).x, origin.y + size.y},
                 packed(theme_.faint_text), label.c_str());
  }
  const float x = origin.x + size.x * static_cast<float>((curves.cursor - curves.low) / range);
  list.AddLine({x, origin.y}, {x, origin.y + size.y}, packed(theme_.text), 1.5f);
  for (const auto& one : curves.curves) curve(one, origin, size, curves.low, curves.high);
  ImGui::Dummy({size.x, size.y + 1.5f * line_});
  legend(curves);
}

void Painter::operator()(const engine::Work& work) const {
  coloured(theme_.faint_text, work.text);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = .35f * line_;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, packed(theme_.control), 2);
  // Where nobody knows how far it is, something moves.
  const auto from =
      static_cast<float>(work.share ? 0 : .8 * (.5 + .5 * std::sin(2 * ImGui::GetTime())));
  const float to = work.share ? static_cast<float>(std::clamp(*work.share, 0., 1.)) : from + .2f;
  list.AddRectFilled({at.x + width * from, at.y}, {at.x + width * to, at.y + height},
                     packed(theme_.truth), 2);
  ImGui::Dummy({width, height});
}

// ---- Keys --------------------------------------------------------------------------------------

std::string name_of(Key key) {
  const auto from = [&](Key first, char name) {
    return std::string(1, static_cast<char>(name + (key - first)));
  };
  if (key >= Key::A && key <= Key::Z) return from(Key::A, 'a');
  if (key >= Key::Num0 && key <= Key::Num9) return from(Key::Num0, '0');
  if (key >= Key::Numpad0 && key <= Key::Numpad9) return from(Key::Numpad0, '0');
  if (key == Key::Enter) return "enter";
  if (key == Key::BackSpace) return "backspace";
  if (key == Key::Escape) return "escape";
  if (key == Key::Up) return "up";
  return key == Key::Down ? "down" : "";
}

}  // namespace

std::optional<Command> desk_command(const Desk& desk, const sf::Event::KeyEvent& key) {
  return command_of(desk, name_of(key.code));
}

void show_desk(const Desk& desk, const Gui& gui, const Theme& theme,
               std::vector<Command>& commands) {
  const Painter painter(gui, theme, commands);
  const float foot = desk.foot.empty() ? 0 : 1.25f * ImGui::GetFrameHeightWithSpacing();
  ImGui::BeginChild("parts", {0, -foot});
  for (const Desk::Part& part : desk.parts) std::visit(painter, part);
  ImGui::EndChild();
  if (desk.foot.empty()) return;
  ImGui::Separator();
  painter.foot(desk.foot);
}

}  // namespace pump::viewer
