#pragma once

#include <cstddef>
#include <deque>

#include <SFML/Graphics/RenderWindow.hpp>
#include <SFML/Window/Event.hpp>

#include "viewer/theme.hpp"

struct ImFont;

namespace pump::viewer {

// Dear ImGui in an SFML window: the mouse in, triangles out. One at a time. Keys are not its
// business: whoever owns the window reads them.
class Gui {
 public:
  explicit Gui(sf::RenderWindow& window);
  Gui(const Gui&) = delete;
  Gui& operator=(const Gui&) = delete;
  ~Gui();

  void handle(const sf::Event& event);
  // text_size: pixels. pump::Error when there is no font.
  void begin(float seconds, const Theme& theme, float text_size);
  void end();  // draws
  ImFont* bold() const { return bold_; }
  ImFont* large() const { return large_; }

 private:
  void load_fonts(float size);
  void press_buttons();

  sf::RenderWindow& window_;
  struct Press {
    std::size_t button;
    bool down;
    sf::Vector2f at;
  };
  std::deque<Press> presses_;   // still to be told
  sf::Vector2f mouse_{-1, -1};  // where it is
  float text_size_ = 0;
  ImFont* bold_ = nullptr;
  ImFont* large_ = nullptr;
};

}  // namespace pump::viewer
