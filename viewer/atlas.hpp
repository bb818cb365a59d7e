#pragma once

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

  const sf::Texture& texture() const { return texture_; }
  // Where "sprite/mother.dead" is on the sheet, in pixels; without it "sprite/mother", without that
  // the picture for what is unknown.
  sf::FloatRect find(const std::string& folder, const std::string& kind,
                     const std::string& state = "") const;

 private:
  sf::Texture texture_;
  std::map<std::string, sf::FloatRect> pictures_;
};

}  // namespace pump::viewer
