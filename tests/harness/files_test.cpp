#include "harness/files.hpp"

#include <filesystem>
#include <string>

#include "engine/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::complaint;
using pump::test::contains;
namespace fs = std::filesystem;

CATCH_TEST_CASE("what is written is what is read") {
  const pump::test::Scratch scratch;
  const fs::path file = scratch / "a.txt";
  write_text(file, "one\n");
  CATCH_CHECK(read_text(file) == "one\n");
  write_text(file, std::string("\0two", 4));
  CATCH_CHECK(read_bytes(file).size() == 4);
  write_bytes(file, {});
  CATCH_CHECK(read_text(file).empty());
  CATCH_CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 1);  // no FILE.part
}

CATCH_TEST_CASE("what cannot be read or written is named, and what was there stays") {
  const pump::test::Scratch scratch;
  CATCH_CHECK(contains(complaint([&] { read_text(scratch / "none"); }),
                       "none: expected a readable file, got: No such"));
  CATCH_CHECK_THROWS_AS(read_text(scratch.path()), pump::Error);  // a folder
  CATCH_CHECK_THROWS_AS(write_text(scratch / "none" / "a", ""), pump::Error);
  CATCH_CHECK_THROWS_AS(write_text(scratch.path(), "text"), pump::Error);

  // FILE.part is a full disk here: nothing of the file changes.
  write_text(scratch / "a", "old");
  fs::create_symlink("/dev/full", scratch / "a.part");
  CATCH_CHECK(contains(complaint([&] { write_text(scratch / "a", "new"); }),
                       "a: expected to be written, got: No space left"));
  CATCH_CHECK(read_text(scratch / "a") == "old");
  CATCH_CHECK_THROWS_AS(write_text("/dev/full", "text"), pump::Error);
}

CATCH_TEST_CASE("what is appended comes behind what is there") {
  const pump::test::Scratch scratch;
  append_text(scratch / "a", "one\n");
  append_text(scratch / "a", "two\n");
  CATCH_CHECK(read_text(scratch / "a") == "one\ntwo\n");
  CATCH_CHECK(contains(complaint([] { append_text("/dev/full", "text"); }), "/dev/full: expected"));
}

CATCH_TEST_CASE("a folder is made with its parents, or refused") {
  const pump::test::Scratch scratch;
  make_directory(scratch / "a" / "b");
  make_directory(scratch / "a" / "b");
  CATCH_CHECK(fs::is_directory(scratch / "a" / "b"));
  write_text(scratch / "file", "");
  CATCH_CHECK_THROWS_AS(make_directory(scratch / "file"), pump::Error);
  CATCH_CHECK_THROWS_AS(make_directory(scratch / "file" / "b"), pump::Error);
}

CATCH_TEST_CASE("the configs are found from the executable") {
  CATCH_CHECK(fs::equivalent(configs_directory(), fs::path(PUMP_SOURCE_DIR) / "configs"));
}
