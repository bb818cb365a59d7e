#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "agents/bytes.hpp"

namespace pump::harness {

// A number that a trial reports at every checkpoint. The same columns in every trial, whatever its
// objective: what one does not measure is an empty cell.
struct MetricColumn {
  const char* name;
  const char* group;  // TensorBoard's, before the slash
};
std::span<const MetricColumn> metric_columns();

// metrics.csv (`steps`, then the columns) and TensorBoard's event file of a trial, a row a
// checkpoint, as it goes. In the latter a step takes a second: with clocks, equal trials would not
// have equal bytes.
class MetricsLog {
 public:
  explicit MetricsLog(std::filesystem::path directory);
  // Writes both files as far as they are; before the first add.
  void open() const;
  // ENSUREs that every value has a column. NaN is a value.
  void add(std::uint64_t steps, const std::map<std::string, double>& values);

  void save(agents::ByteWriter& out) const;
  void load(agents::ByteReader& in);

 private:
  std::filesystem::path csv_file() const { return directory_ / "metrics.csv"; }
  // TensorBoard looks for the word in the middle; the rest is usually a time and a host.
  std::filesystem::path events_file() const { return directory_ / "events.out.tfevents.0.pump"; }

  std::filesystem::path directory_;
  std::string csv_, events_;
};

}  // namespace pump::harness
