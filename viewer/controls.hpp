#pragma once

#include <span>
#include <vector>

#include "engine/snapshot.hpp"
#include "viewer/gui.hpp"
#include "viewer/keys.hpp"
#include "viewer/scene_painter.hpp"

namespace pump::viewer {

// The bar below, and the page of keys: into Dear ImGui's current window. Clicks become commands.
void show_controls(std::span<const engine::Snapshot> snapshots, Layers& layers, bool& help,
                   std::vector<engine::Command>& commands);
void show_help(const Gui& gui, const Keys& keys);

}  // namespace pump::viewer
