#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "engine/error.hpp"
#include "engine/parameters.hpp"
#include "harness/config_value.hpp"
#include "harness/interrupt.hpp"

namespace pump::app {
namespace {

constexpr const char* kFooter =
    "Each command has its own --help.\n"
    "Exit status: 0 all is well, 1 a check failed, "
    "2 bad input, 3 internal error,\n"
    "130 interrupted.\n"
    "Example: pump list";

int complain(int status, const std::string& what) {
  tell("pump: {}\n", harness::one_line(what, 1000));
  return status;
}

// What CLI11 says of an unknown command is not helpful.
void check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == argv[1]) return;
    if (!command->get_group().empty()) known.push_back(command->get_name());
  }
  const std::string near = engine::nearest_name(argv[1], known);
  throw Error(fmt::format("expected a command (pump --help lists them), got \"{}\"{}", argv[1],
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

// Who closes them gets silence, not a file or a pipe of ours in their place.
void keep_standard_streams() {
  for (int stream = 0; stream < 3; stream++)
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
}

int run(int argc, char** argv) {
  CLI::App app("Outcome Pump: how often does an unexpected high-reward solution emerge?", "pump");
  Run chosen;
  app.footer(kFooter);
  app.set_version_flag("--version", version_text);
  app.require_subcommand(1);
  for (const auto add : {add_list, add_train, add_sweep, add_study, add_report, add_eval,
                         add_replay, add_render, add_golden, add_calibrate, add_exact, add_pivots,
                         add_leverage, add_future, add_parity, add_worker})
    add(app, chosen);
#ifdef PUMP_VIEWER
  add_watch(app, chosen);
  add_play(app, chosen);
  add_demo(app, chosen);
#endif
  check_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain(kBadInput, error.what());
  }
  return chosen();
}

// A full disk under stdout is seen here at the latest.
int flushed(int status) {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) return status;
  return complain(kBadInput, fmt::format("stdout: expected to be written, got: {}",
                                         std::strerror(errno != 0 ? errno : EIO)));
}

}  // namespace
}  // namespace pump::app

int main(int argc, char** argv) {
  using namespace pump;
  app::keep_standard_streams();
  try {
    return app::flushed(app::run(argc, argv));
  } catch (const Error& error) {
    return app::complain(app::kBadInput, error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return app::complain(app::kBadInput,
                         fmt::format("{}: expected to be read or written, got: {}",
                                     error.path1().string(), error.code().message()));
  } catch (const harness::Interrupted&) {
    return app::kInterrupted;
  } catch (const std::exception& error) {
    return app::complain(app::kInternal, fmt::format("internal error: {}", error.what()));
  }
}
