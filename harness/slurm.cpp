#include "harness/slurm.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/ensure.hpp"
#include "engine/environment.hpp"
#include "engine/error.hpp"
#include "harness/build_info.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"
#include "harness/folder_lock.hpp"
#include "harness/progress.hpp"
#include "harness/slurm_commands.hpp"
#include "harness/store.hpp"
#include "harness/trial.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMostTasks = 1000;  // of an array; Slurm's own limit is 1,001 unless set

// ---- Rounds: arrays that were submitted --------------------------------------------------------

struct Task {
  std::vector<std::size_t> trials;        // positions in the sweep, in the order of its orders
  std::size_t next = 0;                   // of those, that it is at
  std::vector<std::size_t> stopped = {};  // that it was told to leave
  std::size_t read = 0;                   // bytes of its answers
  bool ended = false;                     // it said that it leaves the rest, as it was told to
  bool seen = false;                      // it was in the queue, of this coordinator
  bool gone = false;                      // it was not in the queue when last looked
  bool over = false;                      // and what it left has been handed on
};
struct Round {
  fs::path folder;
  bool adopted = false;  // another coordinator submitted it
  std::string job;
  std::vector<Task> tasks;
  bool over() const { return std::ranges::all_of(tasks, &Task::over); }
};

class Coordinator {
 public:
  Coordinator(const SweepSpec& sweep, const fs::path& directory, const SweepOptions& options,
              const SlurmOptions& slurm)
      : sweep_(sweep),
        directory_(fs::absolute(directory)),
        options_(options),
        slurm_(slurm),
        store_(directory, sweep, options.command, options.mix_builds, Locking::none),
        done_(store_.finished()),
        attempts_(sweep.trials.size()) {
    for (std::size_t i = 0; i < sweep.trials.size(); i++) positions_[trial_id(sweep.trials[i])] = i;
  }

  int run() {
    adopt();
    for (;;) {
      look();
      submit();
      if (unpublished_) publish(false);
      display_.show(text(), news_ && !display_.redraws());
      news_ = false;
      if (std::ranges::all_of(rounds_, &Round::over)) break;
      for (double slept = 0; slept < slurm_.poll_seconds && !interrupted(); slept += .05)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (interrupted()) cancel();
    }
    publish(true);
    display_.finish(text());
    return errors_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  fs::path rounds_folder() const { return directory_ / "slurm"; }

  // Arrays that a coordinator before this one submitted, and may not have seen the end of.
  void adopt() {
    for (int number = 0; fs::exists(rounds_folder() / std::to_string(number)); number++) {
      Round round{rounds_folder() / std::to_string(number), true, "", {}};
      next_round_ = number + 1;
      if (fs::exists(round.folder / "job"))
        round.job = read_text(round.folder / "job");
      else if (const auto job = job_named(name_of(round)))
        round.job = *job;  // its coordinator was killed before it could write that down
      else
        continue;  // it was never submitted, or is over
      for (int task = 0; fs::exists(orders_of(round, task)); task++) {
        Task& read = round.tasks.emplace_back();
        std::istringstream lines(read_text(orders_of(round, task)));
        for (std::string line; std::getline(lines, line);) {
          const auto id = Json::parse(line).at("trial").get<std::string>();
          const auto found = positions_.find(id);
          if (found == positions_.end())
            throw Error(fmt::format("{}: expected orders of this sweep's trials, got one of {}",
                                    orders_of(round, task).string(), in_quotes(id)));
          read.trials.push_back(found->second);
        }
      }
      rounds_.push_back(std::move(round));
    }
  }

  // The same whoever asks, and no other folder's.
  static std::string name_of(const Round& round) {
    const std::string path = round.folder.string();
    return fmt::format("pump_{:016x}", engine::hash_state(std::as_bytes(std::span(path))));
  }
  static fs::path orders_of(const Round& round, int task) {
    return round.folder / fmt::format("{}.orders", task);
  }

  // What tasks have answered, and what those that are gone have left.
  void look() {
    for (Round& round : rounds_) {
      if (round.over()) continue;
      const auto there = tasks_of(round.job);
      for (std::size_t i = 0; i < round.tasks.size(); i++) {
        Task& task = round.tasks[i];
        if (task.over) continue;
        collect(round, static_cast<int>(i));
        if (!there) continue;
        const bool gone = !there->contains(static_cast<int>(i));
        task.seen = task.seen || !gone || !round.adopted;
        // Twice gone: what it wrote last has then come through the file system.
        if (gone && task.gone) close(task);
        task.gone = gone;
      }
    }
  }

  void collect(Round& round, int index) {
    Task& task = round.tasks[static_cast<std::size_t>(index)];
    const fs::path file = round.folder / fmt::format("{}.answers", index);
    std::error_code none;
    const auto size = fs::file_size(file, none);
    if (none || size <= task.read) return;
    const std::string text = read_text(file).substr(task.read);
    const std::size_t whole = text.rfind('\n');
    if (whole == std::string::npos) return;
    task.read += whole + 1;
    std::istringstream lines(text.substr(0, whole));
    for (std::string line; std::getline(lines, line) && task.next < task.trials.size();)
      hear(task, Json::parse(line), round.adopted);
  }

  // One answer for each order, in their order, but for how far a trial is. A task that Slurm ends
  // is told first, and leaves the trial that it is at with a checkpoint. An error of a call before
  // this one is tried again. What a call before this one heard, it has counted.
  void hear(Task& task, const Json& answer, bool adopted) {
    if (answer.contains("steps")) return;
    if (answer.contains("ended")) {
      task.ended = true;
      return;
    }
    const std::size_t trial = task.trials[task.next++];
    if (done_[trial]) return;
    std::optional<Effort> effort;
    if (answer.contains("seconds")) effort = Effort{answer["seconds"].get<double>(), 0};
    if (answer.contains("stopped")) {
      task.stopped.push_back(trial);
      if (effort && !adopted) store_.give_up(trial, *effort);
    } else if (answer.contains("result")) {
      const auto result = answer["result"].get<TrialResult>();
      ENSURE(result.id == trial_id(sweep_.trials[trial]), "{}", result.id);
      keep(trial, result, effort);
    } else if (!adopted) {
      keep(trial, failed_trial(sweep_.trials[trial], answer.at("error").get<std::string>()),
           effort);
    }
  }

  void keep(std::size_t trial, const TrialResult& result, const std::optional<Effort>& effort) {
    store_.keep(trial, result, effort);
    done_[trial] = news_ = unpublished_ = true;
    if (result.status != TrialStatus::error) return;
    errors_++;
    display_.print(fmt::format("trial {}: error: {}", result.id, result.message));
  }

  // What it did not get to is for another task; what it was at when it ended, not for ever. What
  // ended before this call began counts for nothing: a call tries all that is left.
  void close(Task& task) {
    task.over = true;
    if (!task.seen) return;
    if (task.next < task.trials.size() && !task.ended) {
      const std::size_t at = task.trials[task.next];
      task.stopped.push_back(at);
      if (!done_[at]) store_.give_up(at, {0, 1});
    }
    for (const std::size_t trial : task.stopped)
      if (!done_[trial] && ++attempts_[trial] > options_.retries)
        keep(trial,
             failed_trial(
                 sweep_.trials[trial],
                 fmt::format("{} of its Slurm tasks ended without a result", attempts_[trial])),
             {});
  }

  // Everything that is neither done nor with a task.
  void submit() {
    std::set<std::size_t> taken;
    for (const Round& round : rounds_)
      for (const Task& task : round.tasks)
        if (!task.over) taken.insert(task.trials.begin(), task.trials.end());
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < done_.size(); i++)
      if (!done_[i] && !taken.contains(i)) waiting.push_back(i);
    if (waiting.empty()) return;
    Round round = write_orders(waiting);
    publish(true);
    write_text(round.folder / "task.sh", script(round));
    std::vector<std::string> words = {
        "sbatch",
        "--parsable",
        "--no-requeue",
        "--job-name=" + name_of(round),
        fmt::format("--array=0-{}%{}", round.tasks.size() - 1, slurm_.tasks_at_once),
        "--output=" + (round.folder / "%a.log").string()};
    words.insert(words.end(), slurm_.sbatch.begin(), slurm_.sbatch.end());
    words.push_back((round.folder / "task.sh").string());
    const SlurmAnswer said = ask_slurm(words);
    if (said.status != 0)
      throw Error(fmt::format("sbatch: expected the job to be taken, got: {}",
                              one_line(said.complaint, 500)));
    round.job = job_number("sbatch", said.out, ";\n");
    write_text(round.folder / "job", round.job);
    rounds_.push_back(std::move(round));
  }

  Round write_orders(const std::vector<std::size_t>& waiting) {
    Round round{rounds_folder() / std::to_string(next_round_++), false, "", {}};
    make_directory(round.folder);
    const std::size_t each = slurm_.trials_a_task > 0
                                 ? static_cast<std::size_t>(slurm_.trials_a_task)
                                 : (waiting.size() + kMostTasks - 1) / kMostTasks;
    for (std::size_t from = 0; from < waiting.size(); from += each) {
      Task& task = round.tasks.emplace_back();
      std::string orders;
      for (std::size_t i = from; i < std::min(waiting.size(), from + each); i++) {
        const TrialSpec& spec = sweep_.trials[waiting[i]];
        const std::string id = trial_id(spec);
        const fs::path folder = directory_ / "trials" / id;
        orders += Json{{"config", write_trial(spec)},
                       {"directory", folder.string()},
                       {"trial", id},
                       {"executable", this_build().executable}}
                      .dump() +
                  "\n";
        task.trials.push_back(waiting[i]);
        store_.begin(waiting[i], 0, is_done(folder) ? nullptr : &this_build());
      }
      write_text(orders_of(round, static_cast<int>(round.tasks.size()) - 1), orders);
    }
    return round;
  }

  // A worker whose orders and answers are files.
  std::string script(const Round& round) const {
    const std::string task =
        in_shell_quotes((round.folder / "").string()) + "\"$SLURM_ARRAY_TASK_ID\"";
    const fs::path executable = fs::read_symlink("/proc/self/exe");
    if (!fs::exists(executable))
      throw Error(fmt::format("{}: expected the executable that runs, got none there any more",
                              executable.string()));
    return fmt::format("#!/bin/sh\nexec {} worker < {}.orders > {}.answers\n",
                       in_shell_quotes(executable.string()), task, task);
  }

  // All results go into a copy: no more than a tenth of the time is spent on that, but where it is
  // needed `now`.
  void publish(bool now) {
    const auto begun = Clock::now();
    if (!now && begun - published_ < 10 * publishing_) return;
    store_.publish();
    unpublished_ = false;
    published_ = Clock::now();
    publishing_ = published_ - begun;
  }

  [[noreturn]] void cancel() {
    display_.clear();
    for (const Round& round : rounds_)
      if (!round.over()) ask_slurm({"scancel", round.job});
    publish(true);
    throw Interrupted();
  }

  std::string text() const {
    SweepProgress now;
    now.trials = static_cast<int>(done_.size());
    now.done = static_cast<int>(std::ranges::count(done_, true));
    for (const Round& round : rounds_)
      for (const Task& task : round.tasks) now.running += !task.over && task.read > 0;
    now.errors = errors_;
    return progress_text(now, display_.seconds());
  }

  const SweepSpec& sweep_;
  fs::path directory_;
  const SweepOptions& options_;
  const SlurmOptions& slurm_;
  SignalsHeld signals_;
  Store store_;
  std::vector<bool> done_;
  std::vector<int> attempts_;  // a trial each: tasks that ended while they were at it
  std::map<std::string, std::size_t> positions_;
  std::vector<Round> rounds_;
  ProgressDisplay display_;
  Clock::time_point published_;
  Clock::duration publishing_{};
  int next_round_ = 0, errors_ = 0;
  bool news_ = false, unpublished_ = false;
};

}  // namespace

int run_sweep_on_slurm(const SweepSpec& sweep, const fs::path& directory,
                       const SweepOptions& options, const SlurmOptions& slurm) {
  refuse_if_locked(directory);  // none is taken, which a shared file system may not have
  return Coordinator(sweep, directory, options, slurm).run();
}

}  // namespace pump::harness
