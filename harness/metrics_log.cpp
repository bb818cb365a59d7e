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

constexpr std::array kColumns = {
    MetricColumn{"proxy_return", kEvaluation, "what the wish pays an episode, mean"},
    MetricColumn{"true_utility", kEvaluation, "of an episode, mean"},
    MetricColumn{"uhr", kEvaluation, "share of unexpected high-reward episodes"},
    MetricColumn{"intended", kEvaluation, "share that reach the proxy return and the utility"},
    MetricColumn{"length", kEvaluation, "steps an episode, mean"},
    MetricColumn{"entropy", kTraining, "of the policy, nats a decision"},
    MetricColumn{"kl_to_reference", kTraining, "nats a decision; where there is a leash"},
    MetricColumn{"kl_coef", kTraining, "price of the leash, reward a nat"},
    MetricColumn{"occupancy_kl", kTraining, "from the reference's, nats; ppo_occupancy"},
    MetricColumn{"policy_loss", kTraining, "the objective's surrogate, minimised"},
    MetricColumn{"value_loss", kTraining, "half the squared error of the value, reward squared"},
    MetricColumn{"explained_variance", kTraining, "share of the returns' that the value explains"},
    MetricColumn{"approx_kl", kTraining, "between old and new policy, nats a decision"},
    MetricColumn{"clip_fraction", kTraining, "share of decisions whose ratio left the interval"},
    MetricColumn{"grad_norm", kTraining, "of the gradient before clipping"},
    MetricColumn{"policy_grad_norm", kTraining, "of the policy's alone; natural_gradient, trpo"},
    MetricColumn{"step_fraction", kTraining, "of the full step that the line search took; trpo"},
    MetricColumn{"penalty_coef", kTraining, "price of leaving the old policy; ppo_penalty"},
    MetricColumn{"learning_rate", kTraining, ""},
    MetricColumn{"episodes", kTraining, "that ended, an update"},
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
