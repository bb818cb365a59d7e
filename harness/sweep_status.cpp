#include "harness/sweep_status.hpp"

#include <fmt/format.h>

#include "harness/folder_lock.hpp"
#include "harness/store.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

void count(TrialCounts& counts, const StoredTrial& trial, bool at_work) {
  counts.planned++;
  counts.ok += trial.status == "ok";
  counts.diverged += trial.status == "diverged";
  counts.errors += trial.status == "error";
  counts.running += at_work && trial.worker;
}

// "3 of 5 done, 1 diverged, 1 error, 2 running, 2 left": what is 0 is not said, but for the left.
std::string counts_text(const TrialCounts& counts) {
  std::string text = fmt::format("{} of {} done", counts.done(), counts.planned);
  if (counts.diverged > 0) text += fmt::format(", {} of them diverged", counts.diverged);
  if (counts.errors > 0)
    text += fmt::format(", {} error{}", counts.errors, counts.errors > 1 ? "s" : "");
  if (counts.running > 0) text += fmt::format(", {} running", counts.running);
  return text + fmt::format(", {} left", counts.left());
}

Json counts_json(const TrialCounts& counts) {
  return {{"planned", counts.planned},   {"done", counts.done()},   {"ok", counts.ok},
          {"diverged", counts.diverged}, {"errors", counts.errors}, {"running", counts.running},
          {"left", counts.left()}};
}

}  // namespace

SweepStatus read_status(const std::filesystem::path& directory) {
  const StoredSweep sweep = Store(directory).stored(false);
  SweepStatus status;
  status.title = sweep.title;
  status.at_work = is_locked(directory);
  status.slurm = std::filesystem::exists(directory / "slurm");
  for (const StoredTrial& trial : sweep.trials) {
    status.blocks.resize(std::max(status.blocks.size(), static_cast<std::size_t>(trial.block) + 1));
    count(status.all, trial, status.at_work);
    count(status.blocks[static_cast<std::size_t>(trial.block)], trial, status.at_work);
    if (trial.status == "error") status.errors[trial.message]++;
    if (trial.effort) status.deaths += trial.effort->deaths;
    if (!trial.done()) continue;
    status.builds[trial.build ? to_text(*trial.build) : "unknown"]++;
    if (!trial.effort) continue;
    status.timed++;
    status.seconds += trial.effort->seconds;
  }
  return status;
}

std::string to_text(const SweepStatus& status) {
  std::string out = fmt::format("{}\n{}; {}\n", status.title, counts_text(status.all),
                                status.at_work ? "a process is at work"
                                : status.slurm ? "squeue says whether tasks of Slurm are at work"
                                               : "nobody is at work");
  for (std::size_t b = 0; b < status.blocks.size(); b++)
    out += fmt::format("  block {}: {}\n", b, counts_text(status.blocks[b]));
  for (const auto& [message, trials] : status.errors)
    out += fmt::format("error of {}: {}\n", trials, message);
  if (status.timed > 0)
    out += fmt::format("took: {:.2f} s a trial, mean of {}\n", status.seconds / status.timed,
                       status.timed);
  if (status.deaths > 0) out += fmt::format("workers that died: {}\n", status.deaths);
  if (status.builds.size() > 1) out += "results of several builds are mixed:\n";
  for (const auto& [build, trials] : status.builds)
    out += fmt::format("build of {}: {}\n", trials, build);
  return out;
}

Json to_json(const SweepStatus& status) {
  Json json = counts_json(status.all);
  json["title"] = status.title;
  json["at_work"] = status.at_work;
  json["slurm"] = status.slurm;
  json["blocks"] = Json::array();
  for (const TrialCounts& block : status.blocks) json["blocks"].push_back(counts_json(block));
  json["error_messages"] = status.errors;
  json["seconds"] = {{"trials", status.timed}, {"total", status.seconds}};
  json["worker_deaths"] = status.deaths;
  json["builds"] = status.builds;
  json["mixed_builds"] = status.builds.size() > 1;
  return json;
}

}  // namespace pump::harness
