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

}  // namespace

Atlas::Atlas(const std::filesystem::path& assets, const std::string& sheet) {
  const auto index = assets / "sprites.json", picture = assets / sheet;
  std::ifstream in(index);
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (json.is_discarded() || !json.contains("pictures"))
    throw Error(fmt::format("{}: expected the index of the sprites, got none", index.string()));
  const float cell = json["cell"], pitch = json["pitch"], inset = json["inset"];
  for (const auto& [name, place] : json["pictures"].items())
    pictures_[name] = {place[0].get<float>() * pitch + inset, place[1].get<float>() * pitch + inset,
                       cell, cell};
  sf::Image image;
  const bool loaded = image.loadFromFile(picture.string());
  if (loaded) premultiply(image);
  if (!loaded || !texture_.loadFromImage(image))
    throw Error(fmt::format("{}: expected the sheet of sprites, got none that can be read",
                            picture.string()));
  texture_.setSmooth(true);
  texture_.generateMipmap();
}

sf::FloatRect Atlas::find(const std::string& folder, const std::string& kind,
                          const std::string& state) const {
  for (const std::string& name :
       {folder + "/" + kind + "." + state, folder + "/" + kind, std::string("sprite/unknown")})
    if (const auto found = pictures_.find(name); found != pictures_.end()) return found->second;
  return {};
}

}  // namespace pump::viewer
