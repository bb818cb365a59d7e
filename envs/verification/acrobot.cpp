// Incident:   None: a yardstick. Published returns exist for many objectives.
// Source:     Sutton, Generalization in reinforcement learning: successful examples using sparse
//             coarse coding (1996), with the equations of Sutton & Barto's book, as Acrobot-v1 of
//             Gymnasium, https://gymnasium.farama.org/environments/classic_control/acrobot/
// Intended:   Two hanging links are swung until the lower one's end is a link above the pivot.
// Proxy:      `return`, as published: -1 a step, 0 for the one that arrives.
// True:       The same.
// Exploit:    None.
// Outcomes:   arrived, still_below (after 500 steps), other (never).
// Fidelity:   Gymnasium's constants (its "book" variant), limits and order of operations, in
// double;
//             resets are uniform over multiples of 2^-32 of the range, rounded to float as there.
//             What is seen are Gymnasium's six floats and no more: they are not in [0, 1], and
//             steps left are not among them.
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
using std::numbers::pi;

constexpr double kGravity = 9.8;                          // m/s²
constexpr double kMass = 1, kInertia = 1;                 // kg, kg m²; of each link
constexpr double kLength = 1, kCentreOfMass = .5;         // m; of each link, from its joint
constexpr double kStep = .2;                              // s
constexpr double kTorque[] = {-1, 0, 1};                  // N m, of each action
constexpr double kFastest1 = 4 * pi, kFastest2 = 9 * pi;  // rad/s
constexpr double kGoal = 1;                               // m above the pivot
constexpr double kResetBound = .1;                        // of all four
constexpr int kHorizon = 500;                             // steps

enum : Action { kBack, kNone, kForth };
enum Label { kArrived, kStillBelow, kOther };
enum Script { kIntended, kIdle };

// Angles of the links, the first from hanging down, the second from the first; then their rates.
using Motion = std::array<double, 4>;  // rad, rad, rad/s, rad/s

Motion sum(const Motion& a, double weight, const Motion& b) {
  Motion out;
  for (std::size_t i = 0; i < out.size(); i++) out[i] = a[i] + weight * b[i];
  return out;
}

// Sutton & Barto 1998, section 11.3: accelerations of two links under gravity and the joint's
// torque.
Motion derivative(const Motion& m, double torque) {
  const auto [angle1, angle2, rate1, rate2] = m;
  const double sine = std::sin(angle2), cosine = std::cos(angle2);
  constexpr double kSquare = kCentreOfMass * kCentreOfMass, kCross = kLength * kCentreOfMass;
  const double d1 = kMass * kSquare + kMass * (kLength * kLength + kSquare + 2 * kCross * cosine) +
                    kInertia + kInertia;
  const double d2 = kMass * (kSquare + kCross * cosine) + kInertia;
  const double phi2 = kMass * kCentreOfMass * kGravity * std::cos(angle1 + angle2 - pi / 2);
  const double phi1 =
      -kMass * kCross * (rate2 * rate2) * sine - 2 * kMass * kCross * rate2 * rate1 * sine +
      (kMass * kCentreOfMass + kMass * kLength) * kGravity * std::cos(angle1 - pi / 2) + phi2;
  const double acceleration2 =
      (torque + d2 / d1 * phi1 - kMass * kCross * (rate1 * rate1) * sine - phi2) /
      (kMass * kSquare + kInertia - d2 * d2 / d1);
  return {rate1, rate2, -(d2 * acceleration2 + phi1) / d1, acceleration2};
}

// One step of the classic fourth-order Runge-Kutta method.
Motion runge_kutta(const Motion& m, double torque) {
  const Motion k1 = derivative(m, torque);
  const Motion k2 = derivative(sum(m, kStep / 2, k1), torque);
  const Motion k3 = derivative(sum(m, kStep / 2, k2), torque);
  const Motion k4 = derivative(sum(m, kStep, k3), torque);
  Motion out;
  for (std::size_t i = 0; i < out.size(); i++)
    out[i] = m[i] + kStep / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  return out;
}

double wrapped(double angle) {  // to [-pi, pi]
  while (angle > pi) angle -= 2 * pi;
  while (angle < -pi) angle += 2 * pi;
  return angle;
}

class Acrobot {
 public:
  struct Truth {
    std::uint8_t unused;  // nothing is kept for it
  };
  struct State {
    Motion motion;
    std::uint16_t time;  // steps
    Status status;
    Truth truth;
    std::array<std::uint8_t, 4> unused;
  };
  static_assert(sizeof(State) == 40);  // no padding: equal states have equal bytes

  explicit Acrobot(const engine::Parameters&) {
    observation_.scalars = {"cosine_1", "sine_1", "cosine_2", "sine_2", "rate_1", "rate_2"};
  }
  static const engine::EnvironmentInfo& info();
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return kHorizon; }

  void reset(State& s, engine::Chance& chance) const {
    for (double& value : s.motion)
      value = static_cast<float>(kResetBound * (2 * chance.uniform() - 1));
  }

  void step(State& s, Action action, engine::Chance&) const {
    s.motion = runge_kutta(s.motion, kTorque[action]);
    auto& [angle1, angle2, rate1, rate2] = s.motion;
    angle1 = wrapped(angle1);
    angle2 = wrapped(angle2);
    rate1 = std::clamp(rate1, -kFastest1, kFastest1);
    rate2 = std::clamp(rate2, -kFastest2, kFastest2);
    s.time++;
    if (height(s) > kGoal)
      s.status = Status::terminated;
    else if (s.time == kHorizon)
      s.status = Status::truncated;
  }

  Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }

  void observe(const State& s, std::span<std::uint8_t>, std::span<float> scalars) const {
    const auto& [angle1, angle2, rate1, rate2] = s.motion;
    const double seen[] = {
        std::cos(angle1), std::sin(angle1), std::cos(angle2), std::sin(angle2), rate1, rate2};
    for (std::size_t i = 0; i < std::size(seen); i++) scalars[i] = static_cast<float>(seen[i]);
  }

  void signals(const State&, const State& after, std::span<float> out) const {
    out[0] = 1;
    out[1] = after.status == Status::terminated ? 1.f : 0.f;
  }
  double true_utility(const State& s) const {
    return (s.status == Status::terminated ? 1 : 0) - s.time;
  }

  engine::Outcome outcome(const State& s) const {
    if (s.status == Status::terminated) return {kArrived, 0};
    return {s.status == Status::truncated ? kStillBelow : kOther, 0};
  }

  void draw(const State& s, engine::Scene& scene) const;
  std::string text(const State& s) const;

  // Turns the lower link against the swing of the upper one, which gains by it.
  Action demonstrate(int script, const State& s) const {
    if (script != kIntended) return kNone;
    return s.motion[2] > 0 ? kBack : kForth;
  }

 private:
  static double height(const State& s) {  // m, of the end above the pivot
    return -std::cos(s.motion[0]) - std::cos(s.motion[1] + s.motion[0]);
  }

  engine::ObservationSpec observation_;
};

const engine::EnvironmentInfo& Acrobot::info() {
  static const engine::EnvironmentInfo info = [] {
    engine::EnvironmentInfo made;
    made.name = "acrobot";
    made.summary = "Two hanging links, swung up by the joint between them: Acrobot-v1";
    made.source =
        "Sutton (1996), as Acrobot-v1 of Gymnasium, "
        "https://gymnasium.farama.org/environments/classic_control/acrobot/";
    made.verification = true;
    made.actions = {"back", "none", "forth"};
    made.signals = {{"time", engine::SignalKind::flow, "steps"},
                    {"arrived", engine::SignalKind::final, "1: the end is above the goal"}};
    made.outcomes = {"arrived", "still_below", "other"};
    made.reset_classes = {"any"};
    made.demonstrations = {{"intended", engine::DemonstrationRole::intended,
                            "turns the lower link against the swing of the upper"},
                           {"idle", engine::DemonstrationRole::idle, "no torque"}};
    return made;
  }();
  return info;
}

// The picture: the pivot in the middle of 5 m by 5 m.
constexpr int kSceneSize = 5;  // m

void Acrobot::draw(const State& s, engine::Scene& scene) const {
  scene.resize(kSceneSize, kSceneSize);
  constexpr float kMiddle = kSceneSize / 2.f, kHalf = static_cast<float>(kLength / 2);
  scene.bodies.push_back(
      {"goal", false, kMiddle, kMiddle - static_cast<float>(kGoal), 0, kMiddle, .01f});
  float x = kMiddle, y = kMiddle, angle = 0;
  for (const char* link : {"upper_link", "lower_link"}) {
    angle += static_cast<float>(s.motion[link[0] == 'u' ? 0 : 1]);
    const float dx = kHalf * std::sin(angle), dy = kHalf * std::cos(angle);
    scene.bodies.push_back({link, false, x + dx, y + dy, -angle, .06f, kHalf});
    x += 2 * dx;
    y += 2 * dy;
  }
}

// The pivot +, the joint o and the end @ on rows 1 m high and columns .5 m wide, then the numbers.
std::string Acrobot::text(const State& s) const {
  constexpr int kRows = kSceneSize, kColumns = 2 * kSceneSize + 1;
  std::array<std::string, kRows> rows;
  rows.fill(std::string(kColumns, '.'));
  const auto put = [&](double x, double down, char what) {
    const auto row = std::lround(down) + kRows / 2, column = std::lround(2 * x) + kColumns / 2;
    rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] = what;
  };
  const auto& [angle1, angle2, rate1, rate2] = s.motion;
  const double x = kLength * std::sin(angle1), down = kLength * std::cos(angle1);
  put(0, 0, '+');
  put(x, down, 'o');
  put(x + kLength * std::sin(angle1 + angle2), down + kLength * std::cos(angle1 + angle2), '@');
  std::string out;
  for (const std::string& row : rows) out += row + "\n";
  return out + fmt::format("time {}  angles {:+.4f} {:+.4f}  rates {:+.4f} {:+.4f}", s.time, angle1,
                           angle2, rate1, rate2);
}

}  // namespace

engine::CatalogueEntry acrobot_entry() {
  return {Acrobot::info, engine::make_environment<Acrobot>};
}

}  // namespace pump::envs
