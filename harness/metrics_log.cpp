#include "harness/metrics_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "harness/event_file.hpp"
#include "harness/files.hpp"

namespace pump::harness {
namespace {

constexpr const char* kEvaluation = "evaluation";
constexpr const char* kTraining = "training";
constexpr const char* kDrawing = "drawing";  // of yardsticks

// What each is, with its unit: docs/metrics.md.
constexpr std::array kColumns = {
    MetricColumn{"proxy_return", kEvaluation},
    MetricColumn{"true_utility", kEvaluation},
    MetricColumn{"uhr", kEvaluation},
    MetricColumn{"intended", kEvaluation},
    MetricColumn{"length", kEvaluation},
    MetricColumn{"entropy", kTraining},
    MetricColumn{"kl_to_reference", kTraining},
    MetricColumn{"kl_coef", kTraining},
    MetricColumn{"occupancy_kl", kTraining},
    MetricColumn{"outcome_kl", kTraining},
    MetricColumn{"outcome_change", kTraining},

    MetricColumn{"policy_loss", kTraining},
    MetricColumn{"value_loss", kTraining},
    MetricColumn{"explained_variance", kTraining},
    MetricColumn{"approx_kl", kTraining},
    MetricColumn{"clip_fraction", kTraining},
    MetricColumn{"grad_norm", kTraining},
    MetricColumn{"policy_grad_norm", kTraining},
    MetricColumn{"step_fraction", kTraining},
    MetricColumn{"penalty_coef", kTraining},
    MetricColumn{"learning_rate", kTraining},
    MetricColumn{"episodes", kTraining},
    MetricColumn{"choice_kl", kDrawing},
    MetricColumn{"choice_kl_bound", kDrawing},
};

}  // namespace

std::span<const MetricColumn> metric_columns() { return kColumns; }

MetricsLog::MetricsLog(std::filesystem::path directory)
    : directory_(std::move(directory)), csv_("steps"), events_(event_file_header()) {
  for (const MetricColumn& column : kColumns) csv_ += fmt::format(",{}", column.name);
  csv_ += '\n';
}

void MetricsLog::open() const {
  write_text(csv_file(), csv_);
  write_text(events_file(), events_);
}

void MetricsLog::add(std::uint64_t steps, const std::map<std::string, double>& values) {
  for (const auto& [name, value] : values)
    ENSURE(std::any_of(kColumns.begin(), kColumns.end(),
                       [&name = name](const MetricColumn& column) { return column.name == name; }),
           "no column for the metric {}", name);
  std::string row = std::to_string(steps);
  std::vector<std::pair<std::string, double>> scalars;
  for (const MetricColumn& column : kColumns) {
    const auto value = values.find(column.name);
    row += ',';
    if (value == values.end()) continue;
    row += fmt::format("{}", value->second);
    scalars.emplace_back(fmt::format("{}/{}", column.group, column.name), value->second);
  }
  row += '\n';
  const std::string event =
      scalars_record(static_cast<std::int64_t>(steps), static_cast<double>(steps), scalars);
  append_text(csv_file(), row);
  append_text(events_file(), event);
  csv_ += row;
  events_ += event;
}

void MetricsLog::save(agents::ByteWriter& out) const {
  out.array(std::span<const char>(csv_));
  out.array(std::span<const char>(events_));
}

void MetricsLog::load(agents::ByteReader& in) {
  for (std::string* text : {&csv_, &events_}) {
    const auto read = in.array<char>();
    text->assign(read.begin(), read.end());
  }
}

}  // namespace pump::harness
