#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/compute.hpp"
#include "engine/error.hpp"
#include "harness/build_info.hpp"
#include "harness/sweep.hpp"

// The worker's side of a sweep. In: {"config": a trial as YAML, "directory": its folder}. Out:
// {"steps": so far} now and then, then {"result": ..., "seconds": that this call took, or none
// where the folder had it}, {"error": why} or, after SIGTERM, {"stopped": true} with a checkpoint
// of that moment. Orders that are a file are a Slurm task's: they may name the executable that is
// to obey them, and SIGTERM ends them all: {"ended": true}, behind the answer.
namespace pump::harness {
namespace {

using Json = nlohmann::json;

volatile std::sig_atomic_t told_to_stop = 0;

void answer(std::FILE* out, const Json& json) {
  // A file's name in a complaint may be any bytes.
  const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::fputs((line + "\n").c_str(), out);
  std::fflush(out);
}

// Not every update: some take a millisecond.
class Reporter {
 public:
  explicit Reporter(std::FILE* out) : out_(out) {}
  bool operator()(std::uint64_t steps, const TrialResult&) {
    if (told_to_stop != 0) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(250)) return true;
    last_ = now;
    answer(out_, {{"steps", steps}});
    return true;
  }

 private:
  std::FILE* out_;
  std::chrono::steady_clock::time_point last_;
};

Json outcome_of(const Json& order, std::FILE* out) {
  try {
    if (const auto wanted = order.find("executable"); wanted != order.end())
      if (const std::string mine = this_build().executable; *wanted != mine)
        throw Error(fmt::format(
            "expected the executable that gave the orders, {}, got {}: was it built anew?",
            wanted->get<std::string>(), mine));
    const TrialSpec spec =
        read_trial(ConfigMap::from_text(order.at("config").get<std::string>(), "trial"));
    const auto directory = order.at("directory").get<std::string>();
    return {{"result", run_trial(spec, directory, Reporter(out))}};
  } catch (const Interrupted&) {
    return {{"stopped", true}};
  } catch (const Error& error) {
    return {{"error", error.what()}};
  } catch (const std::exception& error) {
    return {{"error", std::string("internal: ") + error.what()}};
  }
}

Json run_order(const std::string& line, std::FILE* out) {
  const Json order = Json::parse(line);
  const bool has_it = is_done(order.at("directory").get<std::string>());
  const auto begun = std::chrono::steady_clock::now();
  Json answer = outcome_of(order, out);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (!has_it) answer["seconds"] = took.count();
  return answer;
}

}  // namespace

int run_worker() {
  agents::initialise_compute();
  std::signal(SIGTERM, [](int) { told_to_stop = 1; });
  // Answers alone go to what was stdout; whatever a library prints goes to stderr.
  std::FILE* out = ::fdopen(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  struct stat input {};
  const bool task = ::fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode);
  for (std::string line; std::getline(std::cin, line);) {
    if (!task) told_to_stop = 0;  // that was about the trial before
    answer(out, run_order(line, out));
    if (!task || told_to_stop == 0) continue;
    answer(out, {{"ended", true}});
    break;
  }
  return 0;
}

}  // namespace pump::harness
