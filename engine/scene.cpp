#include "engine/scene.hpp"

#include <nlohmann/json.hpp>

namespace pump::engine {

void Scene::clear() { resize(0, 0); }

void Scene::resize(int new_width, int new_height) {
  width = new_width;
  height = new_height;
  tiles.assign(static_cast<std::size_t>(width * height), Tile{});
  bodies.clear();
  sprites.clear();
  labels.clear();
  overlays.clear();
  captions.clear();
  agent = -1;
}

nlohmann::json to_json(const Scene& scene) {
  nlohmann::json json;
  json["width"] = scene.width;
  json["height"] = scene.height;
  json["tiles"] = nlohmann::json::array();
  for (const auto& tile : scene.tiles) json["tiles"].push_back(tile.kind);
  json["bodies"] = nlohmann::json::array();
  for (const auto& b : scene.bodies)
    json["bodies"].push_back({{"kind", b.kind},
                              {"shape", b.circle ? "circle" : "box"},
                              {"x", b.x},
                              {"y", b.y},
                              {"angle", b.angle},
                              {"half_width", b.half_width},
                              {"half_height", b.half_height},
                              {"id", b.id}});
  json["sprites"] = nlohmann::json::array();
  for (const auto& s : scene.sprites)
    json["sprites"].push_back({{"kind", s.kind},
                               {"x", s.x},
                               {"y", s.y},
                               {"angle", s.angle},
                               {"size", s.size},
                               {"state", s.state},
                               {"id", s.id},
                               {"opacity", s.opacity}});
  json["labels"] = nlohmann::json::array();
  for (const auto& l : scene.labels)
    json["labels"].push_back({{"text", l.text}, {"x", l.x}, {"y", l.y}});
  json["overlays"] = nlohmann::json::object();
  for (const auto& o : scene.overlays) json["overlays"][o.name] = o.values;
  json["captions"] = scene.captions;
  json["agent"] = scene.agent;
  return json;
}

}  // namespace pump::engine
