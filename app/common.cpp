#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "engine/error.hpp"
#include "harness/build_info.hpp"
#include "harness/named_policy.hpp"
#include "harness/trial.hpp"

namespace pump::app {

void print_text(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  throw Error(fmt::format("stdout: expected to be written, got: {}", std::strerror(errno)));
}

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& example) {
  CLI::App& command = *app.add_subcommand(name, description);
  command.footer("Example: " + example);
  return command;
}

void add_set(CLI::App& command, std::vector<std::string>& assignments,
             const std::string& description) {
  command.add_option("--set", assignments, description)->allow_extra_args(false);
}

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print JSON, for programs");
}

CLI::Validator in_range(double least, double most) {
  return CLI::Validator(
      [=](const std::string& text) {
        double value = 0;
        const bool number = CLI::detail::lexical_cast(text, value);
        if (number && value >= least && value <= most) return std::string();
        return fmt::format("expected a number from {} to {}, got \"{}\"", least, most, text);
      },
      fmt::format("from {} to {}", least, most));
}

void warn_about_other_worlds(const engine::Environment& environment, const std::string& policy) {
  const std::string others = harness::learnt_elsewhere(environment, policy);
  if (!others.empty()) tell("warning: {} learnt with {}, and plays without\n", policy, others);
}

void warn_about_free_leashes(std::span<const harness::TrialSpec> trials) {
  const auto free = std::ranges::count_if(trials, [](const harness::TrialSpec& trial) {
    return trial.leash != "none" && trial.train.kl_coef == 0;
  });
  if (free > 0)
    tell("warning: in {} of {} trials the leash costs nothing: train.kl_coef is 0\n", free,
         trials.size());
}

void warn_about_blas() {
  const agents::ComputeInfo info = agents::compute_info();
  if (info.reference_blas)
    tell(
        "warning: the BLAS is the reference one, many times slower than "
        "OpenBLAS: {}\n",
        info.blas);
}

std::string version_text() {
  const agents::ComputeInfo info = agents::compute_info();
  const harness::BuildInfo& build = harness::this_build();
  return fmt::format(
      "pump {}\nbuild: {} {}\nlibtorch: {}{}\nBox2D: {}\nBLAS: {}{}", build.version, build.type,
      build.executable, build.libtorch, info.cuda ? ", CUDA" : "", build.box2d, build.blas,
      info.reference_blas ? " (warning: the reference BLAS, many times slower)" : "");
}

}  // namespace pump::app
