#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/desk.hpp"
#include "engine/snapshot.hpp"
#include "viewer/scene_painter.hpp"

namespace pump::viewer {

struct WindowOptions {
  std::string title = "Outcome Pump";
  int width = 1280, height = 800;  // pixels
  bool dark = false;
  float text = 1;                // times what fits the window
  std::filesystem::path assets;  // the folder
  Layers layers;
  bool inspector = true;
  bool smooth = true;  // pictures as the display shows them; false: as fast as they come
};

// What a window showed, row by row from the top, 4 bytes a pixel: red, green, blue, opacity.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};
// PNG by its name. pump::Error when it cannot be written.
void save(const Picture& picture, const std::filesystem::path& file);
Picture load_picture(const std::filesystem::path& file);

// The SFML window. Draws snapshots and returns commands; steps no world.
class Window {
 public:
  // snapshots: the first to be shown. pump::Error without a display, a font, or the sprites.
  Window(const WindowOptions& options, std::span<const engine::Snapshot> snapshots);
  ~Window();

  bool is_open() const;
  void close();
  // What was wanted since the last call, by keys and clicks.
  std::vector<engine::Command> commands();
  // Keys and buttons let go of so far, as far as commands() has taken them in.
  int strokes() const;
  // seconds: since the last picture, for whatever moves smoothly; 0: as if it had always been so.
  // desk: beside the worlds; null: none.
  void show(std::span<const engine::Snapshot> snapshots, double seconds,
            const engine::Desk* desk = nullptr);
  // The same, and what it drew.
  Picture picture(std::span<const engine::Snapshot> snapshots, double seconds,
                  const engine::Desk* desk = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pump::viewer
