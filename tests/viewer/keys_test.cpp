#include "viewer/keys.hpp"

#include <set>

#include "envs/catalogue.hpp"
#include "tests/support/catch.hpp"

using pump::engine::Command;
using pump::viewer::Keys;

namespace {

// Its members are more of them in SFML 2.6.
sf::Event::KeyEvent key(sf::Keyboard::Key code) {
  sf::Event::KeyEvent event{};
  event.code = code;
  return event;
}

}  // namespace

CATCH_TEST_CASE("every action of every environment has a key of its own, and the help names it") {
  for (const auto& entry : pump::envs::catalogue()) {
    const auto& actions = entry.info().actions;
    CATCH_INFO(entry.info().name);
    const Keys keys(actions, true);
    std::set<std::string> names;
    for (std::size_t i = 0; i < actions.size(); i++) {
      const std::string name = keys.key_of(static_cast<pump::engine::Action>(i));
      CATCH_CHECK_FALSE(name.empty());
      names.insert(name);
      CATCH_CHECK(keys.help()[i].keys == name);
    }
    CATCH_CHECK(names.size() == actions.size());
  }
}

CATCH_TEST_CASE("arrows move whoever plays, and the time line of whoever watches") {
  const std::vector<std::string> actions = {"up", "down", "left", "right", "wait", "push"};
  const Keys hand(actions, true), eye(actions, false);
  CATCH_CHECK(hand.command(key(sf::Keyboard::Right)) == Command{Command::Kind::act, 3});
  CATCH_CHECK(hand.command(key(sf::Keyboard::Space)) == Command{Command::Kind::act, 4});
  CATCH_CHECK(hand.command(key(sf::Keyboard::P)) == Command{Command::Kind::act, 5});
  CATCH_CHECK(hand.command(key(sf::Keyboard::BackSpace))->kind == Command::Kind::step_back);
  CATCH_CHECK(eye.command(key(sf::Keyboard::Right))->kind == Command::Kind::step_forward);
  CATCH_CHECK(eye.command(key(sf::Keyboard::Space))->kind == Command::Kind::toggle_play);
  CATCH_CHECK(eye.command(key(sf::Keyboard::P)) == std::nullopt);
  CATCH_CHECK(eye.key_of(0).empty());
}

CATCH_TEST_CASE("a key of the window is no key of a world") {
  std::vector<std::string> actions;
  for (int i = 0; i < 18; i++) actions.push_back("action");  // letters enough
  const Keys keys(actions, true);
  for (const auto code : {sf::Keyboard::F1, sf::Keyboard::F2, sf::Keyboard::Num1,
                          sf::Keyboard::Escape, sf::Keyboard::Tab}) {
    CATCH_CHECK(keys.window_key(key(code)).has_value());
    CATCH_CHECK_FALSE(keys.command(key(code)).has_value());
  }
}
