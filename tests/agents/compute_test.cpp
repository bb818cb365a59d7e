#include "agents/compute.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <link.h>

#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

// The libraries of this process, in the order in which a function is looked for in them.
std::vector<std::string> libraries() {
  std::vector<std::string> names;
  const auto add = [](dl_phdr_info* info, std::size_t, void* to) {
    static_cast<std::vector<std::string>*>(to)->emplace_back(info->dlpi_name);
    return 0;
  };
  dl_iterate_phdr(add, &names);
  return names;
}

CATCH_TEST_CASE("std::filesystem is the C++ library's, not libtorch's older one") {
  const auto names = libraries();
  const auto place = [&](const std::string& part) {
    const auto has = [&](const std::string& name) { return name.find(part) != std::string::npos; };
    return std::find_if(names.begin(), names.end(), has) - names.begin();
  };
  CATCH_REQUIRE(place("/libtorch") < static_cast<std::ptrdiff_t>(names.size()));
  CATCH_CHECK(place("/libstdc++.so") < place("/libtorch"));
}

CATCH_TEST_CASE("automatic is a GPU for networks that it trains faster") {
  NetworkConfig network;
  CATCH_CHECK(!suits_gpu(network));
  network.hidden = {64, 512};
  CATCH_CHECK(suits_gpu(network));
  network.hidden = {511, 511};
  CATCH_CHECK(!suits_gpu(network));
  network.kind = NetworkKind::convolution;
  CATCH_CHECK(suits_gpu(network));

  TrainConfig config;
  CATCH_CHECK(device_name(config) == "cpu");  // 64-64, GPU or not
  config.network.hidden = {1024};
  CATCH_CHECK(device_name(config) == (why_not(Device::cuda).empty() ? "cuda" : "cpu"));
  config.device = Device::cpu;
  CATCH_CHECK(device_name(config) == "cpu");
}

}  // namespace
}  // namespace pump::agents
