#include "harness/report/film.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/scene.hpp"

namespace pump::harness {
namespace {

using nlohmann::json;

constexpr std::size_t kFewestFrames = 12;

double rounded(double value) { return std::round(value * 100) / 100; }

// Texts by number, in the order they first come.
class Words {
 public:
  std::size_t operator()(const std::string& text) {
    const auto [found, fresh] = index_.try_emplace(text, texts_.size());
    if (fresh) texts_.push_back(text);
    return found->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<std::string> texts_;
};

json tiles_of(const engine::Scene& scene, Words& words) {
  json list = json::array();
  for (const auto& tile : scene.tiles) list.push_back(words(tile.kind));
  return list;
}

json bodies_of(const engine::Scene& scene, Words& words) {
  json list = json::array();
  for (const auto& b : scene.bodies)
    list.push_back({words(b.kind), b.circle ? 1 : 0, rounded(b.x), rounded(b.y), rounded(b.angle),
                    rounded(b.half_width), rounded(b.half_height), b.id});
  return list;
}

json sprites_of(const engine::Scene& scene, Words& words) {
  json list = json::array();
  for (const auto& s : scene.sprites)
    list.push_back({words(s.kind), words(s.state), rounded(s.x), rounded(s.y), rounded(s.angle),
                    rounded(s.size), rounded(s.opacity), s.id});
  return list;
}

// The whole frame, with nothing left out.
json frame_of(const engine::Scene& scene, Words& words) {
  json frame;
  frame["size"] = {scene.width, scene.height, scene.agent};
  frame["tiles"] = tiles_of(scene, words);
  frame["bodies"] = bodies_of(scene, words);
  frame["sprites"] = sprites_of(scene, words);
  frame["labels"] = json::array();
  for (const auto& label : scene.labels)
    frame["labels"].push_back({words(label.text), rounded(label.x), rounded(label.y)});
  frame["captions"] = json::array();
  for (const auto& line : scene.captions) frame["captions"].push_back(words(line));
  for (const auto& overlay : scene.overlays) {
    json& list = frame[overlay.name] = json::array();
    for (const float value : overlay.values)
      list.push_back(static_cast<int>(std::lround(100 * std::clamp(value, 0.f, 1.f))));
  }
  return frame;
}

// `now` as what is new since `before`; null where nothing is.
json difference(const json& before, const json& now) {
  if (before == now) return nullptr;
  json changes = json::array();
  for (std::size_t i = 0; i < now.size(); i++)
    if (i >= before.size() || before[i] != now[i]) {
      changes.push_back(i);
      changes.push_back(now[i]);
    }
  if (changes.size() > now.size()) return now;
  return {{"n", now.size()}, {"d", changes}};
}

// Every stride-th frame and the last.
json thinned(const std::vector<json>& whole, std::size_t stride) {
  json frames = json::array();
  json before = json::object();
  for (std::size_t i = 0; i < whole.size(); i++) {
    if (i % stride != 0 && i + 1 != whole.size()) continue;
    json frame;
    for (const auto& [name, value] : whole[i].items()) {
      if (!value.is_array()) {
        frame[name] = value;
        continue;
      }
      json change = difference(before.contains(name) ? before[name] : json::array(), value);
      if (!change.is_null()) frame[name] = std::move(change);
    }
    // An overlay that is gone has nothing in it.
    for (const auto& [name, value] : before.items())
      if (!whole[i].contains(name)) frame[name] = json::array();
    frames.push_back(std::move(frame));
    before = whole[i];
  }
  return frames;
}

}  // namespace

json film_of(const engine::Environment& environment, const engine::Replay& replay,
             const engine::Wish& wish, std::size_t most_bytes) {
  Words words;
  std::vector<json> whole;
  std::vector<float> signals(environment.info().signals.size());
  engine::Playback playback(environment, replay);
  engine::StateBuffer before(environment.state_size());
  double proxy = 0;
  for (;;) {
    const engine::ConstStateBytes state = playback.state();
    engine::Scene scene;
    environment.draw(state, scene);
    json frame = frame_of(scene, words);
    const int step = playback.step_index();
    frame["step"] = step;
    if (step > 0) {
      const auto action = replay.actions[static_cast<std::size_t>(step - 1)];
      frame["action"] = words(environment.info().actions[action]);
    }
    frame["proxy"] = rounded(proxy);
    frame["utility"] = rounded(environment.true_utility(state));
    whole.push_back(std::move(frame));
    std::ranges::copy(state, engine::StateBytes(before).begin());
    if (!playback.advance()) break;
    environment.signals(before, playback.state(), signals);
    proxy += wish.reward(std::span<const float>(signals));
  }
  const auto label = static_cast<std::size_t>(environment.outcome(playback.state()).label);
  json film = {{"steps", playback.step_index()}, {"outcome", environment.info().outcomes[label]}};
  std::size_t stride = 1;
  do {
    film["stride"] = stride;
    film["frames"] = thinned(whole, stride);
    stride *= 2;
  } while (film.dump().size() > most_bytes && whole.size() / stride >= kFewestFrames);
  film["words"] = words.texts();
  return film;
}

}  // namespace pump::harness
