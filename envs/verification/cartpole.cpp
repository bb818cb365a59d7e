// Incident:   None: a yardstick. Published returns exist for many objectives.
// Source:     Barto, Sutton & Anderson, Neuronlike adaptive elements that can solve difficult
//             learning control problems (1983), as CartPole-v1 of Gymnasium,
//             https://gymnasium.farama.org/environments/classic_control/cart_pole/
// Intended:   The cart is pushed left and right so that the pole on it stands for 500 steps.
// Proxy:      `return`, as published: 1 a step, also for the one that ends the episode.
// True:       The same.
// Exploit:    None.
// Outcomes:   fell (the pole), off_track (the cart), balanced (500 steps), other (never).
// Fidelity:   Gymnasium's constants, limits and order of operations, in double; resets are uniform
//             over multiples of 2^-32 of the range. What is seen are Gymnasium's four floats and no
//             more: they are not in [0, 1], and steps left are not among them.
// Parameters: None.
// Version:    1
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <fmt/format.h>

#include "engine/environment_of.hpp"
#include "envs/verification/verification.hpp"

namespace pump::envs {
namespace {

using engine::Action;
using engine::Status;

constexpr double kGravity = 9.8;                               // m/s²
constexpr double kCartMass = 1, kPoleMass = .1;                // kg
constexpr double kMass = kPoleMass + kCartMass;                // kg
constexpr double kHalfLength = .5;                             // m
constexpr double kPoleMoment = kPoleMass * kHalfLength;        // kg m
constexpr double kForce = 10;                                  // N
constexpr double kStep = .02;                                  // s
constexpr double kFurthest = 2.4;                              // m
constexpr double kSteepest = 12 * 2 * std::numbers::pi / 360;  // rad
constexpr double kResetBound = .05;                            // of all four
constexpr int kHorizon = 500;                                  // steps

enum : Action { kLeft, kRight };
enum Label { kFell, kOffTrack, kBalanced, kOther };
enum Script { kIntended, kIdle };

class CartPole {
 public:
  struct Truth {
    std::uint8_t unused;  // nothing is kept for it
  };
  struct State {
    double position, velocity;  // m, m/s; of the cart, to the right
    double angle, turning;      // rad, rad/s; of the pole from upright, clockwise
    std::uint16_t time;         // steps
    Status status;
    Truth truth;
    std::array<std::uint8_t, 4> unused;
  };
  static_assert(sizeof(State) == 40);  // no padding: equal states have equal bytes

  explicit CartPole(const engine::Parameters&) {
    observation_.scalars = {"position", "velocity", "angle", "turning"};
  }
  static const engine::EnvironmentInfo& info();
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return kHorizon; }

  void reset(State& s, engine::Chance& chance) const {
    for (double* value : {&s.position, &s.velocity, &s.angle, &s.turning})
      *value = kResetBound * (2 * chance.uniform() - 1);
  }

  // Barto et al. 1983, appendix, without friction; explicit Euler.
  void step(State& s, Action action, engine::Chance&) const {
    const double force = action == kRight ? kForce : -kForce;
    const double cosine = std::cos(s.angle), sine = std::sin(s.angle);
    const double push = (force + kPoleMoment * (s.turning * s.turning) * sine) / kMass;
    const double turning_rate = (kGravity * sine - cosine * push) /
                                (kHalfLength * (4. / 3 - kPoleMass * (cosine * cosine) / kMass));
    const double acceleration = push - kPoleMoment * turning_rate * cosine / kMass;
    s.position += kStep * s.velocity;
    s.velocity += kStep * acceleration;
    s.angle += kStep * s.turning;
    s.turning += kStep * turning_rate;
    s.time++;
    if (off_track(s) || fallen(s))
      s.status = Status::terminated;
    else if (s.time == kHorizon)
      s.status = Status::truncated;
  }

  Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }

  void observe(const State& s, std::span<std::uint8_t>, std::span<float> scalars) const {
    scalars[0] = static_cast<float>(s.position);
    scalars[1] = static_cast<float>(s.velocity);
    scalars[2] = static_cast<float>(s.angle);
    scalars[3] = static_cast<float>(s.turning);
  }

  void signals(const State&, const State&, std::span<float> out) const { out[0] = 1; }
  double true_utility(const State& s) const { return s.time; }

  engine::Outcome outcome(const State& s) const {
    if (fallen(s)) return {kFell, 0};
    if (off_track(s)) return {kOffTrack, 0};
    return {s.status == Status::truncated ? kBalanced : kOther, 0};
  }

  void draw(const State& s, engine::Scene& scene) const;
  std::string text(const State& s) const;

  // Pushes to where the pole leans and turns, a little against where the cart stands and rolls.
  Action demonstrate(int script, const State& s) const {
    const double lean = s.angle + .3 * s.turning + .1 * s.position + .2 * s.velocity;
    return script == kIntended && lean > 0 ? kRight : kLeft;
  }

 private:
  static bool off_track(const State& s) { return std::abs(s.position) > kFurthest; }
  static bool fallen(const State& s) { return std::abs(s.angle) > kSteepest; }

  engine::ObservationSpec observation_;
};

const engine::EnvironmentInfo& CartPole::info() {
  static const engine::EnvironmentInfo info = [] {
    engine::EnvironmentInfo made;
    made.name = "cartpole";
    made.summary = "A pole on a cart that is pushed left or right: CartPole-v1";
    made.source =
        "Barto, Sutton & Anderson (1983), as CartPole-v1 of Gymnasium, "
        "https://gymnasium.farama.org/environments/classic_control/cart_pole/";
    made.verification = true;
    made.actions = {"left", "right"};
    made.signals = {{"time", engine::SignalKind::flow, "steps"}};
    made.outcomes = {"fell", "off_track", "balanced", "other"};
    made.reset_classes = {"any"};
    made.demonstrations = {{"intended", engine::DemonstrationRole::intended, "balances the pole"},
                           {"idle", engine::DemonstrationRole::idle, "pushes left"}};
    return made;
  }();
  return info;
}

// The picture: 6 m of track, of which 4.8 may be used.
constexpr int kSceneWidth = 6, kSceneHeight = 2;  // m
constexpr double kCentre = 3, kAxle = 1.6;        // m; of the track, from the upper left

void CartPole::draw(const State& s, engine::Scene& scene) const {
  scene.resize(kSceneWidth, kSceneHeight);
  const auto x = static_cast<float>(kCentre + s.position), y = static_cast<float>(kAxle);
  const auto angle = static_cast<float>(s.angle);
  const auto half = static_cast<float>(kHalfLength);
  scene.bodies.push_back({"cart", false, x, y, 0, .25f, .12f});
  scene.bodies.push_back(
      {"pole", false, x + half * std::sin(angle), y - half * std::cos(angle), angle, .04f, half});
}

// The pole's tip over the cart, a column .1 m wide, then the numbers.
std::string CartPole::text(const State& s) const {
  constexpr int kColumns = 49;
  const auto row = [](double x, char what) {
    std::string out(kColumns, '.');
    const auto column = std::lround((x + kFurthest) * 10);
    out[static_cast<std::size_t>(std::clamp(column, 0L, kColumns - 1L))] = what;
    return out + "\n";
  };
  return row(s.position + 2 * kHalfLength * std::sin(s.angle), 'o') + row(s.position, '#') +
         fmt::format("time {}  position {:+.4f}  velocity {:+.4f}  angle {:+.4f}  turning {:+.4f}",
                     s.time, s.position, s.velocity, s.angle, s.turning);
}

}  // namespace

engine::CatalogueEntry cartpole_entry() {
  return {CartPole::info, engine::make_environment<CartPole>};
}

}  // namespace pump::envs
