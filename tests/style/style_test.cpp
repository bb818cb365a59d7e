#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/style/pages.hpp"
#include "tests/style/rules.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace fs = std::filesystem;
using pump::style::check;

const std::string kGuard = "#pragma once\n";

// Every source of ours, in a fixed order.
std::vector<fs::path> sources() {
  std::vector<fs::path> found;
  for (const char* folder :
       {"engine", "envs", "agents", "harness", "viewer", "app", "tests", "bench"}) {
    const fs::path root = fs::path(PUMP_SOURCE_DIR) / folder;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".cpp" || extension == ".hpp") found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The one message that `text` at `path` earns, or how many there were if not one.
std::string message(const std::string& path, const std::string& text) {
  const auto found = check(path, text);
  return found.size() == 1 ? found[0] : std::to_string(found.size()) + " messages";
}

bool names(const std::string& message, const std::string& part) {
  CATCH_INFO(message);
  return message.find(part) != std::string::npos;
}

}  // namespace

CATCH_TEST_CASE("the sources keep the style rules") {
  const auto all = sources();
  CATCH_REQUIRE(all.size() > 10);
  for (const fs::path& path : all) {
    const std::string name = path.lexically_relative(PUMP_SOURCE_DIR).generic_string();
    for (const std::string& broken : check(name, pump::style::text_of(path)))
      CATCH_FAIL_CHECK(broken);
  }
}

CATCH_TEST_CASE("an include against the layers is found") {
  CATCH_CHECK(check("envs/a.cpp", "#include \"engine/grid.hpp\"\n").empty());
  CATCH_CHECK(check("harness/a.cpp", "#include \"agents/policy.hpp\"\n").empty());
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"engine", "envs"},   {"engine", "agents"},  {"envs", "agents"},    {"envs", "harness"},
      {"agents", "envs"},   {"agents", "harness"}, {"harness", "viewer"}, {"harness", "app"},
      {"viewer", "agents"}, {"viewer", "envs"},    {"viewer", "harness"},
  };
  for (const auto& [from, to] : wrong) {
    const std::string got = message(from + "/a.cpp", "\n#include \"" + to + "/b.hpp\"\n");
    CATCH_CHECK(
        names(got, from + "/a.cpp:2: " + from + " may not include " + to + "; instead: only"));
  }
}

CATCH_TEST_CASE("a library outside its folder is found") {
  const std::string box2d = "#include <box2d/box2d.h>\n", sfml = "#include <SFML/Graphics.hpp>\n",
                    torch = "#include <torch/torch.h>\n";
  CATCH_CHECK(check("engine/a.cpp", box2d).empty());
  CATCH_CHECK(check("viewer/a.cpp", sfml).empty());
  CATCH_CHECK(check("agents/a.cpp", torch).empty());
  CATCH_CHECK(names(message("engine/a.hpp", kGuard + box2d), "instead: engine/physics.hpp"));
  for (const std::string folder : {"envs", "agents", "harness", "viewer", "app"}) {
    CATCH_CHECK(names(message(folder + "/a.cpp", box2d), "instead: engine/physics.hpp"));
  }
  for (const std::string folder : {"engine", "envs", "agents", "harness"}) {
    CATCH_CHECK(names(message(folder + "/a.cpp", sfml), "instead: engine/scene.hpp"));
  }
  for (const std::string folder : {"engine", "envs", "viewer"}) {
    CATCH_CHECK(names(message(folder + "/a.cpp", torch), "instead: engine/training_view.hpp"));
  }
}

CATCH_TEST_CASE("randomness, clocks and unordered containers in a world are found") {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"std::normal_distribution<float> noise;", "instead: pick, flip or below of a Chance"},
      {"std::random_device seed;", "instead: the Chance"},
      {"int die = std::rand() % 6;", "instead: the Chance"},
      {"srand(1);", "instead: the Chance"},
      {"auto now = std::chrono::steady_clock::now();", "instead: the step counter"},
      {"auto now = time(nullptr);", "instead: the step counter"},
      {"auto now = clock();", "instead: the step counter"},
      {"std::unordered_map<int, int> seen;", "instead: std::map"},
  };
  for (const auto& [line, instead] : wrong) {
    for (const std::string folder : {"engine", "envs"}) {
      CATCH_CHECK(names(message(folder + "/a.cpp", line + "\n"), instead));
    }
    CATCH_CHECK(check("harness/a.cpp", line + "\n").empty());
  }
}

CATCH_TEST_CASE("a part of Catch2 that the newer one lacks is found") {
  CATCH_CHECK(names(message("tests/a.cpp", "Catch::Detail::Approx(1);\n"), "instead: Catch::"));
  CATCH_CHECK(check("tests/a.cpp", "Catch::Approx(1);\n").empty());
}

CATCH_TEST_CASE("a file too long and a header without a guard are found") {
  std::string long_file;
  for (int i = 0; i < 400; ++i) long_file += "int a;\n";
  CATCH_CHECK(check("app/a.cpp", long_file).empty());
  CATCH_CHECK(names(message("app/a.cpp", long_file + "\n"), "instead: two files"));
  CATCH_CHECK(names(message("app/a.hpp", "int a;\n"), "instead: #pragma once"));
  CATCH_CHECK(check("app/a.hpp", kGuard).empty());
}

CATCH_TEST_CASE("comments and literals are not code") {
  CATCH_CHECK(check("envs/a.cpp", "// not rand() and no clock()\nint a;  /* time(0) */\n").empty());
  CATCH_CHECK(check("envs/a.cpp", "auto a = \"rand() // \\\" clock()\";\n").empty());
  CATCH_CHECK(check("envs/a.cpp", "// #include \"agents/policy.hpp\"\n").empty());
  CATCH_CHECK(
      check("envs/a.cpp", "auto a = R\"(rand())\";\nint b = 1'000;\nchar c = '\"';\n").empty());
  CATCH_CHECK(!check("envs/a.cpp", "auto a = \"//\"; rand();\n").empty());
  CATCH_CHECK(!check("envs/a.cpp", "auto a = R\"(\")\"; rand();\n").empty());
  CATCH_CHECK(!check("envs/a.cpp", "int a = 1'000; rand();\n").empty());
}
