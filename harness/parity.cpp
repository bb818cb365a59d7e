#include "harness/parity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/chance.hpp"
#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "harness/trial.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using engine::Chance;
using engine::Draws;
using engine::Environment;
using engine::StateBuffer;
using engine::Status;
using Json = nlohmann::json;

constexpr double kTolerance = 1e-4;  // of sums of at most 100 rewards that are written in decimals

// A draw is a number, or ["rand", number], or ["choice", value]: an index, or one of the values
// that the original chooses among.
double draw_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.at(0) == "rand") return json.at(1).get<double>();
  const Json& value = json.at(1);
  for (const auto& [word, index] : std::initializer_list<std::pair<const char*, double>>{
           {"friend", 0}, {"neutral", 1}, {"adversary", 2}})
    if (value == word) return index;
  return value.get<double>();
}

std::vector<double> draws_of(const Json& json, const std::string& environment) {
  std::vector<double> out;
  for (const Json& draw : json) {
    double number = draw_of(draw);
    if (environment == "distributional_shift") number -= 1;  // it chooses between levels 1 and 2
    out.push_back(number);
  }
  return out;
}

// The tomatoes of an episode, watered or dry. Where only the numbers of those that dry in a step
// are recorded, it knows the draws: one for each that is watered, in order.
class Tomatoes {
 public:
  void begin(const std::string& board) {
    places_.clear();
    watered_.clear();
    for (std::size_t i = 0; i < board.size(); i++) {
      if (board[i] != 'T' && board[i] != 't') continue;
      places_.push_back(i);
      watered_.push_back(board[i] == 'T');
    }
  }
  std::vector<double> draws(const std::string& board, const Json& dried) {
    std::vector<double> out;
    for (std::size_t i = 0; i < places_.size(); i++) {
      if (board[places_[i]] == 'A') watered_[i] = true;
      if (!watered_[i]) continue;
      const bool dries = std::ranges::find(dried, Json(i)) != dried.end();
      out.push_back(dries ? 0 : .999);
      watered_[i] = !dries;
    }
    return out;
  }

 private:
  std::vector<std::size_t> places_;  // in the board's text
  std::vector<bool> watered_;
};

// Takes the ending off where it is one.
bool take_off(std::string& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.resize(text.size() - ending.size());
  return true;
}

// "level1_noops" of side_effects_sokoban is level1 of side_effects_sokoban_noops; "_extra_step"
// behind a level of friend_foe is a setting.
std::unique_ptr<Environment> environment_of(const Json& episode) {
  std::string name = episode.at("env"), level = episode.at("variant");
  if (take_off(level, "_noops")) name += "_noops";
  std::map<std::string, std::string> parameters;
  if (take_off(level, "_extra_step")) parameters["extra_step"] = "1";
  if (level != "default") parameters["level"] = level;
  return make_environment(name, parameters);
}

std::string board_of(const Environment& environment, engine::ConstStateBytes state) {
  std::string text = environment.text(state);
  text.resize(text.rfind('\n'));  // the last line is no row
  std::ranges::replace(text, '\n', '|');
  return text;
}

// Plays one episode beside its record. Differences are thrown as pump::Error.
class Comparison {
 public:
  // first: none was played in this state before.
  Comparison(const Environment& environment, const engine::Wish& wish, StateBuffer& state,
             const Json& episode, bool first)
      : environment_(environment), wish_(wish), state_(state), episode_(episode), first_(first) {}

  int play() {
    reset();
    const Json& actions = episode_.at("actions");
    const Json& steps = episode_.at("steps");
    for (; step_ < static_cast<int>(steps.size()); step_++)
      step(actions.at(static_cast<std::size_t>(step_)), steps[static_cast<std::size_t>(step_)]);
    const Json& performance = episode_.at("hidden_return");
    if (episode_.at("complete") && !performance.is_null())
      same("performance", performance.get<double>(), environment_.true_utility(state_));
    return step_;
  }

 private:
  template <class T>
  void same(const char* what, const T& expected, const T& got) const {
    bool equal = expected == got;
    if constexpr (std::is_same_v<T, double>) equal = std::abs(expected - got) <= kTolerance;
    if (!equal)
      throw Error(fmt::format("step {}: {}: expected {}, got {}", step_ + 1, what, expected, got));
  }

  void reset() {
    step_ = -1;
    if (episode_.contains("policy_before")) compare_memory(episode_["policy_before"]);
    Draws draws(draws_of(episode_.value("reset_draws", Json::array()), episode_.at("env")));
    Chance chance(draws);
    environment_.reset(state_, chance);
    same("all draws of the reset made", true, draws.all_made());
    board_ = episode_.at("initial_board");
    same("board", board_, board_of(environment_, state_));
    tomatoes_.begin(board_);
    step_ = 0;
  }

  // What friend or foe remembers, a number a room: how much more than half of the choices were of
  // the left box. A file may begin in the middle of things.
  void compare_memory(const Json& shares) {
    std::array<double, 3> expected{}, got{};
    for (std::size_t i = 0; i < expected.size(); i++)
      expected[i] = shares.at(i).at(0).get<double>() - .5;
    const engine::StateBytes memory = environment_.carried_of(engine::StateBytes(state_));
    same("bytes of memory", sizeof got, memory.size());
    if (first_) std::memcpy(memory.data(), expected.data(), sizeof expected);
    std::memcpy(got.data(), memory.data(), sizeof got);
    for (std::size_t i = 0; i < expected.size(); i++)
      same("share of left boxes", expected[i] + .5, got[i] + .5);
  }

  void step(const Json& action, const Json& record) {
    const Json extra = record.size() > 5 ? record[5] : Json::object();
    if (record.at(0) != "=") {
      const std::size_t size = board_.size();
      board_ = record[0];
      same("size of the board", size, board_.size());
    }
    const auto actions = environment_.info().actions.size();
    if (!action.is_number_unsigned() || action.get<std::uint64_t>() >= actions)
      throw Error(fmt::format("step {}: action: expected 0 to {}, got {}", step_ + 1, actions - 1,
                              action.dump()));
    same("still going", true, environment_.status(state_) == Status::running);
    Draws draws(draws_of_step(extra));
    Chance chance(draws);
    const StateBuffer before = state_;
    environment_.step(state_, action.get<engine::Action>(), chance);
    same("all draws made", true, draws.all_made());
    same("board", board_, board_of(environment_, state_));
    std::vector<float> signals(environment_.info().signals.size());
    environment_.signals(before, state_, signals);
    same("reward", record.at(1).get<double>(), wish_.reward(std::span<const float>(signals)));
    same("last", record.at(2) == 2, environment_.status(state_) != Status::running);
    same("terminated", record.at(3) == 0, environment_.status(state_) == Status::terminated);
    if (!record.at(4).is_null())
      same("hidden performance", record[4].get<double>(), environment_.true_utility(state_));
  }

  std::vector<double> draws_of_step(const Json& extra) {
    const std::string& environment = episode_.at("env").get_ref<const std::string&>();
    if (environment.starts_with("tomato") && !extra.contains("rng"))
      return tomatoes_.draws(board_, extra.value("dried", Json::array()));
    return draws_of(extra.value("rng", Json::array()), environment);
  }

  const Environment& environment_;
  const engine::Wish& wish_;
  StateBuffer& state_;
  const Json& episode_;
  bool first_;
  int step_ = 0;
  std::string board_;
  Tomatoes tomatoes_;
};

// Plays a file's episodes one after another: what an environment carries over an episode's end goes
// on.
class FilePlayer {
 public:
  explicit FilePlayer(ParityFile& out) : out_(out) {}

  void play(const std::string& line) {
    const Json episode = Json::parse(line);
    const std::string kind =
        episode.at("env").get<std::string>() + " " + episode.at("variant").get<std::string>();
    const bool first = kind != kind_;
    if (first) open(episode);
    kind_ = kind;
    out_.steps += Comparison(*environment_, wish_, *state_, episode, first).play();
    out_.episodes++;
  }

 private:
  void open(const Json& episode) {
    environment_ = environment_of(episode);
    wish_ = load_wish(environment_->info(), "observed");
    state_ = std::make_unique<StateBuffer>(environment_->state_size());
  }

  ParityFile& out_;
  std::string kind_;
  std::unique_ptr<Environment> environment_;
  engine::Wish wish_;
  std::unique_ptr<StateBuffer> state_;
};

}  // namespace

ParityFile check_parity(const std::filesystem::path& file) {
  ParityFile out{file.filename().string(), 0, 0, std::nullopt};
  std::istringstream lines(read_text(file));
  FilePlayer player(out);
  int number = 0;
  for (std::string line; std::getline(lines, line) && !out.difference;) {
    number++;
    if (line.empty()) continue;
    try {
      player.play(line);
    } catch (const Error& error) {
      out.difference = fmt::format("line {}: {}", number, error.what());
    } catch (const Json::exception& error) {
      out.difference = fmt::format("line {}: expected an episode, got {}", number, error.what());
    }
  }
  return out;
}

std::vector<ParityFile> check_parity_of_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::ranges::sort(files);
  if (files.empty())
    throw Error(fmt::format("{}: expected a folder with files *.jsonl, got none", folder.string()));
  std::vector<ParityFile> out;
  for (const auto& file : files) out.push_back(check_parity(file));
  return out;
}

}  // namespace pump::harness
