#pragma once

#include <optional>
#include <string>
#include <vector>

#include <SFML/Window/Event.hpp>

#include "engine/snapshot.hpp"

// Which key does what: one table, which the help is written from.
namespace pump::viewer {

// What only the window itself knows of.
enum class WindowKey {
  help,
  theme,
  larger_text,
  smaller_text,
  inspector,
  gas,
  smoke,
  heat,
  visits,
  value,
  arrows,
  quit
};

struct KeyHelp {
  std::string keys, what;
};

// actions: of the environment; by_hand: whether a person plays; at_desk: whether a desk lies
// beside, whose own keys come first.
class Keys {
 public:
  Keys(const std::vector<std::string>& actions, bool by_hand, bool at_desk = false);

  std::optional<engine::Command> command(const sf::Event::KeyEvent& key) const;
  std::optional<WindowKey> window_key(const sf::Event::KeyEvent& key) const;
  const std::vector<KeyHelp>& help() const { return help_; }
  // The key that takes an action; "" where no person plays.
  std::string key_of(engine::Action action) const;

 private:
  struct ActionKey {
    sf::Keyboard::Key key;
    std::string name;
  };
  void choose_keys(const std::vector<std::string>& actions);

  bool by_hand_;
  std::vector<ActionKey> actions_;
  std::vector<KeyHelp> help_;
};

}  // namespace pump::viewer
