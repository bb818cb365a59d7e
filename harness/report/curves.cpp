#include "harness/report/curves.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "engine/parameters.hpp"
#include "harness/report/arms.hpp"
#include "harness/report/charts.hpp"
#include "harness/report/svg.hpp"

namespace pump::harness {
namespace {

constexpr double kEndLabelRoom = 118;   // px, right of a plot
constexpr std::size_t kMostLabels = 8;  // of points; more would hide one another

// Rows of one objective in order of beta, all else alike.
struct Leash {
  std::vector<const Row*> rows;
};

std::vector<Leash> leashes_of(const Setting& setting, const Report& report) {
  std::vector<Leash> leashes;
  for (const Row& row : setting.rows) {
    const Arm& arm = report.arms[row.arm];
    if (arm.beta <= 0 || row.runs == 0 || row.course.empty()) continue;
    auto found = std::find_if(leashes.begin(), leashes.end(), [&](const Leash& leash) {
      return same_but_beta(report.arms[leash.rows.front()->arm], arm);
    });
    if (found == leashes.end()) found = leashes.insert(leashes.end(), Leash{});
    found->rows.push_back(&row);
  }
  std::erase_if(leashes, [](const Leash& leash) { return leash.rows.size() < 2; });
  for (Leash& leash : leashes)
    std::stable_sort(leash.rows.begin(), leash.rows.end(), [&](const Row* a, const Row* b) {
      return report.arms[a->arm].beta < report.arms[b->arm].beta;
    });
  return leashes;
}

std::string point(const Plot& plot, std::size_t style, double x, double share,
                  const std::string& title, const std::string& whisker) {
  return fmt::format(R"(<g class="a{}" data-point="{:.1f} {:.1f}"><title>{}</title>{}{}</g>)",
                     style % 16, x, plot.y(share), escape(title), whisker,
                     arm_marker(style, x, plot.y(share)));
}

std::string whisker_of(const Plot& plot, double x, const Interval& interval) {
  return fmt::format(
      R"(<line class="whisker" x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}"/>)", x,
      plot.y(interval.low), plot.y(interval.high));
}

// What a chart shows of a row.
struct Reading {
  double x = 0, share = 0;
  std::string words;
  std::optional<Interval> whisker;
};

Reading reading_of(const Row& row, const Study& study, const Report& report, BetaChart what) {
  Reading reading{report.arms[row.arm].beta, 0, {}, {}};
  const auto of_runs = [&](const Share& share, const char* which) {
    if (share.total == 0) reading.x = 0;  // there is none
    reading.share = share.total == 0 ? 0 : share.value();
    reading.words = fmt::format("{} {}runs gamed", count_text(share), which);
    reading.whisker = share.plot;
  };
  const auto of_episodes = [&](const std::vector<double>& shares) {
    const SeedsShare share = share_over_seeds(shares, row.fewest_episodes);
    reading.share = share.mean;
    reading.whisker = share.interval;
  };
  if (what == BetaChart::runs) {
    of_runs(row.gamed, "");
  } else if (what == BetaChart::runs_if_competent) {
    of_runs(row.gamed_if_competent, "competent ");
  } else if (what == BetaChart::episodes) {
    of_episodes(row.run_uhr);
    reading.words = fmt::format("{:.0f} % of episodes UHR", 100 * reading.share);
  } else {
    std::vector<double> gaming;
    for (const std::vector<double>& outcomes : row.run_outcomes) {
      double& share = gaming.emplace_back(0);
      for (std::size_t i = 0; i < outcomes.size(); ++i)
        if (study.outcome_kinds[i] == engine::Kind::gaming) share += outcomes[i];
    }
    of_episodes(gaming);
    reading.x = row.final_kl;
    reading.words = fmt::format("{:.0f} % of episodes end in gaming, {:.3g} nats an episode",
                                100 * reading.share, reading.x);
  }
  return reading;
}

void add_leash(Plot& plot, const Leash& leash, const Study& study, const Report& report,
               BetaChart what, std::vector<Plot::EndLabel>& labels) {
  const std::size_t style = leash.rows.front()->arm;
  std::vector<Points> lines(1);  // broken where a price has no point
  std::string marks;
  for (const Row* row : leash.rows) {
    const Reading reading = reading_of(*row, study, report, what);
    if (!(reading.x > 0)) {  // no run counts, no nats were counted, or no number came of them
      if (!lines.back().empty()) lines.emplace_back();
      continue;
    }
    const double x = plot.x(reading.x);
    lines.back().emplace_back(x, plot.y(reading.share));
    marks += point(plot, style, x, reading.share,
                   fmt::format("{}: {}", report.arms[row->arm].name, reading.words),
                   reading.whisker ? whisker_of(plot, x, *reading.whisker) : "");
  }
  std::erase_if(lines, &Points::empty);
  if (lines.empty()) return;
  for (const Points& line : lines)
    plot.add(fmt::format(R"(<polyline class="line thin {}" points="{}"/>)", arm_class(style),
                         polyline_points(line)));
  plot.add(marks);
  labels.push_back({lines.back().back().second, report.arms[style].objective, arm_class(style)});
}

std::string beta_chart_name(BetaChart what) {
  if (what == BetaChart::runs) return "P(gamed) over beta";
  if (what == BetaChart::runs_if_competent) return "P(gamed | competent) over beta";
  if (what == BetaChart::episodes) return "UHR episodes at the end, over beta";
  return "Episodes that end in gaming, over nats from the reference";
}

// Wide enough for their text to stand side by side.
std::vector<std::pair<double, std::string>> ticks_apart(const Plot& plot,
                                                        const std::vector<double>& values) {
  std::vector<std::pair<double, std::string>> ticks;
  for (const double value : values)
    if (ticks.empty() || plot.x(value) - plot.x(ticks.back().first) > 38)
      ticks.emplace_back(value, engine::format_number(value));
  return ticks;
}

std::vector<double> decades(double low, double high) {
  std::vector<double> values;
  for (int power = static_cast<int>(std::ceil(std::log10(low))); std::pow(10, power) <= high;
       ++power)
    values.push_back(std::pow(10, power));
  return values;
}

}  // namespace

bool is_of_headline(const ExactCurve& curve, const Study& study) {
  std::map<std::string, std::string> parameters = study.fixed;
  const auto& varying = study.settings[study.headline].varying;
  parameters.insert(varying.begin(), varying.end());
  return curve.environment == study.environment && curve.wish == study.wish &&
         curve.parameters == parameters;
}

std::string beta_chart(const Study& study, const Report& report, BetaChart what) {
  const std::vector<Leash> leashes = leashes_of(study.settings[study.headline], report);
  std::vector<double> values;
  for (const Leash& leash : leashes)
    for (const Row* row : leash.rows)
      if (const double x = reading_of(*row, study, report, what).x; x > 0) values.push_back(x);
  if (values.empty()) return "";
  std::vector<Points> exact;  // in data units
  for (const ExactCurve& curve : report.exact)
    if ((what == BetaChart::episodes || what == BetaChart::nats) && is_of_headline(curve, study))
      exact.push_back(what == BetaChart::nats ? curve.frontier : curve.points);
  // A frontier is drawn whole; a curve over beta where there are runs.
  if (what == BetaChart::nats)
    for (const Points& curve : exact)
      for (const auto& [nats, share] : curve) values.push_back(nats);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const double low = values.front() / 1.3, high = values.back() * 1.3;
  Plot::Frame frame;
  frame.right = kEndLabelRoom;
  Plot plot(frame, low, high, Plot::Scale::logarithmic);
  plot.share_axis();
  if (what == BetaChart::nats)
    plot.x_axis("nats an episode, log scale", ticks_apart(plot, decades(low, high)));
  else
    plot.x_axis("\u03b2, log scale", ticks_apart(plot, values));
  std::vector<Plot::EndLabel> labels;
  for (const Points& curve : exact) {
    Points line;
    for (const auto& [x, share] : curve)
      if (x >= low && x <= high) line.emplace_back(plot.x(x), plot.y(share));
    if (line.empty()) continue;
    plot.add(fmt::format(R"(<polyline class="exact" points="{}"/>)", polyline_points(line)));
    labels.push_back({line.back().second, "exact", ""});
  }
  for (const Leash& leash : leashes) add_leash(plot, leash, study, report, what, labels);
  plot.end_labels(labels);
  return plot.svg(beta_chart_name(what));
}

namespace {

// Numbers round enough for an axis, from low to high.
std::vector<double> round_numbers(double low, double high) {
  const double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= rough) step = factor * power;
  std::vector<double> numbers;
  for (double i = std::ceil(low / step); i * step <= high; ++i) numbers.push_back(i * step);
  return numbers;
}

Interval range_of(const Setting& setting, std::optional<Score> Row::*score) {
  Interval range{INFINITY, -INFINITY};
  for (const Row& row : setting.rows)
    if (row.*score) {
      range.low = std::min(range.low, (row.*score)->interval.low);
      range.high = std::max(range.high, (row.*score)->interval.high);
    }
  const double room = std::max(.06 * (range.high - range.low), 1e-3);
  return {range.low - room, range.high + room};
}

}  // namespace

std::string scores_chart(const Study& study, const Report& report) {
  const Setting& setting = study.settings[study.headline];
  const Interval proxy = range_of(setting, &Row::proxy_return);
  const Interval truth = range_of(setting, &Row::true_utility);
  if (!std::isfinite(proxy.low) || !std::isfinite(truth.low)) return "";
  Plot::Frame frame;
  frame.left = 64;
  frame.right = kEndLabelRoom;
  Plot plot(frame, proxy.low, proxy.high);
  std::vector<Plot::EndLabel> labels;
  const auto y = [&](double value) { return (value - truth.low) / (truth.high - truth.low); };
  for (const double value : round_numbers(truth.low, truth.high))
    plot.add(
        fmt::format(R"(<line class="grid" x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}"/>)"
                    R"(<text class="tick" x="{3:.1f}" y="{4:.1f}" text-anchor="end">{5}</text>)",
                    frame.left, plot.right_edge(), plot.y(y(value)), frame.left - 8,
                    plot.y(y(value)) + 4.5, fmt::format("{:.6g}", value)));
  std::vector<std::pair<double, std::string>> ticks;
  for (const double value : round_numbers(proxy.low, proxy.high))
    ticks.emplace_back(value, fmt::format("{:.6g}", value));
  plot.x_axis("proxy return", ticks);
  for (const Row& row : setting.rows) {
    if (!row.proxy_return || !row.true_utility || !report.arms[row.arm].charted) continue;
    const Score &p = *row.proxy_return, &u = *row.true_utility;
    const double at = plot.x(p.iqm);
    const std::string across = fmt::format(
        R"(<line class="whisker" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)",
        plot.x(p.interval.low), plot.x(p.interval.high), plot.y(y(u.iqm)), plot.y(y(u.iqm)));
    plot.add(point(plot, row.arm, at, y(u.iqm),
                   fmt::format("{}: proxy return {:.2f}, true utility {:.2f}",
                               report.arms[row.arm].name, p.iqm, u.iqm),
                   across + whisker_of(plot, at, {y(u.interval.low), y(u.interval.high)})));
    labels.push_back(
        {plot.y(y(u.iqm)), report.arms[row.arm].objective, fmt::format("a{}", row.arm % 16)});
  }
  if (labels.size() <= kMostLabels) plot.end_labels(labels);
  return plot.svg("True utility against proxy return, by objective");
}

ExactCurve read_exact_curve(const std::string& text, const std::string& file) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    ExactCurve curve{json.at("environment"), json.at("wish"), json.at("parameters"), {}, {}};
    for (const auto& tilt : json.at("soft_optimal")) {
      const auto& share = tilt.at("score").at("uhr");
      if (!share.is_null()) curve.points.emplace_back(tilt.at("beta"), share);
    }
    std::sort(curve.points.begin(), curve.points.end());
    if (const auto frontier = json.find("frontier"); frontier != json.end() && !frontier->is_null())
      for (const auto& most : frontier->at("most_gaming"))
        curve.frontier.emplace_back(most.at("budget"), most.at("gaming"));
    return curve;
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: expected what pump exact --json prints, got something else: {}",
                            file, error.what()));
  }
}

}  // namespace pump::harness
