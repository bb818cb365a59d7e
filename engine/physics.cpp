#include "engine/physics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

#include <box2d/box2d.h>

#include "engine/ensure.hpp"
#include "engine/physics_state.hpp"

namespace pump::engine {
namespace {

b2Vec2 to_b2(Vec2 v) { return {v.x, v.y}; }
Vec2 from_b2(const b2Vec2& v) { return {v.x, v.y}; }

// A fixture's user data: the body's index in the low 16 bits, the index among the statics above.
constexpr int kStaticShift = 16;
// A feature's: two vertex or edge indices below 8 and two types need 10 bits.
constexpr int kFeatureBits = 10;
constexpr std::size_t kMaxStatics = std::size_t{1} << (32 - kFeatureBits);

struct Pair {
  std::uint16_t a, b;
  std::uint32_t fixture;  // index of the static one, or 0
};

Pair pair_of(b2Contact& contact) {
  const std::uintptr_t one = contact.GetFixtureA()->GetUserData().pointer;
  const std::uintptr_t other = contact.GetFixtureB()->GetUserData().pointer;
  const auto a = static_cast<std::uint16_t>(one), b = static_cast<std::uint16_t>(other);
  const auto fixture = static_cast<std::uint32_t>((one | other) >> kStaticShift);
  return {std::min(a, b), std::max(a, b), fixture};
}

// Which side is Box2D's A does not enter: a fresh world decides it by index and shape, every time
// alike.
std::uint32_t feature_of(const Pair& pair, const b2ContactFeature& feature) {
  const unsigned key = (feature.indexA & 15u) | (feature.indexB & 15u) << 4 |
                       (feature.typeA & 1u) << 8 | (feature.typeB & 1u) << 9;
  return pair.fixture << kFeatureBits | key;
}

// Hears about contacts: gives the solver its impulses back on the first tick, and notes who began
// to touch.
class Listener final : public b2ContactListener {
 public:
  Listener(const BodiesView& state, std::vector<ContactEvent>* events)
      : bodies_(bodies_of(state)), stored_(contacts_of(state)), events_(events) {
    if (!events_) return;
    velocities_.resize(bodies_.size());
    static_contacts_.resize(bodies_.size());
    on_static_.resize(bodies_.size());
    for (const ContactImpulse& contact : stored_)
      if (contact.b == kStatic) on_static_[contact.a] = true;
  }

  void begin_tick(std::span<b2Body* const> bodies) {
    if (!events_) return;
    for (std::size_t i = 0; i < bodies.size(); i++)
      velocities_[i] = {bodies[i]->GetLinearVelocity(), bodies[i]->GetAngularVelocity()};
  }

  void end_tick() {
    tick_++;
    for (std::size_t i = 0; i < on_static_.size(); i++) on_static_[i] = static_contacts_[i] > 0;
  }

  void BeginContact(b2Contact* contact) override {
    if (!events_) return;
    const Pair pair = pair_of(*contact);
    if (pair.b == kStatic) static_contacts_[pair.a]++;
    if (touched_before(pair)) return;
    if (pair.b == kStatic) on_static_[pair.a] = true;  // one event however many fixtures
    events_->push_back({tick_, pair.a, pair.b, approach_speed(*contact)});
  }

  void EndContact(b2Contact* contact) override {
    if (!events_) return;
    const Pair pair = pair_of(*contact);
    if (pair.b == kStatic) static_contacts_[pair.a]--;
  }

  void PreSolve(b2Contact* contact, const b2Manifold* old) override {
    if (tick_ > 0 || stored_.empty() || old->pointCount > 0) return;
    const Pair pair = pair_of(*contact);
    // In a continuous sub-step the bodies have moved: a contact begun there starts from nothing.
    if (moved(pair.a) || (pair.b != kStatic && moved(pair.b))) return;
    b2Manifold* manifold = contact->GetManifold();
    for (int i = 0; i < manifold->pointCount; i++) restore(pair, manifold->points[i]);
  }

  void set_bodies(std::span<b2Body* const> built) { built_ = built; }

 private:
  struct Velocity {
    b2Vec2 linear;
    float spin;
  };

  void restore(const Pair& pair, b2ManifoldPoint& point) const {
    const std::uint64_t key = pair_key(pair.a, pair.b) | feature_of(pair, point.id.cf);
    const auto found = std::lower_bound(stored_.begin(), stored_.end(), key, Before());
    if (found == stored_.end() || key_of(*found) != key) return;
    point.normalImpulse = found->normal;
    point.tangentImpulse = found->tangent;
  }

  bool moved(std::uint16_t body) const {
    const b2Vec2& now = built_[body]->GetPosition();
    return now.x != bodies_[body].position.x || now.y != bodies_[body].position.y ||
           built_[body]->GetAngle() != bodies_[body].angle;
  }

  bool touched_before(const Pair& pair) const {
    if (pair.b == kStatic) return on_static_[pair.a];
    if (tick_ > 0) return false;
    const auto found =
        std::lower_bound(stored_.begin(), stored_.end(), pair_key(pair.a, pair.b), Before());
    return found != stored_.end() && found->a == pair.a && found->b == pair.b;
  }

  b2Vec2 velocity_at(const b2Fixture& fixture, const b2Vec2& point) const {
    const auto body = static_cast<std::uint16_t>(
        const_cast<b2Fixture&>(fixture).GetUserData().pointer);  // Box2D 2.4's getter is not const
    if (body == kStatic) return {0, 0};
    const Velocity& v = velocities_[body];
    return v.linear + b2Cross(v.spin, point - fixture.GetBody()->GetWorldCenter());
  }

  float approach_speed(b2Contact& contact) const {
    b2WorldManifold world;
    contact.GetWorldManifold(&world);
    float fastest = 0;
    for (int i = 0; i < contact.GetManifold()->pointCount; i++) {
      const b2Vec2 relative = velocity_at(*contact.GetFixtureA(), world.points[i]) -
                              velocity_at(*contact.GetFixtureB(), world.points[i]);
      fastest = std::max(fastest, b2Dot(relative, world.normal));
    }
    return fastest;
  }

  std::span<const Body> bodies_;
  std::span<const ContactImpulse> stored_;
  std::vector<ContactEvent>* events_;
  std::span<b2Body* const> built_;
  std::int32_t tick_ = 0;
  std::vector<Velocity> velocities_;     // before the tick
  std::vector<int> static_contacts_;     // touching, of each body, as the tick goes on
  std::vector<std::uint8_t> on_static_;  // whether it touched a static before the tick
};

// One fresh Box2D world, from the state and back.
class World {
 public:
  World(const BodiesView& state, std::span<const StaticBox> statics,
        const PhysicsSettings& settings, std::vector<ContactEvent>* events)
      : state_(state),
        settings_(settings),
        listener_(state, events),
        world_(to_b2(settings.gravity)) {
    world_.SetAllowSleeping(false);
    // An empty step: without it Box2D scales the first warm start by dtRatio, which is then zero.
    world_.Step(settings.tick, 0, 0);
    bodies_.reserve(bodies_of(state).size());
    build_statics(statics);
    for (std::size_t i = 0; i < bodies_of(state).size(); i++) build_body(i);
    for (const Joint& joint : joints_of(state)) build_joint(joint);
    listener_.set_bodies(bodies_);
    if (events || state.contact_count > 0) world_.SetContactListener(&listener_);
    wants_events_ = events != nullptr;
  }

  // Returns whether everything is at rest afterwards.
  bool tick() {
    apply_ground_drag();
    listener_.begin_tick(bodies_);
    apply_joint_impulses();
    world_.Step(settings_.tick, settings_.velocity_iterations, settings_.position_iterations);
    listener_.end_tick();
    if (!wants_events_) world_.SetContactListener(nullptr);
    return count_rest();
  }

  void read_back() {
    const auto bodies = bodies_of(state_);
    for (std::size_t i = 0; i < bodies.size(); i++) {
      bodies[i].position = from_b2(bodies_[i]->GetPosition());
      bodies[i].angle = bodies_[i]->GetAngle();
      bodies[i].velocity = from_b2(bodies_[i]->GetLinearVelocity());
      bodies[i].spin = bodies_[i]->GetAngularVelocity();
    }
    const auto joints = joints_of(state_);
    for (std::size_t i = 0; i < joints.size(); i++) {
      const b2Vec2 found = settings_.tick * joints_[i]->GetReactionForce(1 / settings_.tick);
      joints[i].impulse = {joints[i].impulse.x + found.x, joints[i].impulse.y + found.y};
    }
    read_contacts();
  }

 private:
  void build_statics(std::span<const StaticBox> statics) {
    ENSURE(statics.size() <= kMaxStatics, "{} statics", statics.size());
    b2BodyDef def;
    ground_ = world_.CreateBody(&def);
    b2PolygonShape box;
    b2FixtureDef fixture;
    fixture.shape = &box;
    fixture.friction = settings_.static_friction;
    fixture.filter.categoryBits = 0xffff;
    for (std::size_t i = 0; i < statics.size(); i++) {
      box.SetAsBox(statics[i].half_extent.x, statics[i].half_extent.y, to_b2(statics[i].centre), 0);
      fixture.userData.pointer = i << kStaticShift | kStatic;
      ground_->CreateFixture(&fixture);
    }
  }

  void build_body(std::size_t i) {
    const Body& from = state_.bodies[i];
    b2BodyDef def;
    def.type = b2_dynamicBody;
    def.position = to_b2(from.position);
    def.angle = from.angle;
    def.linearVelocity = to_b2(from.velocity);
    def.angularVelocity = from.spin;
    bodies_.push_back(world_.CreateBody(&def));
    b2FixtureDef fixture;
    fixture.density = 0;  // the mass is set below
    fixture.friction = from.friction;
    fixture.restitution = from.restitution;
    fixture.filter.categoryBits = from.group;
    fixture.filter.maskBits = from.collides;
    fixture.userData.pointer = i;
    // Not Box2D's own mass: its centre would be off by a rounding, and move the body at each build.
    b2MassData mass;
    mass.center.SetZero();
    const float x = from.half_extent.x, y = from.half_extent.y;
    b2CircleShape circle;
    b2PolygonShape box;
    if (from.shape == Shape::circle) {
      circle.m_radius = x;
      fixture.shape = &circle;
      mass.mass = from.density * b2_pi * x * x;
      mass.I = mass.mass * x * x / 2;
    } else {
      box.SetAsBox(x, y);
      fixture.shape = &box;
      mass.mass = from.density * 4 * x * y;
      mass.I = mass.mass * (x * x + y * y) / 3;
    }
    bodies_.back()->CreateFixture(&fixture);
    bodies_.back()->SetMassData(&mass);
  }

  void build_joint(const Joint& from) {
    b2RevoluteJointDef def;
    def.bodyA = from.a == kStatic ? ground_ : bodies_[from.a];
    def.bodyB = from.b == kStatic ? ground_ : bodies_[from.b];
    def.localAnchorA = to_b2(from.anchor_a);
    def.localAnchorB = to_b2(from.anchor_b);
    def.enableLimit = from.limited != 0;
    def.lowerAngle = from.lower;
    def.upperAngle = from.upper;
    def.enableMotor = from.motorised != 0;
    def.motorSpeed = from.motor_speed;
    def.maxMotorTorque = from.motor_torque;
    joints_.push_back(world_.CreateJoint(&def));
  }

  void apply_ground_drag() {
    for (std::size_t i = 0; i < bodies_.size(); i++) {
      const Body& body = state_.bodies[i];
      if (body.ground_drag <= 0) continue;
      const float loss = body.ground_drag * settings_.tick;
      const b2Vec2 velocity = bodies_[i]->GetLinearVelocity();
      const float speed = velocity.Length();
      bodies_[i]->SetLinearVelocity(speed > loss ? (1 - loss / speed) * velocity : b2Vec2(0, 0));
      const float reach = body.shape == Shape::circle
                              ? body.half_extent.x
                              : std::max(body.half_extent.x, body.half_extent.y);
      const float spin = bodies_[i]->GetAngularVelocity();
      const float left = std::max(std::fabs(spin) - loss / reach, 0.f);
      bodies_[i]->SetAngularVelocity(std::copysign(left, spin));
    }
  }

  // What the solver's own warm start would do, before every tick: it knows only what it found in
  // this call.
  void apply_joint_impulses() {
    for (std::size_t i = 0; i < joints_.size(); i++) {
      const b2Vec2 impulse = to_b2(state_.joints[i].impulse);
      b2Joint& joint = *joints_[i];
      joint.GetBodyA()->ApplyLinearImpulse(-impulse, joint.GetAnchorA(), true);
      joint.GetBodyB()->ApplyLinearImpulse(impulse, joint.GetAnchorB(), true);
    }
  }

  bool count_rest() {
    bool all = true;
    for (std::size_t i = 0; i < bodies_.size(); i++) {
      Body& body = state_.bodies[i];
      const bool slow = bodies_[i]->GetLinearVelocity().LengthSquared() <
                            settings_.rest_speed * settings_.rest_speed &&
                        std::fabs(bodies_[i]->GetAngularVelocity()) < settings_.rest_speed;
      body.ticks_at_rest = slow ? std::min(body.ticks_at_rest + 1, settings_.rest_ticks) : 0;
      all = all && body.ticks_at_rest >= settings_.rest_ticks;
    }
    return all;
  }

  void read_contacts() {
    std::size_t count = 0;
    for (b2Contact* contact = world_.GetContactList(); contact; contact = contact->GetNext()) {
      if (!contact->IsTouching()) continue;
      const Pair pair = pair_of(*contact);
      const b2Manifold& manifold = *contact->GetManifold();
      for (int i = 0; i < manifold.pointCount; i++) {
        ENSURE(count < state_.contacts.size(), "room for only {} contacts", state_.contacts.size());
        const b2ManifoldPoint& point = manifold.points[i];
        state_.contacts[count++] = {pair.a, pair.b, feature_of(pair, point.id.cf),
                                    point.normalImpulse, point.tangentImpulse};
      }
    }
    state_.contact_count = static_cast<std::int32_t>(count);
    std::sort(state_.contacts.begin(), state_.contacts.begin() + state_.contact_count, Before());
  }

  const BodiesView& state_;
  const PhysicsSettings& settings_;
  Listener listener_;
  b2World world_;
  b2Body* ground_ = nullptr;
  std::vector<b2Body*> bodies_;
  std::vector<b2Joint*> joints_;
  bool wants_events_ = false;
};

}  // namespace

int advance(const BodiesView& state, std::span<const StaticBox> statics,
            const PhysicsSettings& settings, int ticks, std::vector<ContactEvent>* events) {
  if (events) events->clear();
  ensure_sound(state);
  if (ticks <= 0 || at_rest(state, settings)) {
    clear_unused(state);
    return 0;
  }
  World world(state, statics, settings, events);
  int ran = 0;
  bool resting = false;
  while (ran < ticks && !resting) {
    resting = world.tick();
    ran++;
  }
  world.read_back();
  if (resting)
    for (Body& body : bodies_of(state)) body.velocity = {}, body.spin = 0;
  clear_unused(state);
  state.ticks += ran;
  if (events)
    std::sort(events->begin(), events->end(), [](const ContactEvent& x, const ContactEvent& y) {
      return std::tie(x.tick, x.a, x.b) < std::tie(y.tick, y.a, y.b);
    });
  return ran;
}

}  // namespace pump::engine
