#include "viewer/keys.hpp"

#include <algorithm>
#include <cctype>

#include "engine/words.hpp"

namespace pump::viewer {
namespace {

using engine::Command;
using engine::in_words;
using Key = sf::Keyboard::Key;

struct CommandKey {
  Key key;
  const char* name;
  Command::Kind kind;
  const char* what;  // "": the same as the line before
};

// While nobody plays. A person needs the arrows and letters.
constexpr CommandKey kWatching[] = {
    {Key::Space, "Space", Command::Kind::toggle_play, "play, pause"},
    {Key::Right, "→", Command::Kind::step_forward, "a step on"},
    {Key::Left, "←", Command::Kind::step_back, "a step back"},
    {Key::Enter, "Enter", Command::Kind::next_outcome, "to the next outcome"},
    {Key::F5, "F5", Command::Kind::footprint, "play 64 episodes for visits, value and arrows"},
};
constexpr CommandKey kByHand[] = {
    {Key::BackSpace, "Backspace", Command::Kind::step_back, "take a step back"},
    {Key::Enter, "Enter", Command::Kind::next_episode, "a new episode"},
};
constexpr CommandKey kAlways[] = {
    {Key::Period, ".", Command::Kind::step_forward, "a step on"},
    {Key::Comma, ",", Command::Kind::step_back, "a step back"},
    {Key::Home, "Home", Command::Kind::first, "to the reset"},
    {Key::End, "End", Command::Kind::last, "to the end of the episode"},
    {Key::PageDown, "Page down", Command::Kind::next_episode, "next episode"},
    {Key::PageUp, "Page up", Command::Kind::previous_episode, "episode before"},
    {Key::Add, "+", Command::Kind::faster, "faster"},
    {Key::Equal, "", Command::Kind::faster, ""},
    {Key::Subtract, "-", Command::Kind::slower, "slower"},
    {Key::Hyphen, "", Command::Kind::slower, ""},
};

struct OwnKey {
  Key key;
  const char* name;
  WindowKey what;
  const char* says;
};
constexpr OwnKey kOwn[] = {
    {Key::F1, "F1", WindowKey::help, "this help"},
    {Key::F2, "F2", WindowKey::theme, "light or dark"},
    {Key::F3, "F3", WindowKey::smaller_text, "smaller text"},
    {Key::F4, "F4", WindowKey::larger_text, "larger text"},
    {Key::Tab, "Tab", WindowKey::inspector, "show or hide the numbers"},
    {Key::Num1, "1", WindowKey::gas, "gas"},
    {Key::Num2, "2", WindowKey::smoke, "smoke"},
    {Key::Num3, "3", WindowKey::heat, "heat"},
    {Key::Num4, "4", WindowKey::visits, "visits"},
    {Key::Num5, "5", WindowKey::value, "value"},
    {Key::Num6, "6", WindowKey::arrows, "policy arrows"},
    {Key::Escape, "Esc", WindowKey::quit, "close"},
};

// Drawn from episodes that a policy plays.
bool of_a_policy(WindowKey key) {
  return key == WindowKey::visits || key == WindowKey::value || key == WindowKey::arrows;
}

bool is_digit(Key key) { return key >= Key::Num0 && key <= Key::Num9; }

struct Arrow {
  const char* action;
  Key key;
  const char* name;
};
constexpr Arrow kArrows[] = {{"up", Key::Up, "↑"},
                             {"down", Key::Down, "↓"},
                             {"left", Key::Left, "←"},
                             {"right", Key::Right, "→"}};
// Doing nothing.
constexpr const char* kNothing[] = {"wait", "noop", "stay"};

template <std::size_t N>
const CommandKey* find(const CommandKey (&table)[N], Key key) {
  for (const CommandKey& candidate : table)
    if (candidate.key == key) return &candidate;
  return nullptr;
}

template <std::size_t N>
void explain(const CommandKey (&table)[N], std::vector<KeyHelp>& help, bool at_desk = false) {
  for (const CommandKey& key : table)
    if (*key.what && !(at_desk && key.key == Key::Enter)) help.push_back({key.name, key.what});
}

}  // namespace

Keys::Keys(const std::vector<std::string>& actions, bool by_hand, bool at_desk)
    : by_hand_(by_hand) {
  if (at_desk)
    help_ = {{"Enter", "on: the answer, the next page"},
             {"Backspace", "back"},
             {"Esc", "leave the lesson"},
             {"↑ ↓", "move the leash"},
             {"1, A, G, ...", "the button that begins so"}};
  if (by_hand) {
    choose_keys(actions);
    for (std::size_t i = 0; i < actions.size(); i++)
      help_.push_back({actions_[i].name, in_words(actions[i])});
    explain(kByHand, help_);
  } else {
    explain(kWatching, help_, at_desk);
  }
  explain(kAlways, help_);
  for (const OwnKey& key : kOwn)
    if (!(by_hand && of_a_policy(key.what)) &&
        !(at_desk && (is_digit(key.key) || key.key == Key::Escape)))
      help_.push_back({key.name, key.says});
}

// Arrows for moves, the space bar for doing nothing, else the first letter of the name that is
// free.
void Keys::choose_keys(const std::vector<std::string>& actions) {
  const auto is_taken = [this](Key key) {
    return std::ranges::any_of(actions_, [&](const ActionKey& a) { return a.key == key; });
  };
  for (const std::string& action : actions) {
    ActionKey chosen{Key::Unknown, ""};
    for (const Arrow& arrow : kArrows)
      if (action == arrow.action) chosen = {arrow.key, arrow.name};
    if (std::ranges::find(kNothing, action) != std::end(kNothing)) chosen = {Key::Space, "Space"};
    for (const char letter : action + "abcdefghijklmnopqrstuvwxyz") {
      if (chosen.key != Key::Unknown) break;
      if (!std::islower(static_cast<unsigned char>(letter))) continue;
      const Key key = static_cast<Key>(Key::A + (letter - 'a'));
      const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      if (!is_taken(key)) chosen = {key, std::string(1, upper)};
    }
    actions_.push_back(chosen);
  }
}

std::optional<Command> Keys::command(const sf::Event::KeyEvent& key) const {
  for (std::size_t i = 0; i < actions_.size(); i++)
    if (actions_[i].key == key.code && key.code != Key::Unknown)
      return Command{Command::Kind::act, static_cast<int>(i)};
  const CommandKey* found = by_hand_ ? find(kByHand, key.code) : find(kWatching, key.code);
  if (!found) found = find(kAlways, key.code);
  if (!found) return std::nullopt;
  return Command{found->kind, 0};
}

std::optional<WindowKey> Keys::window_key(const sf::Event::KeyEvent& key) const {
  for (const OwnKey& own : kOwn)
    if (own.key == key.code && !(by_hand_ && of_a_policy(own.what))) return own.what;
  return std::nullopt;
}

std::string Keys::key_of(engine::Action action) const {
  return action < actions_.size() ? actions_[action].name : "";
}

}  // namespace pump::viewer
