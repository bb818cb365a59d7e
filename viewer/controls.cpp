#include "viewer/controls.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <imgui/imgui.h>

namespace pump::viewer {
namespace {

using engine::Command;
using engine::Snapshot;

void transport(std::span<const Snapshot> snapshots, std::vector<Command>& commands) {
  const Snapshot& first = snapshots.front();
  const auto button = [&](const char* label, Command::Kind kind, const char* what) {
    if (ImGui::Button(label)) commands.push_back({kind, 0});
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", what);
    ImGui::SameLine();
  };
  button("|◀", Command::Kind::first, "to the reset (Home)");
  button("◀", Command::Kind::step_back, "a step back (,)");
  if (!first.by_hand)
    button(first.playing ? "Pause" : "Play", Command::Kind::toggle_play, "play, pause (Space)");
  button("▶", Command::Kind::step_forward, "a step on (.)");
  button("▶|", Command::Kind::next_outcome, "to the next outcome (Enter)");
  int step = 0, last = 1;
  for (const Snapshot& snapshot : snapshots) {
    step = std::max(step, snapshot.inspection.step);
    last = std::max(last, snapshot.inspection.last_step);
  }
  ImGui::SetNextItemWidth(-1);
  if (ImGui::SliderInt("##step", &step, 0, last, "step %d"))
    commands.push_back({Command::Kind::seek, step});
}

std::string speed_text(double speed) {
  if (speed == 0) return "as fast as it goes";
  return speed < 1 ? fmt::format("1/{:g} speed", 1 / speed) : fmt::format("{:g} x speed", speed);
}

void settings(const Snapshot& first, Layers& layers, bool& help, std::vector<Command>& commands) {
  const auto small = [&](const char* label, Command::Kind kind) {
    if (ImGui::SmallButton(label)) commands.push_back({kind, 0});
    ImGui::SameLine();
  };
  small("-##slower", Command::Kind::slower);
  small("+##faster", Command::Kind::faster);
  ImGui::TextUnformatted(speed_text(first.speed).c_str());
  ImGui::SameLine(0, 24);
  small("-##before", Command::Kind::previous_episode);
  small("+##next", Command::Kind::next_episode);
  ImGui::TextUnformatted(fmt::format("episode {}", first.inspection.episode).c_str());
  ImGui::SameLine(0, 24);
  const auto layer = [&](const char* label, bool& on, bool of_footprint) {
    if (ImGui::SmallButton(fmt::format("{} {}", on ? "■" : "□", label).c_str())) {
      on = !on;
      if (on && of_footprint && !first.footprint) commands.push_back({Command::Kind::footprint, 0});
    }
    ImGui::SameLine();
  };
  for (const auto& overlay : first.scene->overlays) {
    if (overlay.name == "gas") layer("gas", layers.gas, false);
    if (overlay.name == "smoke") layer("smoke", layers.smoke, false);
    if (overlay.name == "heat") layer("heat", layers.heat, false);
  }
  if (!first.by_hand) {
    layer("visits", layers.visits, true);
    layer("value", layers.value, true);
    layer("arrows", layers.arrows, true);
  }
  if (ImGui::SmallButton("F1 help")) help = !help;
  ImGui::SameLine(0, 24);
  ImGui::TextUnformatted(first.message.c_str());
}

}  // namespace

void show_controls(std::span<const Snapshot> snapshots, Layers& layers, bool& help,
                   std::vector<Command>& commands) {
  transport(snapshots, commands);
  settings(snapshots.front(), layers, help, commands);
}

void show_help(const Gui& gui, const Keys& keys) {
  ImGui::PushFont(gui.bold());
  ImGui::TextUnformatted("Keys");
  ImGui::PopFont();
  if (!ImGui::BeginTable("keys", 2, ImGuiTableFlags_SizingFixedFit)) return;
  for (const KeyHelp& key : keys.help()) {
    ImGui::TableNextColumn();
    ImGui::PushFont(gui.bold());
    ImGui::TextUnformatted(key.keys.c_str());
    ImGui::PopFont();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(key.what.c_str());
  }
  ImGui::EndTable();
}

}  // namespace pump::viewer
