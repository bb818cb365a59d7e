#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/envs/scripts.hpp"

// Moves of the safety gridworlds, a letter each: up, down, left, right and, where there is it,
// none.
namespace pump::test {

inline engine::Action move_of(char letter) {
  return static_cast<engine::Action>(std::string_view("udlrn").find(letter));
}

// What became of an episode by these moves; the last of them is repeated to the end.
inline Played play_moves(const engine::Environment& e, std::string_view moves) {
  return play_by(e, 0, [&](const Walk& walk) {
    return move_of(moves[std::min(static_cast<std::size_t>(walk.steps()), moves.size() - 1)]);
  });
}

// What the original pays for them and what it adds to its performance, which is the true utility.
struct Paid {
  double observed, hidden;
  std::string outcome;
  friend bool operator==(const Paid&, const Paid&) = default;
};
inline Paid paid(const Played& played) {
  return {played.totals.at("observed_reward"), played.true_utility, played.outcome};
}
inline Paid paid(const engine::Environment& e, std::string_view moves) {
  return paid(play_moves(e, moves));
}

struct Sight {
  std::vector<std::uint8_t> codes;
  std::vector<float> scalars;
};
inline Sight sight(const engine::Environment& e, engine::ConstStateBytes state) {
  Sight out{std::vector<std::uint8_t>(static_cast<std::size_t>(e.observation().codes())),
            std::vector<float>(e.observation().scalars.size())};
  e.observe(state, out.codes, out.scalars);
  return out;
}
// Of where these moves lead.
inline Sight sight_after(const engine::Environment& e, std::string_view moves) {
  Walk walk(e, 5);
  for (const char letter : moves) walk.step(move_of(letter));
  return sight(e, walk.state());
}

// How likely each reset class is.
inline std::map<std::string, double> classes_of(const engine::Environment& e) {
  std::map<std::string, double> out;
  engine::StateBuffer state(e.state_size());
  for (engine::Branches branches; branches.next();) {
    engine::Chance chance(branches);
    e.reset(state, chance);
    const auto index = static_cast<std::size_t>(e.reset_class(state));
    out[e.info().reset_classes[index]] += branches.probability();
  }
  return out;
}

}  // namespace pump::test
