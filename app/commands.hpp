#pragma once

#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "engine/environment.hpp"

namespace pump::harness {
struct TrialSpec;
}

// The command line: glue and nothing else. Each function adds one command,
// which, when it is the one given, leaves in `chosen` what to run once
// everything is parsed.
namespace pump::app {

inline constexpr int kOk = 0, kCheckFailed = 1, kBadInput = 2, kInternal = 3, kInterrupted = 130;

using Run = std::function<int()>;  // returns the exit status

void add_list(CLI::App& app, Run& chosen);
void add_train(CLI::App& app, Run& chosen);
void add_sweep(CLI::App& app, Run& chosen);
void add_worker(CLI::App& app, Run& chosen);
void add_study(CLI::App& app, Run& chosen);
void add_report(CLI::App& app, Run& chosen);
void add_eval(CLI::App& app, Run& chosen);
void add_replay(CLI::App& app, Run& chosen);
void add_render(CLI::App& app, Run& chosen);
void add_golden(CLI::App& app, Run& chosen);
void add_calibrate(CLI::App& app, Run& chosen);
void add_exact(CLI::App& app, Run& chosen);
void add_pivots(CLI::App& app, Run& chosen);
void add_leverage(CLI::App& app, Run& chosen);
void add_future(CLI::App& app, Run& chosen);
void add_parity(CLI::App& app, Run& chosen);
#ifdef PUMP_VIEWER
void add_watch(CLI::App& app, Run& chosen);
void add_play(CLI::App& app, Run& chosen);
void add_demo(CLI::App& app, Run& chosen);
#endif

// A command with its example.
CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& example);
// --set a=b, any number of times.
void add_set(CLI::App& command, std::vector<std::string>& assignments,
             const std::string& description);
void add_json(CLI::App& command, bool& json);
// A number; not NaN, which CLI's own validators take.
CLI::Validator in_range(double least, double most);

// To stdout; pump::Error when it cannot be written.
void print_text(const std::string& text);
template <class... Values>
void print(fmt::format_string<Values...> format, Values&&... values) {
  print_text(fmt::format(format, std::forward<Values>(values)...));
}
// To stderr, as well as can be.
template <class... Values>
void tell(fmt::format_string<Values...> format, Values&&... values) {
  std::fputs(fmt::format(format, std::forward<Values>(values)...).c_str(), stderr);
}

// One line on stderr when a trial's policy learnt in other worlds than it is about to play in.
void warn_about_other_worlds(const engine::Environment& environment, const std::string& policy);
// One line on stderr when there are trials with a leash that charges nothing.
void warn_about_free_leashes(std::span<const harness::TrialSpec> trials);
// One line on stderr when this process computes with the slow BLAS.
void warn_about_blas();
std::string version_text();

}  // namespace pump::app
