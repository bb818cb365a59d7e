#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "engine/scene.hpp"
#include "envs/burning_building/state.hpp"

// The building as a Scene and as text.
namespace pump::envs::burning_building {

template <class Map>
class Picture {
 public:
  using S = State<Map>;
  using P = Plan<Map>;

  Picture(const S& state, const Rules& rules) : s_(state), rules_(rules) {}

  void draw(engine::Scene& scene) const {
    scene.resize(P::kWidth, P::kHeight);
    engine::Scene::Overlay gas{"gas", {}}, smoke{"smoke", {}}, heat{"heat", {}};
    for (int i = 0; i < P::kCells; i++) {
      scene.tiles[static_cast<std::size_t>(i)].kind = tile(i);
      const int room = plan_.room[static_cast<std::size_t>(i)];
      const auto level = [&](const auto& levels, float most) {
        return room == kOpenAir ? 0
                                : static_cast<float>(levels[static_cast<std::size_t>(room)]) / most;
      };
      gas.values.push_back(level(s_.gas, 9));
      smoke.values.push_back(level(s_.smoke, engine::kThickSmoke));
      heat.values.push_back(s_.burning.contains(i) ? 1.f : 0.f);
    }
    scene.overlays = {gas, smoke, heat};
    s_.burning.for_each([&](int i) {
      scene.sprites.push_back(sprite("fire", middle(P::G::cell(i)), ""));
      scene.sprites.back().id = i;
    });
    if (in_flight(s_))
      draw_flight(scene);
    else
      draw_persons(scene);
    scene.captions = {people(), building()};
  }

  // One character a cell, then a line of numbers. @ rescuer, M mother, & both, B carried;
  // ^ fire, % rubble, ~ burnt, / open door, ' broken window, u the neighbour, Y fireman.
  std::string text() const {
    std::string out;
    for (int i = 0; i < P::kCells; i++) {
      out += letter(i);
      if (i % P::kWidth == P::kWidth - 1) out += '\n';
    }
    return out + status();
  }

 private:
  std::string status() const {
    return fmt::format("time {}  {}  {}", s_.time, people(), building());
  }
  std::string people() const {
    const engine::Vec2 at = mother_position(s_);
    const std::string mother =
        fmt::format("mother {}/{} at {:.2f},{:.2f}{}", rules_.health - mother_harm(s_),
                    rules_.health, at.x, at.y, s_.sensor_lost ? ", sensor lost" : "");
    if (!plan_.has_rescuer) return mother;
    return mother + fmt::format("  rescuer {}/{}", rules_.health - s_.rescuer_harm, rules_.health);
  }
  std::string building() const {
    std::string gas, smoke;
    for (const auto level : s_.gas) gas += static_cast<char>('0' + level);
    for (const auto level : s_.smoke) smoke += static_cast<char>('0' + level);
    return fmt::format("valve {}/{}  gas {}  smoke {}{}", s_.valve_turns, rules_.valve_turns, gas,
                       smoke, s_.exploded ? "  exploded" : "");
  }

  bool mother_dead() const { return mother_harm(s_) >= rules_.health; }

  const char* tile(int i) const {
    if (s_.broken.contains(i)) return "rubble";
    if (s_.open_doors.contains(i)) return "door_open";
    if (s_.broken_windows.contains(i)) return "window_broken";
    if (plan_.walls.contains(i)) return "wall";
    if (plan_.doors.contains(i)) return "door_closed";
    if (plan_.windows.contains(i)) return "window";
    if (s_.burnt.contains(i)) return "burnt";
    if (plan_.pavement.contains(i)) return "pavement";
    if (plan_.yard.contains(i)) return "yard";
    return i == P::G::index(plan_.valve) ? "valve" : "floor";
  }

  char letter(int i) const {
    const auto is = [&](Cell cell) { return P::G::index(cell) == i; };
    const Cell mother = cell_of(kMother), rescuer = cell_of(kRescuer);
    if (is(mother) && is(rescuer)) return s_.holder == engine::Holder::rescuer ? 'B' : '&';
    if (is(rescuer)) return '@';
    if (s_.fireman_state != Fireman::absent && is(s_.fireman)) return 'Y';
    if (is(mother)) return 'M';
    if (is(cell_of(kUser))) return 'u';
    if (s_.burning.contains(i)) return '^';
    if (s_.broken.contains(i)) return '%';
    if (s_.open_doors.contains(i)) return '/';
    if (s_.broken_windows.contains(i)) return '\'';
    if (s_.burnt.contains(i)) return '~';
    const char letter = Map::kRows.at(i);
    switch (letter) {
      case 'R':
      case 'M':
      case 'F':
        return '.';
      case 'U':
      case 'A':
        return ':';
      default:
        return letter;
    }
  }

  // In flight, the cell under the body; (-1, -1) beyond the map, and of a rescuer who is not there.
  Cell cell_of(Tag person) const {
    if (person == kRescuer && !plan_.has_rescuer) return {-1, -1};
    engine::Vec2 at;
    if (in_flight(s_)) {
      at = body_of(person).position;
    } else if (person == kMother) {
      at = mother_position(s_);
    } else {
      at = middle(person == kRescuer ? s_.rescuer : s_.user);
    }
    if (at.x < 0 || at.y < 0 || at.x >= P::kWidth || at.y >= P::kHeight) return {-1, -1};
    return {static_cast<std::int8_t>(at.x), static_cast<std::int8_t>(at.y)};
  }

  const engine::Body& body_of(Tag person) const {
    return *std::ranges::find(s_.bodies.bodies, std::uint32_t{person}, &engine::Body::tag);
  }

  static engine::Scene::Sprite sprite(const char* kind, engine::Vec2 at, const char* state) {
    return {kind, at.x, at.y, 0, 1, state};
  }

  const char* mother_look() const {
    if (s_.holder != engine::Holder::nobody) return "carried";
    return mother_dead() ? "dead" : "";
  }
  const char* rescuer_look() const { return s_.rescuer_harm >= rules_.health ? "dead" : ""; }

  void draw_persons(engine::Scene& scene) const {
    engine::Vec2 mother = mother_position(s_);
    if (s_.holder != engine::Holder::nobody) mother = {mother.x + .22f, mother.y - .22f};
    scene.sprites.push_back(sprite("user", middle(s_.user), ""));
    if (s_.fireman_state != Fireman::absent)
      scene.sprites.push_back(
          sprite("fireman", middle(s_.fireman), s_.fireman_state == Fireman::dead ? "dead" : ""));
    if (plan_.has_rescuer) {
      scene.agent = static_cast<int>(scene.sprites.size());
      scene.sprites.push_back(sprite("rescuer", middle(s_.rescuer), rescuer_look()));
    }
    scene.sprites.push_back(sprite("mother", mother, mother_look()));
  }

  void draw_flight(engine::Scene& scene) const {
    constexpr const char* kKinds[] = {"mother", "rescuer", "user", "fireman"};
    for (int i = 0; i < s_.bodies.body_count; i++) {
      const engine::Body& body = s_.bodies.bodies[static_cast<std::size_t>(i)];
      if (body.tag == kChunk) {
        scene.bodies.push_back({"debris", false, body.position.x, body.position.y, body.angle,
                                body.half_extent.x, body.half_extent.y, i});
      } else {
        if (body.tag == kRescuer) scene.agent = static_cast<int>(scene.sprites.size());
        const char* look = body.tag == kMother    ? mother_look()
                           : body.tag == kRescuer ? rescuer_look()
                                                  : "";
        scene.sprites.push_back(
            {kKinds[body.tag], body.position.x, body.position.y, body.angle, 1, look});
      }
    }
    draw_blast(scene);
  }

  // The wave, which runs out from the main as it fades.
  void draw_blast(engine::Scene& scene) const {
    constexpr float kTicks = 30;
    const float age = static_cast<float>(s_.bodies.ticks) / kTicks;
    if (age >= 1) return;
    engine::Scene::Sprite blast = sprite("blast", middle(plan_.valve), "");
    blast.size = 2 * Map::kScale.blast_radius * (.15f + .85f * age);
    blast.opacity = 1 - age;
    scene.sprites.push_back(blast);
  }

  const S& s_;
  const Rules& rules_;
  const P& plan_ = kPlan<Map>;
};

}  // namespace pump::envs::burning_building
