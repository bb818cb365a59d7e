#pragma once

#include <string>
#include <utility>
#include <vector>

// Axes, lines and labels shared by the page's charts.
namespace pump::harness {

using Points = std::vector<std::pair<double, double>>;

// A plot area inside a viewBox; x and y in data units.
class Plot {
 public:
  struct Frame {
    double width = 540, height = 320;
    double left = 52, right = 20, top = 10, bottom = 52;
  };
  enum class Scale { linear, logarithmic };  // of x; values under x_low are drawn at x_low
  Plot(const Frame& frame, double x_low, double x_high, Scale scale = Scale::linear);

  double x(double value) const;
  double y(double share) const;  // in [0, 1]
  double right_edge() const { return frame_.width - frame_.right; }

  // Horizontal lines at 0, 25, .. 100 %, with labels.
  void share_axis();
  void x_axis(const std::string& title, const std::vector<std::pair<double, std::string>>& ticks);
  void add(const std::string& svg) { body_ += svg; }
  // Labels at the right edge, moved apart so that none overlap. `style` is a CSS class.
  struct EndLabel {
    double y;
    std::string text, style;
  };
  void end_labels(std::vector<EndLabel> labels);
  // The finished picture; `description` is read by screen readers. Its scales are with it, for the
  // page's script.
  std::string svg(const std::string& description) const;
  // The same as a file of its own; `style`: its style sheet, for readers without a page around it.
  std::string file(const std::string& description, const std::string& style) const;

 private:
  Frame frame_;
  double x_low_, x_high_;
  Scale scale_;
  std::string body_;
};

// "x,y x,y ..." in pixels, to a tenth.
std::string polyline_points(const Points& pixels);

// Round steps for a training axis: 0, 100k, ... up to `high`.
std::vector<std::pair<double, std::string>> step_ticks(double high);
// Powers of ten from low to high, and high.
std::vector<std::pair<double, std::string>> decade_ticks(double low, double high);

}  // namespace pump::harness
