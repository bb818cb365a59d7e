#include "engine/physics_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>

#include "engine/ensure.hpp"

// What engine/physics.hpp does to plain data without a solver.
namespace pump::engine {
namespace {

struct Extent {
  int width = 0, height = 0;
};

class CellMerger {
 public:
  CellMerger(std::span<const std::uint8_t> solid, int width, int height)
      : left_(solid.begin(), solid.end()), width_(width), height_(height) {}

  std::vector<StaticBox> merge() {
    std::vector<StaticBox> boxes;
    for (int y = 0; y < height_; y++)
      for (int x = 0; x < width_; x++)
        if (at(x, y)) boxes.push_back(take(x, y, larger(wide_first(x, y), tall_first(x, y))));
    return boxes;
  }

 private:
  std::uint8_t& at(int x, int y) {
    return left_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                 static_cast<std::size_t>(x)];
  }

  // Whether the width x height cells from (x, y) on are all solid and not yet covered.
  bool full(int x, int y, Extent size) {
    if (x + size.width > width_ || y + size.height > height_) return false;
    for (int row = y; row < y + size.height; row++)
      for (int column = x; column < x + size.width; column++)
        if (!at(column, row)) return false;
    return true;
  }

  Extent wide_first(int x, int y) {
    Extent size{1, 1};
    while (full(x + size.width, y, {1, 1})) size.width++;
    while (full(x, y + size.height, {size.width, 1})) size.height++;
    return size;
  }

  Extent tall_first(int x, int y) {
    Extent size{1, 1};
    while (full(x, y + size.height, {1, 1})) size.height++;
    while (full(x + size.width, y, {1, size.height})) size.width++;
    return size;
  }

  static Extent larger(Extent one, Extent other) {
    return other.width * other.height > one.width * one.height ? other : one;
  }

  StaticBox take(int x, int y, Extent size) {
    for (int row = y; row < y + size.height; row++)
      for (int column = x; column < x + size.width; column++) at(column, row) = 0;
    const float half_width = static_cast<float>(size.width) / 2;
    const float half_height = static_cast<float>(size.height) / 2;
    return {{static_cast<float>(x) + half_width, static_cast<float>(y) + half_height},
            {half_width, half_height}};
  }

  std::vector<std::uint8_t> left_;  // solid and not yet covered
  int width_, height_;
};

template <class T>
void clear_past(std::span<T> all, std::int32_t count) {
  const auto tail = all.subspan(static_cast<std::size_t>(count));
  if (!tail.empty()) std::memset(static_cast<void*>(tail.data()), 0, tail.size_bytes());
}

template <class T>
bool fits(std::int32_t count, std::span<T> room) {
  return count >= 0 && static_cast<std::size_t>(count) <= room.size();
}

void ensure_sound(const Body& body) {
  const float sum = body.position.x + body.position.y + body.angle + body.velocity.x +
                    body.velocity.y + body.spin;
  const bool has_size =
      body.half_extent.x > 0 && (body.shape == Shape::circle || body.half_extent.y > 0);
  ENSURE(std::isfinite(sum) && has_size && body.density > 0,
         "position {} {}, velocity {} {}, density {}, half extent {} {}", body.position.x,
         body.position.y, body.velocity.x, body.velocity.y, body.density, body.half_extent.x,
         body.half_extent.y);
}

// Drops what mentions body `index`, renumbers the rest, and zeroes what is left over.
template <class Link>
void unlink(std::span<Link> links, std::int32_t& count, std::uint16_t index) {
  const auto all = used(links, count);
  const auto end = std::remove_if(all.begin(), all.end(), [index](const Link& link) {
    return link.a == index || link.b == index;
  });
  for (auto link = all.begin(); link != end; ++link)
    for (std::uint16_t* body : {&link->a, &link->b})
      if (*body != kStatic && *body > index) --*body;
  std::memset(static_cast<void*>(std::to_address(end)), 0,
              static_cast<std::size_t>(all.end() - end) * sizeof(Link));
  count = static_cast<std::int32_t>(end - all.begin());
}

}  // namespace

std::vector<StaticBox> merge_cells(std::span<const std::uint8_t> solid, int width, int height) {
  ENSURE(width >= 0 && height >= 0 &&
             solid.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height),
         "{} cells, {} x {}", solid.size(), width, height);
  return CellMerger(solid, width, height).merge();
}

void ensure_sound(const BodiesView& state) {
  ENSURE(fits(state.body_count, state.bodies) && state.body_count < kStatic, "{} bodies",
         state.body_count);
  ENSURE(fits(state.contact_count, state.contacts), "{} contacts", state.contact_count);
  ENSURE(fits(state.joint_count, state.joints), "{} joints", state.joint_count);
  for (const Body& body : bodies_of(state)) ensure_sound(body);
  const auto known = [&state](std::uint16_t i) { return i == kStatic || i < state.body_count; };
  std::uint64_t last = 0;
  for (const ContactImpulse& contact : contacts_of(state)) {
    ENSURE(contact.a < state.body_count && known(contact.b), "contact of {} and {}", contact.a,
           contact.b);
    ENSURE(key_of(contact) >= last, "contacts out of order at {} and {}", contact.a, contact.b);
    last = key_of(contact);
  }
  for (const Joint& joint : joints_of(state))
    ENSURE(joint.a != joint.b && known(joint.a) && known(joint.b), "hinge of {} and {}", joint.a,
           joint.b);
}

void clear_unused(const BodiesView& state) {
  clear_past(state.bodies, state.body_count);
  clear_past(state.contacts, state.contact_count);
  clear_past(state.joints, state.joint_count);
}

void remove_body(const BodiesView& state, int index) {
  ENSURE(index >= 0 && index < state.body_count, "body {} of {}", index, state.body_count);
  const auto bodies = bodies_of(state);
  std::copy(bodies.begin() + index + 1, bodies.end(), bodies.begin() + index);
  std::memset(static_cast<void*>(&bodies.back()), 0, sizeof(Body));
  state.body_count--;
  unlink(state.contacts, state.contact_count, static_cast<std::uint16_t>(index));
  unlink(state.joints, state.joint_count, static_cast<std::uint16_t>(index));
  wake(state);
}

void wake(const BodiesView& state) {
  for (Body& body : bodies_of(state)) body.ticks_at_rest = 0;
}

bool at_rest(const BodiesView& state, const PhysicsSettings& settings) {
  const auto bodies = bodies_of(state);
  return std::all_of(bodies.begin(), bodies.end(), [&settings](const Body& body) {
    return body.ticks_at_rest >= settings.rest_ticks;
  });
}

}  // namespace pump::engine
