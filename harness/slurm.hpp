#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/sweep.hpp"

// A sweep as array jobs of a Slurm cluster that is there already.
namespace pump::harness {

struct SlurmOptions {
  std::vector<std::string> sbatch;  // options handed on, "--partition=short" for instance
  int tasks_at_once = 64;           // of an array that may run at the same time
  int trials_a_task = 0;            // 0: as many as make an array of at most 1,000 tasks
  double poll_seconds = 5;          // between looks at the queue
};

// As run_sweep, whose options it takes; jobs and time_limit are Slurm's own business. DIR, the
// executable and configs/ lie where every node sees them. A task of an array is a worker
// (run_worker) whose orders and answers are files: DIR/slurm/ROUND/TASK.orders, and TASK.answers,
// which it alone writes, as it alone writes its trials' folders. Only this process writes
// results.sqlite, and no file is locked: one coordinator at a time. Tasks that fail, are killed or
// run out of time leave trials, which the next array goes on with from their checkpoints, options.
// retries times; but on another kind of CPU a trial begins anew, as its bytes would be others.
// Interrupted, it cancels its arrays; killed, it leaves them, and the next call waits for them
// before it submits what they leave. pump::Error where Slurm's commands cannot be run or refuse the
// job.
int run_sweep_on_slurm(const SweepSpec& sweep, const std::filesystem::path& directory,
                       const SweepOptions& options, const SlurmOptions& slurm);

}  // namespace pump::harness
