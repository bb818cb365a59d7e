#include "harness/footprint.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "engine/scene.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Batch;
using engine::Footprint;
using engine::Scene;

// What happened on one cell.
struct Place {
  int visits = 0;
  double values = 0;           // summed
  std::vector<int> decisions;  // of each action
};

struct Direction {
  std::string_view action;
  float dx, dy;
};
constexpr Direction kDirections[] = {
    {"up", 0, -1}, {"down", 0, 1}, {"left", -1, 0}, {"right", 1, 0}};

class Census {
 public:
  explicit Census(Batch& batch) : batch_(batch), names_(batch.environment().info().actions) {}

  std::shared_ptr<const Footprint> take(Player& player, const agents::Policy* policy) {
    const auto worlds = static_cast<std::size_t>(batch_.worlds());
    std::vector<Action> actions(worlds);
    std::vector<float> values(worlds), probabilities(worlds * names_.size());
    batch_.set_on_end(engine::OnEnd::wait);
    batch_.begin_episodes();
    player.begin();
    while (std::ranges::any_of(batch_.status(),
                               [](auto status) { return status == engine::Status::running; })) {
      if (policy)
        policy->evaluate({batch_.codes(), batch_.scalars()}, batch_.worlds(), probabilities,
                         values);
      player.act(batch_, actions);
      for (std::size_t world = 0; world < worlds; world++)
        if (batch_.status()[world] == engine::Status::running)
          count(static_cast<int>(world), actions[world], values[world]);
      batch_.step(actions);
    }
    return summary(policy != nullptr);
  }

 private:
  // Where the agent stands; none where it is nowhere, or beyond the map.
  std::optional<std::size_t> cell_of(int world) {
    batch_.environment().draw(batch_.state(world), scene_);
    width_ = scene_.width;
    places_.resize(scene_.tiles.size(), {0, 0, std::vector<int>(names_.size())});
    if (scene_.agent < 0) return std::nullopt;
    const Scene::Sprite& agent = scene_.sprites[static_cast<std::size_t>(scene_.agent)];
    const int x = static_cast<int>(std::floor(agent.x)), y = static_cast<int>(std::floor(agent.y));
    if (x < 0 || y < 0 || x >= scene_.width || y >= scene_.height) return std::nullopt;
    return static_cast<std::size_t>(y * scene_.width + x);
  }

  void count(int world, Action action, float value) {
    const auto cell = cell_of(world);
    if (!cell) return;
    Place& place = places_[*cell];
    place.visits++;
    place.values += static_cast<double>(value);
    place.decisions[action]++;
  }

  std::shared_ptr<const Footprint> summary(bool with_values) const {
    auto out = std::make_shared<Footprint>();
    out->episodes = batch_.worlds();
    out->overlays.push_back(
        {"visits",
         relative([](const Place& place) { return static_cast<double>(place.visits); }, 0)});
    if (with_values)
      out->overlays.push_back(
          {"value",
           relative([](const Place& place) { return place.values / place.visits; }, std::nullopt)});
    for (std::size_t i = 0; i < places_.size(); i++) add_arrows(i, out->arrows);
    return out;
  }

  // Each visited cell's measure, from `least` (or the least there is) to the greatest, onto 0 to 1.
  // Cells that nobody visited have 0.
  template <class Measure>
  std::vector<float> relative(Measure&& measure, std::optional<double> least) const {
    double low = least.value_or(HUGE_VAL), high = -HUGE_VAL;
    for (const Place& place : places_) {
      if (place.visits == 0) continue;
      low = std::min(low, measure(place));
      high = std::max(high, measure(place));
    }
    constexpr double kSeen = .05;  // the least of those visited can still be told from the others
    std::vector<float> out;
    for (const Place& place : places_) {
      const double share = place.visits == 0 ? 0
                           : high > low      ? (measure(place) - low) / (high - low)
                                             : 1;
      out.push_back(place.visits == 0 ? 0 : static_cast<float>(kSeen + (1 - kSeen) * share));
    }
    return out;
  }

  void add_arrows(std::size_t cell, std::vector<Footprint::Arrow>& arrows) const {
    const Place& place = places_[cell];
    if (place.visits == 0) return;
    for (const Direction& direction : kDirections) {
      const auto action = engine::index_of(names_, direction.action);
      if (!action) continue;
      const float share = static_cast<float>(place.decisions[static_cast<std::size_t>(*action)]) /
                          static_cast<float>(place.visits);
      if (share == 0) continue;
      const auto x = static_cast<float>(cell % static_cast<std::size_t>(width_));
      const auto y = static_cast<float>(cell / static_cast<std::size_t>(width_));
      arrows.push_back({x + .5f, y + .5f, share * direction.dx, share * direction.dy});
    }
  }

  Batch& batch_;
  const std::vector<std::string>& names_;
  Scene scene_;
  int width_ = 0;
  std::vector<Place> places_;
};

}  // namespace

std::shared_ptr<const Footprint> take_footprint(Batch& batch, Player& player,
                                                const agents::Policy* policy) {
  return Census(batch).take(player, policy);
}

}  // namespace pump::harness
