#pragma once

#include <optional>
#include <vector>

#include <SFML/Window/Event.hpp>

#include "engine/desk.hpp"
#include "engine/snapshot.hpp"
#include "viewer/gui.hpp"
#include "viewer/theme.hpp"

namespace pump::viewer {

// A desk's parts, into Dear ImGui's current window, the foot at its lower edge. What is done to
// them becomes commands.
void show_desk(const engine::Desk& desk, const Gui& gui, const Theme& theme,
               std::vector<engine::Command>& commands);

// What a key does to a desk; see engine::command_of.
std::optional<engine::Command> desk_command(const engine::Desk& desk,
                                            const sf::Event::KeyEvent& key);

}  // namespace pump::viewer
