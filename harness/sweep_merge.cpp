#include "harness/sweep_merge.hpp"

#include <algorithm>
#include <list>
#include <map>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/folder_lock.hpp"
#include "harness/store.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

class Merger {
 public:
  explicit Merger(bool mix_builds) : mix_builds_(mix_builds) {}

  void add(const fs::path& directory) {
    const StoredSweep sweep = Store(directory).stored(true);
    tell_apart(sweep);
    const std::int64_t first_block = blocks_;
    for (const StoredTrial& trial : sweep.trials) {
      check_build(trial, directory);
      const auto [at, added] = places_.emplace(trial.id, merged_.trials.size());
      if (added) {
        merged_.trials.push_back(trial);
        merged_.trials.back().block = first_block + trial.block;
        blocks_ = std::max(blocks_, merged_.trials.back().block + 1);
        sources_.push_back(directory);
      } else {
        join(at->second, trial, directory);
      }
    }
  }

  const StoredSweep& merged() const { return merged_; }

  void gather_folders(const fs::path& out) const {
    for (std::size_t i = 0; i < merged_.trials.size(); i++) {
      const StoredTrial& trial = merged_.trials[i];
      const fs::path from = sources_[i] / "trials" / trial.id, to = out / "trials" / trial.id;
      if (fs::exists(from)) gather(from, to, trial.done());
    }
  }

 private:
  void tell_apart(const StoredSweep& sweep) {
    const auto append = [](std::string& all, const std::string& one, const char* between) {
      if (all.empty())
        all = one;
      else if (all != one)
        all += between + one;
    };
    append(merged_.title, sweep.title, " + ");
    append(merged_.command, sweep.command, "; ");
  }

  // The same trial once more: one that is done beats one that is not, the further one of those.
  void join(std::size_t place, const StoredTrial& trial, const fs::path& directory) {
    StoredTrial& known = merged_.trials[place];
    if (known.done() && trial.done() && known.result != trial.result)
      throw Error(fmt::format(
          "{}: trial {}: expected the result that it has in {}, got another (two builds, or two "
          "kinds of CPU?)",
          directory.string(), trial.id, sources_[place].string()));
    const auto rank = [](const StoredTrial& t) { return t.done() ? 2 : t.build ? 1 : 0; };
    if (rank(trial) <= rank(known)) return;
    const std::int64_t block = known.block;
    known = trial;
    known.block = block;
    sources_[place] = directory;
  }

  void check_build(const StoredTrial& trial, const fs::path& directory) {
    if (!trial.done() && !trial.build) return;
    const std::string build = trial.build ? to_text(*trial.build) : "unknown";
    if (build_.empty()) build_ = build;
    if (mix_builds_ || build == build_) return;
    throw Error(
        fmt::format("{}: trial {}: expected a result of the build {}, got one of {} (--mix-builds "
                    "merges all the same)",
                    directory.string(), trial.id, build_, build));
  }

  // What is finished changes no more, so that two names of one file do no harm.
  static void gather(const fs::path& from, const fs::path& to, bool finished) {
    using Options = fs::copy_options;
    std::error_code error;
    make_directory(to.parent_path());
    fs::remove_all(to, error);  // of a merge that was stopped
    if (finished) fs::copy(from, to, Options::recursive | Options::create_hard_links, error);
    if (!finished || error) {
      fs::remove_all(to, error);
      fs::copy(from, to, Options::recursive, error);
    }
    if (error)
      throw Error(fmt::format("{}: expected to be written, got: {}", to.string(), error.message()));
  }

  bool mix_builds_;
  StoredSweep merged_;
  std::map<std::string, std::size_t> places_;  // by id
  std::vector<fs::path> sources_;              // a trial each: whose result and folder it has
  std::int64_t blocks_ = 0;
  std::string build_;
};

}  // namespace

MergeCounts merge_sweeps(const std::vector<fs::path>& directories, const fs::path& out,
                         bool mix_builds) {
  if (fs::exists(out / "results.sqlite"))
    throw Error(fmt::format("{}: expected a folder without results, got one with a results.sqlite",
                            out.string()));
  Merger merger(mix_builds);
  std::list<FolderLock> locks;
  std::vector<fs::path> locked;
  for (const fs::path& directory : directories) {
    const fs::path place = fs::weakly_canonical(directory);
    Store exists(directory);  // else the lock would make the folder
    if (std::find(locked.begin(), locked.end(), place) != locked.end()) continue;
    locks.emplace_back(directory);
    locked.push_back(place);
    merger.add(directory);
  }
  const FolderLock lock(out);
  // What a merge that was stopped has left is its own, and copied again.
  const fs::path under_way = out / "merge_under_way";
  if (fs::exists(out / "trials") && !fs::exists(under_way))
    throw Error(fmt::format("{}: expected a folder without trials, got one with some",
                            (out / "trials").string()));
  write_text(under_way, "");
  merger.gather_folders(out);
  const Store store(out, merger.merged());
  fs::remove(under_way);
  MergeCounts counts;
  for (const StoredTrial& trial : merger.merged().trials) {
    counts.trials++;
    counts.done += trial.done();
  }
  return counts;
}

}  // namespace pump::harness
