#include "harness/report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "harness/report/matrix.hpp"
#include "harness/report/svg.hpp"

namespace pump::harness {
namespace {

constexpr double kEndLabelRoom = 104;  // px, right of a plot
constexpr int kShades = 4;             // of one kind's colour
constexpr double kInLegend = .01;      // share an outcome must reach somewhere
constexpr int kDashes = 4;             // dash patterns; as many colours

std::string shortened(const std::string& name, std::size_t letters) {
  // Bytes that continue a letter are not cut from it.
  if (name.size() <= letters) return name;
  std::size_t end = letters - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) >> 6) == 2) --end;
  return name.substr(0, end) + "\u2026";
}

// Points of one arm along the axis.
struct Series {
  std::size_t arm;
  std::vector<std::pair<double, Share>> points;
};

std::vector<Series> axis_series(const Study& study, const Report& report, bool if_competent) {
  std::vector<Series> all;
  for (std::size_t arm = 0; arm < report.arms.size(); ++arm) {
    if (!report.arms[arm].charted) continue;
    Series series{arm, {}};
    for (const std::size_t i : study.curve) {
      const Setting& setting = study.settings[i];
      const Row* row = find_row(setting, arm);
      if (row == nullptr) continue;
      const Share& share = if_competent ? row->gamed_if_competent : row->gamed;
      if (share.total > 0)
        series.points.emplace_back(std::stod(setting.varying.at(study.axis)), share);
    }
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  return all;
}

// Corners of a step curve of 1 - survival (or of a bound of it).
template <class Value>
Points step_curve(const Plot& plot, const Clock& clock, double horizon, Value value) {
  Points points = {{plot.x(0), plot.y(0)}};
  double level = 0;
  for (const SurvivalStep& step : clock.curve) {
    points.emplace_back(plot.x(step.time), plot.y(level));
    level = value(step);
    points.emplace_back(plot.x(step.time), plot.y(level));
  }
  points.emplace_back(plot.x(horizon), plot.y(level));
  return points;
}

std::string band(const Plot& plot, const Clock& clock, double horizon, std::size_t arm) {
  Points outline =
      step_curve(plot, clock, horizon, [](const SurvivalStep& s) { return 1 - s.interval.low; });
  const Points lower =
      step_curve(plot, clock, horizon, [](const SurvivalStep& s) { return 1 - s.interval.high; });
  outline.insert(outline.end(), lower.rbegin(), lower.rend());
  return fmt::format(R"(<polygon class="band {}" points="{}"/>)", arm_class(arm),
                     polyline_points(outline));
}

// A point and its interval from `low` to 1, for a table's cell.
std::string track(double low, const std::optional<Interval>& interval, double value,
                  const std::string& style, const std::string& text) {
  constexpr double kWidth = 190, kHeight = 26, kPad = 8;
  const auto at = [&](double x) { return kPad + (kWidth - 2 * kPad) * (x - low) / (1 - low); };
  std::string body;
  for (const double tick : {low, (low + 1) / 2, 1.0})
    body +=
        fmt::format(R"(<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="3" y2="23"/>)", at(tick));
  body += fmt::format(R"(<line class="grid" x1="{:.1f}" x2="{:.1f}" y1="13" y2="13"/>)", at(low),
                      at(1));
  if (interval)
    body += fmt::format(R"(<rect class="range" x="{:.1f}" y="9" width="{:.1f}" height="8" rx="4"/>)"
                        R"(<circle class="mark" cx="{:.1f}" cy="13" r="5.5"/>)",
                        at(interval->low), std::max(2.0, at(interval->high) - at(interval->low)),
                        at(value));
  return fmt::format(
      R"(<svg class="bar {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>)", style,
      kWidth, kHeight, escape(text), body);
}

// The power of ten below the first discovery, and at least one below the horizon.
double first_decade(const Setting& setting, double horizon) {
  double first = horizon / 10;
  for (const Row& row : setting.rows)
    if (!row.discovery.curve.empty()) first = std::min(first, row.discovery.curve.front().time);
  return std::pow(10, std::floor(std::log10(std::max(first, 1.0))));
}

// How much of the study's training a label took up, over settings, rows and checkpoints.
double presence(const Study& study, std::size_t label) {
  double sum = 0;
  for (const Setting& setting : study.settings)
    for (const Row& row : setting.rows)
      for (const CourseStep& step : row.course) sum += step.outcomes[label];
  return sum;
}

struct Layer {
  std::size_t label;
  int shade;  // 0 is the full colour of the kind, for its commonest label
};

// Outcomes in the order they are stacked: what was meant at the bottom, gaming on top.
std::vector<Layer> layers_of(const Study& study) {
  using engine::Kind;
  std::vector<Layer> layers;
  for (const Kind kind :
       {Kind::intended, Kind::benign_failure, Kind::other, Kind::harm, Kind::gaming}) {
    std::vector<std::pair<double, std::size_t>> members;
    for (std::size_t i = 0; i < study.outcome_kinds.size(); ++i)
      if (study.outcome_kinds[i] == kind) members.emplace_back(-presence(study, i), i);
    std::sort(members.begin(), members.end());
    for (std::size_t i = 0; i < members.size(); ++i)
      layers.push_back({members[i].second, std::min(static_cast<int>(i), kShades - 1)});
  }
  return layers;
}

}  // namespace

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string arm_class(std::size_t arm) { return fmt::format("a{}", arm % (kDashes * kDashes)); }

std::string chart_label(const Report& report, std::size_t arm, std::size_t letters) {
  const std::string& objective = report.arms[arm].objective;
  const auto alike = std::count_if(report.arms.begin(), report.arms.end(), [&](const Arm& other) {
    return other.charted && other.objective == objective;
  });
  return shortened(alike > 1 ? report.arms[arm].name : objective, letters);
}

std::string share_point(const Plot& plot, std::size_t arm, double x, const Share& share,
                        const std::string& title) {
  return fmt::format(
      R"(<g class="{}" data-point="{:.1f} {:.1f}"><title>{}</title><line class="whisker" )"
      R"(x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>{}</g>)",
      arm_class(arm), x, plot.y(share.value()), escape(title), x, x, plot.y(share.plot.low),
      plot.y(share.plot.high), arm_marker(arm, x, plot.y(share.value())));
}

std::string arm_marker(std::size_t arm, double x, double y) {
  switch ((arm + arm / 4) % 4) {  // a colour has each shape once
    case 0:
      return fmt::format(R"(<circle class="mark" cx="{:.1f}" cy="{:.1f}" r="5.5"/>)", x, y);
    case 1:
      return fmt::format(R"(<rect class="mark" x="{:.1f}" y="{:.1f}" width="10" height="10"/>)",
                         x - 5, y - 5);
    case 2:
      return fmt::format(R"(<path class="mark" d="M{:.1f} {:.1f}l6.4 11h-12.8z"/>)", x, y - 7);
    default:
      return fmt::format(R"(<path class="mark" d="M{:.1f} {:.1f}l6.8 6.8l-6.8 6.8l-6.8-6.8z"/>)", x,
                         y - 6.8);
  }
}

std::string interval_bar(const Share& share, const std::string& style) {
  const auto ends = share.total > 0 ? std::optional(share.exact) : std::nullopt;
  return track(0, ends, share.value(), style, share_text(share));
}

std::string change_bar(const Preface::Change& change) {
  const auto& [value, interval] = change.of;
  const char* style = !change.told_apart ? "open" : value < 0 ? "less" : "more";
  return track(
      -1, interval, value, style,
      fmt::format("{:+.0f} [{:+.0f}, {:+.0f}] points{}", 100 * value, 100 * interval.low,
                  100 * interval.high, change.told_apart ? "" : ", not told apart from 0"));
}

std::string seed_strip(const Row& row) {
  static constexpr const char* kStyles[] = {"c-gamed", "c-intended", "c-failed", "c-mixed"};
  std::string cells;
  for (const SeedMark& mark : row.seeds) {
    const std::string word = mark.diverged ? "FAILED (diverged)" : to_string(mark.run_class);
    cells +=
        fmt::format(R"(<i class="{}{}" title="seed {}: {}{}{}">{}</i>)",
                    kStyles[static_cast<int>(mark.run_class)], mark.near_threshold ? " near" : "",
                    mark.seed, word, mark.near_threshold ? ", near a threshold" : "",
                    mark.abandoned ? ", emerged then abandoned" : "",
                    mark.diverged ? "\u00d7" : std::string(1, word[0]));
  }
  return "<span class=\"strip\">" + cells + "</span>";
}

std::string axis_chart(const Study& study, const Report& report, bool if_competent) {
  const std::vector<Series> all = axis_series(study, report, if_competent);
  std::vector<double> values;
  for (const std::size_t i : study.curve)
    values.push_back(std::stod(study.settings[i].varying.at(study.axis)));
  const double low = values.front(), high = values.back();
  const double gap =
      (high - low) / static_cast<double>(std::max<std::size_t>(values.size() - 1, 1));
  Plot::Frame frame;
  frame.right = kEndLabelRoom;
  Plot plot(frame, low - gap * .35, high + gap * .35);
  plot.share_axis();
  std::vector<std::pair<double, std::string>> ticks;
  for (const std::size_t i : study.curve) {
    const std::string& text = study.settings[i].varying.at(study.axis);
    ticks.emplace_back(std::stod(text), text);
  }
  plot.x_axis(plain_words(study.axis), ticks);
  std::vector<Plot::EndLabel> labels;
  std::string marks;
  for (std::size_t k = 0; k < all.size(); ++k) {
    // Side by side, so that intervals do not hide one another.
    const double spread =
        gap * .11 * (static_cast<double>(k) - (static_cast<double>(all.size()) - 1) / 2);
    const auto& [arm, points] = all[k];
    Points line;
    for (const auto& [value, share] : points) {
      const double x = plot.x(value + spread);
      line.emplace_back(x, plot.y(share.value()));
      marks += share_point(plot, arm, x, share,
                           fmt::format("{}, {} {}: {} of {}, Wilson {:.0f} to {:.0f} %",
                                       report.arms[arm].name, study.axis, value, share.count,
                                       share.total, 100 * share.plot.low, 100 * share.plot.high));
    }
    plot.add(fmt::format(R"(<polyline class="line thin {}" points="{}"/>)", arm_class(arm),
                         polyline_points(line)));
    labels.push_back({line.back().second, chart_label(report, arm), arm_class(arm)});
  }
  plot.add(marks);
  plot.end_labels(labels);
  return plot.svg(fmt::format("{} against {}, by objective",
                              if_competent ? "P(gamed | competent)" : "P(gamed)", study.axis));
}

std::string course_chart(const Row& row, const Study& study, const Report& report) {
  Plot::Frame frame;
  if (row.course.empty()) return "";
  Plot plot(frame, 0, row.course.back().steps);
  std::vector<double> base(row.course.size(), 0.0);
  for (const auto& [label, shade] : layers_of(study)) {
    const engine::Kind kind = study.outcome_kinds[label];
    Points upper, lower;
    double most = 0;
    for (std::size_t i = 0; i < row.course.size(); ++i) {
      const double share = row.course[i].outcomes[label];
      most = std::max(most, share);
      lower.emplace_back(plot.x(row.course[i].steps), plot.y(base[i]));
      base[i] += share;
      upper.emplace_back(plot.x(row.course[i].steps), plot.y(base[i]));
    }
    if (most == 0) continue;
    upper.insert(upper.end(), lower.rbegin(), lower.rend());
    plot.add(fmt::format(R"(<polygon class="area {0} s{1}" points="{2}" data-name="{3}"><title>)"
                         R"({3}: {4:.0f} % at the end</title></polygon>)",
                         sign_of(kind).style, shade, polyline_points(upper),
                         escape(plain_words(study.outcome_labels[label])),
                         100 * row.course.back().outcomes[label]));
  }
  plot.share_axis();
  plot.x_axis("environment steps", step_ticks(row.course.back().steps));
  return plot.svg("Outcome shares over training, " + report.arms[row.arm].name);
}

std::string course_legend(const Setting& setting, const Study& study) {
  std::string out = "<ul class=\"legend\">";
  for (const auto& [label, shade] : layers_of(study)) {
    const engine::Kind kind = study.outcome_kinds[label];
    double most = 0;
    for (const Row& row : setting.rows)
      for (const CourseStep& step : row.course) most = std::max(most, step.outcomes[label]);
    if (most < kInLegend) continue;
    out += fmt::format(
        R"(<li><svg viewBox="0 0 16 16" aria-hidden="true"><rect class="area {} s{}" width="16" )"
        R"(height="16" rx="3"/></svg>{} <span class="soft">({} {})</span></li>)",
        sign_of(kind).style, shade, escape(plain_words(study.outcome_labels[label])),
        sign_of(kind).sign, sign_of(kind).words);
  }
  return out + "</ul>\n";
}

std::string clock_chart(const Setting& setting, const Report& report, bool adoption) {
  Plot::Frame frame;
  frame.right = kEndLabelRoom;
  const auto horizon = static_cast<double>(setting.budget_steps);
  // Discovery is early or never, and the log scale shows when; adoption takes a while.
  const double low = adoption ? 0 : first_decade(setting, horizon);
  Plot plot(frame, low, horizon, adoption ? Plot::Scale::linear : Plot::Scale::logarithmic);
  plot.share_axis();
  plot.x_axis(adoption ? "environment steps" : "environment steps, log scale",
              adoption ? step_ticks(horizon) : decade_ticks(low, horizon));
  std::string lines;
  std::vector<Plot::EndLabel> labels;
  for (const Row& row : setting.rows) {
    const Clock& clock = adoption ? row.adoption : row.discovery;
    if (clock.runs == 0 || !report.arms[row.arm].charted) continue;
    plot.add(band(plot, clock, horizon, row.arm));
    const Points line =
        step_curve(plot, clock, horizon, [](const SurvivalStep& s) { return 1 - s.survival; });
    lines += fmt::format(
        R"(<polyline class="line {0}" points="{1}" data-name="{2}"><title>{2}: {3} of {4}</title>)"
        R"(</polyline>)",
        arm_class(row.arm), polyline_points(line), escape(report.arms[row.arm].name), clock.events,
        clock.runs);
    labels.push_back({line.back().second, chart_label(report, row.arm), arm_class(row.arm)});
  }
  plot.add(lines);
  plot.end_labels(labels);
  return plot.svg(adoption ? "Adoption over training" : "Discovery over training");
}

}  // namespace pump::harness
