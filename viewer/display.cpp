#include "viewer/display.hpp"

#include <cstdlib>

#include <dlfcn.h>
#include <fmt/format.h>

#include "engine/error.hpp"

namespace pump::viewer {
namespace {

constexpr const char* kWithout = "without a desktop, begin the command with xvfb-run -a";

// Asked through the library that SFML has loaded anyway, so that nothing more is needed to build.
// The connection is kept: a server without a screen starts over when the last one is closed, and
// would not be there when SFML comes.
bool can_connect() {
  static void* const display = []() -> void* {
    void* library = dlopen("libX11.so.6", RTLD_LAZY);
    if (!library) return nullptr;
    using Open = void* (*)(const char*);
    const auto open = reinterpret_cast<Open>(dlsym(library, "XOpenDisplay"));
    return open ? open(nullptr) : nullptr;
  }();
  return display != nullptr;
}

}  // namespace

void require_display() {
  const char* name = std::getenv("DISPLAY");
  if (!name || !*name)
    throw Error(fmt::format("DISPLAY: expected an X display, got none; {}", kWithout));
  if (!can_connect())
    throw Error(
        fmt::format("DISPLAY: expected an X display that answers, got \"{}\"; {}", name, kWithout));
}

}  // namespace pump::viewer
