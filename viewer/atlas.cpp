#include "viewer/atlas.hpp"

#include <fstream>

#include <fmt/format.h>
#include <SFML/Graphics/Image.hpp>
#include <nlohmann/json.hpp>

#include "engine/error.hpp"

namespace pump::viewer {
namespace {

// Or the black of transparent pixels would darken every edge that is drawn between pixels.
void premultiply(sf::Image& image) {
  const sf::Vector2u size = image.getSize();
  for (unsigned y = 0; y < size.y; y++)
    for (unsigned x = 0; x < size.x; x++) {
      sf::Color pixel = image.getPixel(x, y);
      for (sf::Uint8* part : {&pixel.r, &pixel.g, &pixel.b})
        *part = static_cast<sf::Uint8>(*part * pixel.a / 255);
      image.setPixel(x, y, pixel);
    }
}

// Each pixel the mean of four.
sf::Image half(const sf::Image& image) {
  const sf::Vector2u size = image.getSize() / 2u;
  sf::Image out;
  out.create(size.x, size.y);
  for (unsigned y = 0; y < size.y; y++)
    for (unsigned x = 0; x < size.x; x++) {
      const sf::Color four[] = {image.getPixel(2 * x, 2 * y), image.getPixel(2 * x + 1, 2 * y),
                                image.getPixel(2 * x, 2 * y + 1),
                                image.getPixel(2 * x + 1, 2 * y + 1)};
      const auto mean = [&](sf::Uint8 sf::Color::*part) {
        int sum = 2;  // rounds
        for (const sf::Color& pixel : four) sum += pixel.*part;
        return static_cast<sf::Uint8>(sum / 4);
      };
      out.setPixel(
          x, y,
          {mean(&sf::Color::r), mean(&sf::Color::g), mean(&sf::Color::b), mean(&sf::Color::a)});
    }
  return out;
}

}  // namespace

Atlas::Atlas(const std::filesystem::path& assets, const std::string& sheet) {
  const auto index = assets / "sprites.json", picture = assets / sheet;
  try {
    std::ifstream in(index);
    const nlohmann::json json = nlohmann::json::parse(in);
    cell_ = json.at("cell");
    const float pitch = json.at("pitch"), inset = json.at("inset");
    for (const auto& [name, place] : json.at("pictures").items())
      pictures_[name] = {place.at(0).get<float>() * pitch + inset,
                         place.at(1).get<float>() * pitch + inset, cell_, cell_};
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        fmt::format("{}: expected the index of the sprites, got {}", index.string(), error.what()));
  }
  sf::Image image;
  bool loaded = image.loadFromFile(picture.string());
  if (loaded) premultiply(image);
  for (sf::Texture& level : levels_) {
    loaded = loaded && level.loadFromImage(image);
    level.setSmooth(true);
    if (loaded) image = half(image);
  }
  if (!loaded)
    throw Error(fmt::format("{}: expected the sheet of sprites, got none that can be read",
                            picture.string()));
}

Atlas::Level Atlas::level(float pixels) const {
  std::size_t i = 0;
  float scale = 1;
  for (; i + 1 < levels_.size() && pixels <= .6f * scale * cell_; i++) scale /= 2;
  return {&levels_[i], scale};
}

sf::FloatRect Atlas::find(const std::string& folder, const std::string& kind,
                          const std::string& state) const {
  for (const std::string& name :
       {folder + "/" + kind + "." + state, folder + "/" + kind, std::string("sprite/unknown")})
    if (const auto found = pictures_.find(name); found != pictures_.end()) return found->second;
  return {};
}

}  // namespace pump::viewer
