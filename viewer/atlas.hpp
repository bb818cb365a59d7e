#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>

#include <SFML/Graphics/Rect.hpp>
#include <SFML/Graphics/Texture.hpp>

namespace pump::viewer {

// The sheet of pictures that assets/draw_sprites.py draws, in one theme.
class Atlas {
 public:
  // assets: the folder with sprites.json and the sheets. pump::Error naming what is missing.
  Atlas(const std::filesystem::path& assets, const std::string& sheet);

  // For a scale of so many pixels a picture: the sheet, or half or a quarter of its size. (Levels
  // chosen here rather than by the graphics card, which without being one is slow at it.)
  struct Level {
    const sf::Texture* texture;
    float scale;  // of it to the sheet
  };
  Level level(float pixels) const;
  // Where "sprite/mother.dead" is on the sheet, in pixels; without it "sprite/mother", without that
  // the picture for what is unknown.
  sf::FloatRect find(const std::string& folder, const std::string& kind,
                     const std::string& state = "") const;

 private:
  float cell_ = 0;  // pixels
  std::array<sf::Texture, 3> levels_;
  std::map<std::string, sf::FloatRect> pictures_;
};

}  // namespace pump::viewer
