#include "harness/report/svg.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/report/charts.hpp"
#include "harness/report/report.hpp"

namespace pump::harness {
namespace {

constexpr double kLabelGap = 17;  // px between end labels

}  // namespace

Plot::Plot(const Frame& frame, double x_low, double x_high, Scale scale)
    : frame_(frame), x_low_(x_low), x_high_(x_high > x_low ? x_high : x_low + 1), scale_(scale) {}

double Plot::x(double value) const {
  const double inner = frame_.width - frame_.left - frame_.right;
  const double fraction = scale_ == Scale::linear
                              ? (value - x_low_) / (x_high_ - x_low_)
                              : std::log(value / x_low_) / std::log(x_high_ / x_low_);
  return frame_.left + inner * std::clamp(value <= x_low_ ? 0.0 : fraction, 0.0, 1.0);
}

double Plot::y(double share) const {
  return frame_.top + (frame_.height - frame_.top - frame_.bottom) * (1 - share);
}

void Plot::share_axis() {
  for (int percent = 0; percent <= 100; percent += 25) {
    const double at = y(percent / 100.0);
    add(fmt::format(R"(<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)",
                    percent == 0 ? "axis" : "grid", frame_.left, right_edge(), at, at));
    add(fmt::format(R"(<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)",
                    frame_.left - 8, at + 4.5,
                    fmt::format("{}{}", percent, percent == 100 ? " %" : "")));
  }
}

void Plot::x_axis(const std::string& title,
                  const std::vector<std::pair<double, std::string>>& ticks) {
  for (const auto& [value, text] : ticks) {
    add(fmt::format(R"(<line class="axis" x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}"/>)",
                    x(value), y(0), y(0) + 5));
    add(fmt::format(R"(<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                    x(value), y(0) + 21, escape(text)));
  }
  add(fmt::format(R"(<text class="label" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                  (frame_.left + right_edge()) / 2, frame_.height - 8, escape(title)));
}

void Plot::end_labels(std::vector<EndLabel> labels) {
  std::stable_sort(labels.begin(), labels.end(),
                   [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i)
    labels[i].y = std::max(labels[i].y, labels[i - 1].y + kLabelGap);
  // Pushed down past the axis: the lowest comes back and pushes the others up.
  double limit = y(0);
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].y = std::min(labels[i].y, limit);
    limit = labels[i].y - kLabelGap;
  }
  for (const EndLabel& label : labels)
    add(fmt::format(R"(<text class="end {}" x="{:.1f}" y="{:.1f}">{}</text>)", label.style,
                    right_edge() + 9, label.y + 4.5, escape(label.text)));
}

std::string Plot::svg(const std::string& description) const {
  return fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}" data-scale="{}" )"
      R"(data-frame="{} {} {} {} {} {}">{}</svg>)"
      "\n",
      frame_.width, frame_.height, escape(description), scale_ == Scale::linear ? "linear" : "log",
      x_low_, x_high_, frame_.left, right_edge(), y(0), y(1), body_);
}

std::string Plot::file(const std::string& description, const std::string& style) const {
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" )"
      R"(viewBox="0 0 {0:.0f} {1:.0f}" role="img"><title>{2}</title><style>{3}</style>)"
      R"(<rect width="{0:.0f}" height="{1:.0f}" fill="#ffffff"/>{4}</svg>)"
      "\n",
      frame_.width, frame_.height, escape(description), style, body_);
}

std::string polyline_points(const Points& pixels) {
  std::string text;
  for (const auto& [x, y] : pixels)
    text += fmt::format("{}{:.1f},{:.1f}", text.empty() ? "" : " ", x, y);
  return text;
}

std::vector<std::pair<double, std::string>> step_ticks(double high) {
  const double rough = std::max(high, 1.0) / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
    if (factor * power <= rough * 1.0001) step = factor * power;
  std::vector<std::pair<double, std::string>> ticks;
  for (int i = 0; i * step <= high * 1.0001; ++i)
    ticks.emplace_back(i * step, steps_text(i * step));
  return ticks;
}

std::vector<std::pair<double, std::string>> decade_ticks(double low, double high) {
  std::vector<std::pair<double, std::string>> ticks;
  for (double value = low; value <= high * 1.0001; value *= 10)
    ticks.emplace_back(value, steps_text(value));
  if (high > 2 * ticks.back().first) ticks.emplace_back(high, steps_text(high));
  return ticks;
}

}  // namespace pump::harness
