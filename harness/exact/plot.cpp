#include "harness/exact/plot.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "harness/report/charts.hpp"
#include "harness/report/svg.hpp"

namespace pump::harness {
namespace {

using engine::Kind;

// Okabe & Ito's green and vermilion (2008); i: intended, g: gaming. The device's dashes are darker,
// so that they show on the policy's line, which they lie on where no chance is left.
constexpr const char* kStyle = R"css(
text { font: 15px "DejaVu Sans", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1b1d21; }
.title { font-size: 20px; font-weight: bold; } .soft, .tick, .label { fill: #565b64; }
.tick, .note { font-size: 14px; } .end { font-weight: bold; }
.grid { stroke: #dedbd4; stroke-width: 1; } .axis { stroke: #565b64; stroke-width: 1.3; }
.line { fill: none; stroke-linejoin: round; }
.i { stroke: #009e73; } .g { stroke: #d55e00; } .end.i { fill: #00694d; stroke: none; }
.end.g { fill: #a34700; stroke: none; }
.policy { stroke-width: 3.4; } .device { stroke-width: 1.8; stroke-dasharray: 7 5; }
.device.i, .reference.i { stroke: #00402f; } .device.g, .reference.g { stroke: #5c2800; }
.device.g { stroke-dasharray: 2.5 4; } .plain { stroke: #1b1d21; }
.small.i { fill: #ffffff; stroke-width: 1.8; } .small.g { fill: #d55e00; stroke: #5c2800; }
.reference { stroke-width: 5; } .whisker { stroke: #1b1d21; stroke-width: 2; }
.trained { stroke: #1b1d21; stroke-width: 2; } .trained.i { fill: #ffffff; }
.trained.g { fill: #d55e00; }
)css";

constexpr double kLegendColumn = 330, kLegendRow = 25, kLeft = 64;

const char* letter(Kind kind) { return kind == Kind::intended ? "i" : "g"; }

// A circle for what is intended, a square for gaming.
std::string mark(const char* style, Kind kind, double x, double y, double radius) {
  if (kind == Kind::intended)
    return fmt::format(R"(<circle class="{} i" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>)", style, x, y,
                       radius);
  return fmt::format(
      R"(<rect class="{0} g" x="{1:.1f}" y="{2:.1f}" width="{3:.1f}" height="{3:.1f}"/>)", style,
      x - radius, y - radius, 2 * radius);
}

std::string text(const char* style, double x, double y, const std::string& words) {
  return fmt::format(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)", style, x, y,
                     escape(words));
}

std::string straight(const std::string& style, double x1, double x2, double y1, double y2) {
  return fmt::format(R"(<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)", style,
                     x1, x2, y1, y2);
}

std::vector<TiltAnswer> by_beta(std::vector<TiltAnswer> tilts) {
  std::stable_sort(tilts.begin(), tilts.end(),
                   [](const TiltAnswer& a, const TiltAnswer& b) { return a.beta < b.beta; });
  return tilts;
}

Points curve_of(const Plot& plot, const std::vector<TiltAnswer>& tilts, Kind kind) {
  Points line;
  for (const TiltAnswer& tilted : tilts)
    line.emplace_back(plot.x(tilted.beta), plot.y(tilted.score.of(kind)));
  return line;
}

// Both kinds' shares over beta, of policy and device, and the reference's at the edge. A dozen
// marks a line; those of the kinds take turns, so that lines on one another can be told apart.
void draw_curves(Plot& plot, const ExactAnswers& answers, const std::vector<TiltAnswer>& soft,
                 const std::vector<TiltAnswer>& device) {
  constexpr double kApart = 12;  // px, of ends that are no longer one
  std::vector<Plot::EndLabel> ends;
  std::string marks;
  const std::size_t stride = std::max<std::size_t>(1, soft.size() / 12);
  for (const Kind kind : {Kind::intended, Kind::gaming}) {
    const std::string name = engine::to_string(kind);
    const Points policy = curve_of(plot, soft, kind), pump = curve_of(plot, device, kind);
    const double reference = plot.y(answers.reference.of(kind));
    plot.add(straight(fmt::format("reference {}", letter(kind)), plot.right_edge() - 14,
                      plot.right_edge() + 6, reference, reference));
    for (const auto& [who, line] : {std::pair("policy", &policy), std::pair("device", &pump)})
      plot.add(fmt::format(R"(<polyline class="line {} {}" points="{}"/>)", who, letter(kind),
                           polyline_points(*line)));
    for (std::size_t i = kind == Kind::intended ? 0 : stride / 2; i < policy.size(); i += stride)
      marks += mark("small", kind, policy[i].first, policy[i].second, 3.4);
    ends.push_back({policy.back().second, name, letter(kind)});
    if (std::abs(policy.back().second - pump.back().second) > kApart)
      ends.push_back({pump.back().second, name + ", device", letter(kind)});
  }
  plot.add(marks);
  plot.end_labels(ends);
}

void draw_trained(Plot& plot, const TrainedPoint& point, Kind kind, double shift) {
  const SeedsShare& share = kind == Kind::intended ? point.intended : point.gaming;
  const double x = plot.x(point.beta) + shift;
  const double low = plot.y(share.interval.low), high = plot.y(share.interval.high);
  plot.add(
      fmt::format("<g><title>{}</title>",
                  escape(fmt::format("{}, beta {:g}, {} seeds: {} {:.4f} [{:.4f}, {:.4f}]",
                                     point.arm, point.beta, point.seeds, engine::to_string(kind),
                                     share.mean, share.interval.low, share.interval.high))));
  plot.add(straight("whisker", x, x, low, high));
  for (const double end : {low, high}) plot.add(straight("whisker", x - 5, x + 5, end, end));
  plot.add(mark("trained", kind, x, plot.y(share.mean), kind == Kind::intended ? 6.5 : 5.8));
  plot.add("</g>");
}

std::vector<std::pair<double, std::string>> beta_ticks(double low, double high) {
  const bool decades = high / low > 31;
  std::vector<std::pair<double, std::string>> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high * 1.0001;
       power *= 10)
    for (const double factor : {1., 2., 5.}) {
      const double value = factor * power;
      if (value >= low * .9999 && value <= high * 1.0001 && (factor == 1 || !decades))
        ticks.emplace_back(value, fmt::format("{:.4g}", value));
    }
  return ticks;
}

void draw_legend(Plot& plot, const ExactAnswers& answers, double top) {
  int place = 0;
  const auto entry = [&](const std::string& words, auto&& sample) {
    const double x = kLeft + kLegendColumn * (place % 2);
    const double y = top + kLegendRow * static_cast<double>(place / 2);
    place++;
    sample(x, y - 5);
    plot.add(text("note", x + 54, y, words));
  };
  for (const Kind kind : {Kind::intended, Kind::gaming})
    entry(std::string(engine::to_string(kind)) + " episodes", [&](double x, double y) {
      plot.add(straight(fmt::format("policy {}", letter(kind)), x, x + 44, y, y));
      plot.add(mark("small", kind, x + 22, y, 3.4));
    });
  entry("soft-optimal policy: tilts choices",
        [&](double x, double y) { plot.add(straight("policy plain", x, x + 44, y, y)); });
  entry("device: tilts chance too",
        [&](double x, double y) { plot.add(straight("device plain", x, x + 44, y, y)); });
  // A folder's name is long, and no name.
  const std::string& reference = answers.question.reference;
  entry(
      "the reference itself: " + (reference.starts_with("leash:") ? "a trial's leash" : reference),
      [&](double x, double y) { plot.add(straight("reference plain", x + 10, x + 34, y, y)); });
  if (!answers.trained) return;
  entry("trained, mean over seeds, 95 %", [&](double x, double y) {
    for (const Kind kind : {Kind::intended, Kind::gaming}) {
      const double at = x + (kind == Kind::intended ? 12 : 32);
      plot.add(straight("whisker", at, at, y - 13, y + 13));
      plot.add(mark("trained", kind, at, y, kind == Kind::intended ? 6.5 : 5.8));
    }
  });
}

void draw_axis(Plot& plot, const std::vector<TiltAnswer>& soft) {
  const double base = plot.y(0);
  for (const auto& [value, words] : beta_ticks(soft.front().beta, soft.back().beta)) {
    plot.add(straight("axis", plot.x(value), plot.x(value), base, base + 5));
    plot.add(
        fmt::format(R"(<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                    plot.x(value), base + 21, words));
  }
  plot.add(
      fmt::format(R"(<text class="label" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                  (kLeft + plot.right_edge()) / 2, base + 44,
                  "beta, reward a nat from the reference costs (log scale)"));
}

// From the least beta to the largest, and some more where there is but one.
Plot frame_of(const std::vector<TiltAnswer>& tilts, const Plot::Frame& frame) {
  double low = tilts.front().beta, high = tilts.back().beta;
  if (high < low * 1.01) low /= 3, high *= 3;
  return {frame, low, high, Plot::Scale::logarithmic};
}

}  // namespace

std::vector<double> plot_betas() {
  std::vector<double> betas;
  for (int i = 0; i <= 24; i++) {
    const double beta = std::pow(10, -2 + i / 8.);
    const double grain = std::pow(10, std::floor(std::log10(beta)) - 2);
    betas.push_back(std::round(beta / grain) * grain);  // three digits, to be read in a table
  }
  return betas;
}

std::string to_svg(const ExactAnswers& answers) {
  ENSURE(!answers.soft.empty(), "no beta");
  const std::vector<TiltAnswer> soft = by_beta(answers.soft), device = by_beta(answers.device);
  const Plot::Frame frame{
      .width = 900, .height = 590, .left = kLeft, .right = 170, .top = 92, .bottom = 158};
  Plot plot = frame_of(soft, frame);
  plot.add(text("title", 20, 32, fmt::format("{}, wish {}", answers.environment, answers.wish)));
  plot.add(text(
      "soft", 20, 56,
      fmt::format("What a leash of each strength allows, exactly ({} states)", answers.states)));
  plot.add(text("soft note", 20, 78, "share of episodes"));
  plot.share_axis();
  draw_axis(plot, soft);
  draw_curves(plot, answers, soft, device);
  if (answers.trained)
    for (const TrainedPoint& point : answers.trained->points) {
      draw_trained(plot, point, Kind::intended, -3.5);
      draw_trained(plot, point, Kind::gaming, 3.5);
    }
  draw_legend(plot, answers, plot.y(0) + 82);
  return plot.file(fmt::format("Shares of intended and gaming episodes over beta: {}, wish {}",
                               answers.environment, answers.wish),
                   kStyle);
}

}  // namespace pump::harness
