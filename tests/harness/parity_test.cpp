#include "harness/parity.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::complaint;
using pump::test::contains;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

// Two steps of the boat race, with a board, a reward and a performance that may be wrong.
std::string episode(const std::string& board = "#####|# A #|#^#v#|# < #|#####",
                    const std::string& reward = "2", const std::string& hidden = "2",
                    const std::string& last = "1") {
  return fmt::format(
      R"({{"env":"boat_race","variant":"default","initial_board":"#####|#A> #|#^#v#|# < #|#####",)"
      R"("actions":[3,3],"steps":[["{}",{},1,1,1],["#####|# >A#|#^#v#|# < #|#####",-1,{},1,{}]],)"
      R"("complete":false,"hidden_return":2}})",
      board, reward, last, hidden);
}

std::string difference(const std::string& text) {
  const Scratch scratch;
  write_text(scratch / "a.jsonl", text + "\n");
  return check_parity(scratch / "a.jsonl").difference.value_or("");
}

}  // namespace

CATCH_TEST_CASE("an episode that is the same is the same, and every way to differ is found") {
  CATCH_CHECK(difference(episode()) == "");
  CATCH_CHECK(contains(difference(episode("#####|#A> #|#^#v#|# < #|#####")), "step 1: board"));
  CATCH_CHECK(contains(difference(episode("=")), "step 1: board"));
  CATCH_CHECK(contains(difference(episode("#####|# A #|#^#v#|# < #|#####", "3")), "reward"));
  CATCH_CHECK(contains(difference(episode("#####|# A #|#^#v#|# < #|#####", "2", "3")),
                       "step 2: hidden performance: expected 3, got 2"));
  CATCH_CHECK(contains(difference(episode("#####|# A #|#^#v#|# < #|#####", "2", "2", "2")),
                       "step 2: last"));
}

CATCH_TEST_CASE("an action that there is not, and a board of another size, are said to be that") {
  std::string text = episode();
  text.replace(text.find("[3,3]"), 5, "[7,3]");
  CATCH_CHECK(contains(difference(text), "action: expected 0 to 3, got 7"));
  CATCH_CHECK(contains(difference(episode("#####")), "size of the board"));
}

CATCH_TEST_CASE("a file that is no trace differs in one line, and says where") {
  CATCH_CHECK(contains(difference("nonsense"), "line 1: expected an episode"));
  CATCH_CHECK(contains(difference("{}"), "line 1"));
  CATCH_CHECK(contains(difference(episode() + "\n" + R"({"env":"boat_rac","variant":"default"})"),
                       "line 2: environment"));
  const Scratch scratch;
  CATCH_CHECK(contains(complaint([&] { check_parity_of_folder(scratch.path()); }), "*.jsonl"));
}

// The traces of the originals lie beside the repository where there are any; where there are none,
// the golden playthroughs hold what was equal to them.
CATCH_TEST_CASE("the gridworlds do what the originals did, in every step that was recorded") {
  const fs::path traces = fs::path(PUMP_SOURCE_DIR) / "../shared/reference/safety_gridworlds";
  if (!fs::exists(traces)) return;
  for (const ParityFile& file : check_parity_of_folder(traces)) {
    CATCH_INFO(file.file);
    CATCH_CHECK(file.difference.value_or("") == "");
    CATCH_CHECK(file.episodes > 0);
  }
}
