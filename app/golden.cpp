#include <filesystem>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/files.hpp"
#include "harness/golden.hpp"

namespace pump::app {
namespace {

namespace fs = std::filesystem;

fs::path golden_directory() { return harness::configs_directory().parent_path() / "tests/golden"; }

int golden(bool check) {
  int differing = 0;
  std::set<fs::path> wanted;
  const auto note = [&](const char* what, const fs::path& file) {
    print("{}: {}\n", what, file.string());
    differing++;
  };
  for (const harness::GoldenFile& golden : harness::golden_files()) {
    const fs::path file = golden_directory() / golden.file;
    wanted.insert(file.lexically_normal());
    const bool there = fs::exists(file);
    if (there && harness::read_text(file) == golden.text) continue;
    note(!check ? there ? "rewritten" : "new" : there ? "differs" : "missing", file);
    if (check) continue;
    harness::make_directory(file.parent_path());
    harness::write_text(file, golden.text);
  }
  if (fs::exists(golden_directory()))
    for (const auto& entry : fs::recursive_directory_iterator(golden_directory()))
      if (entry.is_regular_file() && !wanted.contains(entry.path().lexically_normal()))
        note("of no demonstration", entry.path());
  print("{} golden playthroughs, {} {}\n", wanted.size(), differing,
        check ? "not as they should be" : "new, rewritten or of no demonstration");
  return check && differing > 0 ? kCheckFailed : kOk;
}

}  // namespace

void add_golden(CLI::App& app, Run& chosen) {
  const auto check = std::make_shared<bool>(false);
  CLI::App& command = add_command(app, "golden",
                                  "Rewrites the golden playthroughs in "
                                  "tests/golden; the diff is the review",
                                  "pump golden --check");
  command.add_flag("--check", *check, "Write nothing; status 1 when one differs");
  command.callback([check, &chosen] { chosen = [check] { return golden(*check); }; });
}

}  // namespace pump::app
