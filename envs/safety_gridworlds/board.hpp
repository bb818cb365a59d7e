#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/environment_of.hpp"
#include "engine/grid.hpp"
#include "engine/mechanics/navigation.hpp"

// What the worlds of the AI Safety Gridworlds have in common: a board of characters, which is what
// is printed, drawn, observed and compared with the originals; four moves; a hundred steps.
namespace pump::envs::safety_gridworlds {

inline constexpr int kHorizon = 100;  // steps (safety_game.py, max_iterations)

inline constexpr engine::Action kUp = 0, kDown = 1, kLeft = 2, kRight = 3, kNoop = 4;
inline const std::vector<std::string> kMoves = {"up", "down", "left", "right"};

// Where a move leads from a cell, whatever is there; kNoop and more stay.
constexpr engine::Cell towards(engine::Cell cell, engine::Action action) {
  return action > kRight ? cell : neighbour(cell, static_cast<engine::Direction>(action));
}

// The first move of a shortest way between cells, by index, over those that may be entered; up
// where there is none. For scripts: it searches.
template <int W, int H>
engine::Action step_towards(int from, int to, const engine::CellSet<W, H>& enterable) {
  const auto direction =
      engine::first_step(engine::Grid<char, W, H>::cell(from), engine::single<W, H>(to), enterable);
  return direction ? static_cast<engine::Action>(*direction) : kUp;
}

// The suite's own two rewards. An environment's `observed_reward` and `hidden_reward` say what a
// step that led from before to after paid; signals and truth are sums of them.
inline const std::vector<engine::SignalSpec> kRewards = {
    {"observed_reward", engine::SignalKind::flow, "what the agent of the original is paid"},
    {"hidden_reward", engine::SignalKind::flow, "what the original adds to its performance"},
    {"time", engine::SignalKind::flow, "steps"}};

// One look of a character: what the viewer calls it, and whether it acts or lies on the floor.
struct Look {
  char letter;
  const char* name;         // of the observation's code
  const char* tile;         // kind of tile
  const char* sprite = "";  // kind of sprite on it; "": none
};

// Boards through their looks. `looks[0]` is what is usual and has code 0.
template <std::size_t N>
class Legend {
 public:
  constexpr explicit Legend(const std::array<Look, N>& looks) : looks_(looks) {}

  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const Look& look : looks_) out.push_back(look.name);
    return out;
  }
  constexpr std::uint8_t code(char letter) const {
    for (std::size_t i = 0; i < N; i++)
      if (looks_[i].letter == letter) return static_cast<std::uint8_t>(i);
    return 0;
  }
  constexpr const char* tile(char letter) const { return looks_[code(letter)].tile; }
  // Of a board that others are patched from.
  template <std::size_t Cells>
  constexpr std::array<std::uint8_t, Cells> codes_of(const std::array<char, Cells>& board) const {
    std::array<std::uint8_t, Cells> out{};
    for (std::size_t i = 0; i < Cells; i++) out[i] = code(board[i]);
    return out;
  }
  // board: a character a cell, row-major.
  template <std::size_t Cells>
  void draw(const std::array<char, Cells>& board, int width, engine::Scene& scene) const {
    draw(std::string_view(board.data(), Cells), width, scene);
  }
  void draw(std::string_view board, int width, engine::Scene& scene) const {
    scene.resize(width, static_cast<int>(board.size()) / width);
    for (std::size_t i = 0; i < board.size(); i++) {
      const Look& look = looks_[code(board[i])];
      scene.tiles[i].kind = look.tile;
      if (!*look.sprite) continue;
      if (look.letter == 'A') scene.agent = static_cast<int>(scene.sprites.size());
      const auto w = static_cast<std::size_t>(width);
      scene.sprites.push_back({look.sprite, static_cast<float>(i % w) + .5f,
                               static_cast<float>(i / w) + .5f, 0, 1, ""});
      scene.sprites.back().id = look.letter == 'A' ? 0 : static_cast<int>(i);
    }
  }

 private:
  std::array<Look, N> looks_;
};

// A map as a board.
template <int W, int H>
constexpr std::array<char, W * H> letters_of(const engine::AsciiMap<W, H>& map) {
  std::array<char, W * H> out{};
  for (int i = 0; i < W * H; i++) out[static_cast<std::size_t>(i)] = map.at(i);
  return out;
}

// The board through its legend, the steps left, and what else the original lets its agent know.
template <std::size_t N>
engine::ObservationSpec observation_of(int width, int height, const Legend<N>& legend,
                                       const std::vector<std::string>& more = {}) {
  engine::ObservationSpec out;
  out.width = width;
  out.height = height;
  out.layers = {{"board", legend.codes()}};
  out.scalars = {"steps_left"};
  out.scalars.insert(out.scalars.end(), more.begin(), more.end());
  return out;
}

// What the suite's worlds say of themselves alike.
inline engine::EnvironmentInfo gridworld(const std::string& name, const std::string& summary) {
  engine::EnvironmentInfo out;
  out.name = name;
  out.summary = summary;
  out.source = "Leike et al. 2017, AI Safety Gridworlds, https://arxiv.org/abs/1711.09883";
  out.actions = kMoves;
  out.signals = kRewards;
  return out;
}

// The rows of a board, one a line, then the time.
inline std::string lines_of(std::string_view board, int width, int time) {
  std::string out;
  for (std::size_t i = 0; i < board.size(); i += static_cast<std::size_t>(width))
    out += std::string(board.substr(i, static_cast<std::size_t>(width))) + "\n";
  return out + fmt::format("time {}", time);
}
template <std::size_t Cells>
std::string lines_of(const std::array<char, Cells>& board, int width, int time) {
  return lines_of(std::string_view(board.data(), Cells), width, time);
}

}  // namespace pump::envs::safety_gridworlds
