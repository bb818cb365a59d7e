#include "viewer/window.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <imgui/imgui.h>
#include <SFML/Graphics/Image.hpp>
#include <SFML/Graphics/RenderWindow.hpp>
#include <SFML/Graphics/Texture.hpp>
#include <SFML/System/Err.hpp>

#include "engine/error.hpp"
#include "viewer/atlas.hpp"
#include "viewer/controls.hpp"
#include "viewer/desk_painter.hpp"
#include "viewer/display.hpp"
#include "viewer/gui.hpp"
#include "viewer/inspector.hpp"
#include "viewer/keys.hpp"

namespace pump::viewer {
namespace {

using engine::Command;
using engine::Snapshot;

constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoBringToFrontOnFocus;
constexpr int kPicturesASecond = 60;
constexpr float kDeskWidth = 28;  // times the text's height

// A part of the window, in pixels.
struct Box {
  float x, y, width, height;
};

// One panel: its scene, and what is said of it.
struct PanelBoxes {
  Box scene, words;
};

// One panel has its words beside it; up to three stand side by side with theirs below; four in two
// rows with theirs beside them. beside: whether something else is, so that one has them below, too.
std::vector<PanelBoxes> arrange(std::size_t panels, Box all, float text, bool words, bool beside) {
  const std::size_t columns = panels == 4 ? 2 : panels, rows = panels == 4 ? 2 : 1;
  const float width = all.width / static_cast<float>(columns);
  const float height = all.height / static_cast<float>(rows);
  std::vector<PanelBoxes> out;
  for (std::size_t i = 0; i < panels; i++) {
    const float x = all.x + width * static_cast<float>(i % columns);
    const float y = all.y + height * static_cast<float>(i / columns);
    if (!words) {
      out.push_back({{x, y, width, height}, {x, y, 0, 0}});
    } else if (panels == 2 || panels == 3 || (panels == 1 && beside)) {
      const float below = std::min(.5f * height, 15 * text);
      out.push_back({{x, y, width, height - below}, {x, y + height - below, width, below}});
    } else {
      const float taken = std::min(.45f * width, (panels == 1 ? 23.f : 15.f) * text);
      out.push_back({{x, y, width - taken, height}, {x + width - taken, y, taken, height}});
    }
  }
  return out;
}

// Panels of one map are of one scale.
std::vector<Bounds> bounds_of_all(std::span<const Snapshot> snapshots) {
  std::vector<Bounds> out;
  Bounds all;
  bool alike = true;
  const engine::Scene& first = *snapshots.front().scene;
  for (const Snapshot& snapshot : snapshots) {
    const Bounds& own = out.emplace_back(bounds_of(*snapshot.scene));
    all = out.size() == 1 ? own : join(all, own);
    alike = alike && snapshot.scene->width == first.width && snapshot.scene->height == first.height;
  }
  if (alike) out.assign(out.size(), all);
  return out;
}

void begin_part(const std::string& name, Box box) {
  ImGui::SetNextWindowPos({box.x, box.y});
  ImGui::SetNextWindowSize({box.width, box.height});
  ImGui::Begin(name.c_str(), nullptr, kFixed & ~ImGuiWindowFlags_NoScrollbar);
}

sf::VideoMode mode_of(const WindowOptions& options) {
  require_display();
  sf::err().rdbuf(
      nullptr);  // what goes wrong is said by errors; SFML also says what does not matter
  return {static_cast<unsigned>(options.width), static_cast<unsigned>(options.height)};
}

}  // namespace

struct Window::State {
  State(const WindowOptions& given, std::span<const Snapshot> snapshots)
      : options(given),
        window(mode_of(given), given.title),
        gui(window),
        light(given.assets, kLight.sprites),
        dark(given.assets, kDark.sprites),
        keys(snapshots.front().inspection.actions, snapshots.front().by_hand) {
    if (options.smooth) window.setFramerateLimit(kPicturesASecond);
    const Layers& layers = options.layers;
    if (layers.visits || layers.value || layers.arrows)
      wanted.push_back({Command::Kind::footprint, 0});
  }

  const Theme& theme() const { return options.dark ? kDark : kLight; }
  float text_size() const {
    const sf::Vector2u size = window.getSize();
    return options.text * static_cast<float>(std::min(size.x / 76, size.y / 46));
  }

  void handle(const sf::Event& event) {
    gui.handle(event);
    if (event.type == sf::Event::Closed) window.close();
    if (event.type == sf::Event::Resized)
      window.setView(sf::View(
          {0, 0, static_cast<float>(event.size.width), static_cast<float>(event.size.height)}));
    strokes += event.type == sf::Event::KeyReleased || event.type == sf::Event::MouseButtonReleased;
    if (event.type == sf::Event::KeyReleased) down.erase(event.key.code);
    if (event.type != sf::Event::KeyPressed) return;
    const bool held = !down.insert(event.key.code).second;
    if (desk && !(help && event.key.code == sf::Keyboard::Escape))
      if (const auto command = desk_command(*desk, event.key)) {
        // A key held down moves a slider on, and turns no page after the other.
        if (!held || command->kind == Command::Kind::slide) want(*command);
        return;
      }
    const auto own = keys.window_key(event.key);
    // An answer pressed before there is a question shows no layer.
    const bool digit = event.key.code >= sf::Keyboard::Num0 && event.key.code <= sf::Keyboard::Num9;
    if (own && !(desk && digit)) return obey(*own);
    if (const auto command = keys.command(event.key)) wanted.push_back(*command);
  }

  // A slider is where a key put it, even before it has been drawn there: the next key goes on.
  void want(const Command& command) {
    wanted.push_back(command);
    if (command.kind != Command::Kind::slide) return;
    for (engine::Desk::Part& part : desk->parts)
      if (auto* slider = std::get_if<engine::Slider>(&part); slider && slider->id == command.value)
        slider->value = command.amount;
  }

  void obey(WindowKey key) {
    Layers& layers = options.layers;
    const auto flip = [](bool& on) { on = !on; };
    switch (key) {
      case WindowKey::help:
        return flip(help);
      case WindowKey::theme:
        return flip(options.dark);
      case WindowKey::larger_text:
        options.text = std::min(3.f, options.text * 1.15f);
        return;
      case WindowKey::smaller_text:
        options.text = std::max(.5f, options.text / 1.15f);
        return;
      case WindowKey::inspector:
        return flip(options.inspector);
      case WindowKey::gas:
        return flip(layers.gas);
      case WindowKey::smoke:
        return flip(layers.smoke);
      case WindowKey::heat:
        return flip(layers.heat);
      case WindowKey::visits:
        return flip_footprint(layers.visits);
      case WindowKey::value:
        return flip_footprint(layers.value);
      case WindowKey::arrows:
        return flip_footprint(layers.arrows);
      case WindowKey::quit:
        if (!std::exchange(help, false)) window.close();
        return;
    }
  }

  // Without episodes to draw from, they are wanted first.
  void flip_footprint(bool& on) {
    on = !on;
    if (on && !has_footprint) wanted.push_back({Command::Kind::footprint, 0});
  }

  // What was drawn last may have been of another world.
  void turn_to(std::span<const Snapshot> snapshots, const engine::Desk* shown) {
    const Snapshot& first = snapshots.front();
    if (first.inspection.actions != actions || first.by_hand != by_hand || painters.empty()) {
      actions = first.inspection.actions;
      by_hand = first.by_hand;
      keys = Keys(actions, by_hand, shown);
      painters.clear();
    }
    if (painters.size() != snapshots.size()) painters = std::vector<ScenePainter>(snapshots.size());
    if (shown && (!desk || desk->title != shown->title))
      window.setTitle(sf::String::fromUtf8(options.title.begin(), options.title.end()) + ": " +
                      sf::String::fromUtf8(shown->title.begin(), shown->title.end()));
    desk = shown ? std::optional(*shown) : std::nullopt;
  }

  void draw(std::span<const Snapshot> snapshots, float seconds, const engine::Desk* shown) {
    turn_to(snapshots, shown);
    has_footprint = snapshots.front().footprint != nullptr;
    now += seconds;
    gui.begin(seconds, theme(), text_size());
    const float text = ImGui::GetFontSize();
    const auto width = static_cast<float>(window.getSize().x);
    const auto height = static_cast<float>(window.getSize().y);
    const float bar = 4.8f * text;
    const float beside = desk ? std::min(.5f * width, kDeskWidth * text) : 0;
    words = options.inspector && (!desk || desk->numbers);
    const auto boxes = arrange(snapshots.size(), {0, 0, width - beside, height - bar}, text, words,
                               desk.has_value());
    const Colour back = theme().background;
    window.clear({back.r, back.g, back.b});
    const std::vector<Bounds> bounds = bounds_of_all(snapshots);
    for (std::size_t i = 0; i < snapshots.size(); i++)
      draw_panel(snapshots[i], i, boxes[i], bounds[i], seconds);
    if (desk) {
      begin_part("desk", {width - beside, 0, beside, height - bar});
      show_desk(*desk, gui, theme(), wanted);
      ImGui::End();
    }
    begin_part("controls", {0, height - bar, width, bar});
    show_controls(snapshots, options.layers, help, wanted);
    ImGui::End();
    if (help) draw_help(width, height);
    gui.end();
  }

  void draw_panel(const Snapshot& snapshot, std::size_t index, const PanelBoxes& boxes,
                  const Bounds& bounds, float seconds) {
    const Box& box = boxes.scene;
    const Placed placed = painters[index].paint(
        window, options.dark ? dark : light, theme(), snapshot, options.layers,
        {box.x, box.y, box.width, box.height}, bounds, seconds, now);
    write_labels(*snapshot.scene, placed);
    if (!words) return;
    begin_part(fmt::format("panel {}", index), boxes.words);
    Inspector(gui, theme(), keys).show(snapshot, painters.size() > 1 || desk);
    ImGui::End();
  }

  void write_labels(const engine::Scene& scene, const Placed& placed) {
    const Colour ink = theme().text;
    for (const auto& label : scene.labels)
      ImGui::GetBackgroundDrawList()->AddText(
          {placed.left + label.x * placed.scale,
           placed.top + label.y * placed.scale - ImGui::GetFontSize()},
          IM_COL32(ink.r, ink.g, ink.b, 255), label.text.c_str());
  }

  void draw_help(float width, float height) {
    ImGui::SetNextWindowPos({width / 2, height / 2}, ImGuiCond_Always, {.5f, .5f});
    ImGui::SetNextWindowFocus();
    ImGui::Begin(
        "help", nullptr,
        (kFixed & ~ImGuiWindowFlags_NoBringToFrontOnFocus) | ImGuiWindowFlags_AlwaysAutoResize);
    show_help(gui, keys);
    ImGui::End();
  }

  WindowOptions options;
  sf::RenderWindow window;
  Gui gui;
  Atlas light, dark;
  Keys keys;
  std::vector<ScenePainter> painters;
  std::vector<Command> wanted;
  int strokes = 0;
  std::set<sf::Keyboard::Key> down;
  std::vector<std::string> actions;  // that keys is for
  bool by_hand = false;
  std::optional<engine::Desk> desk;  // as it was shown last
  bool words = true;                 // beside the worlds
  bool help = false, has_footprint = false;
  float now = 0;  // s
};

Window::Window(const WindowOptions& options, std::span<const Snapshot> snapshots)
    : state_(std::make_unique<State>(options, snapshots)) {}
Window::~Window() = default;

bool Window::is_open() const { return state_->window.isOpen(); }
void Window::close() { state_->window.close(); }
int Window::strokes() const { return state_->strokes; }

std::vector<Command> Window::commands() {
  sf::Event event;
  while (state_->window.pollEvent(event)) state_->handle(event);
  return std::exchange(state_->wanted, {});
}

void Window::show(std::span<const Snapshot> snapshots, double seconds, const engine::Desk* desk) {
  state_->draw(snapshots, static_cast<float>(seconds), desk);
  state_->window.display();
}

Picture Window::picture(std::span<const Snapshot> snapshots, double seconds,
                        const engine::Desk* desk) {
  state_->draw(snapshots, static_cast<float>(seconds), desk);
  const sf::Vector2u size = state_->window.getSize();
  sf::Texture texture;
  texture.create(size.x, size.y);
  texture.update(state_->window);  // before display, after which the buffer may be anything
  state_->window.display();
  const sf::Image image = texture.copyToImage();
  const sf::Uint8* pixels = image.getPixelsPtr();
  Picture out{static_cast<int>(size.x), static_cast<int>(size.y), {}};
  out.rgba.assign(pixels, pixels + std::size_t{4} * size.x * size.y);
  for (std::size_t i = 3; i < out.rgba.size(); i += 4) out.rgba[i] = 255;  // a window is opaque
  return out;
}

void save(const Picture& picture, const std::filesystem::path& file) {
  sf::Image image;
  image.create(static_cast<unsigned>(picture.width), static_cast<unsigned>(picture.height),
               picture.rgba.data());
  if (!image.saveToFile(file.string()))
    throw Error(fmt::format("{}: expected to be written, as a PNG, got a failure", file.string()));
}

Picture load_picture(const std::filesystem::path& file) {
  sf::Image image;
  if (!image.loadFromFile(file.string()))
    throw Error(fmt::format("{}: expected a picture, got none that can be read", file.string()));
  const sf::Vector2u size = image.getSize();
  Picture out{static_cast<int>(size.x), static_cast<int>(size.y), {}};
  out.rgba.assign(image.getPixelsPtr(), image.getPixelsPtr() + std::size_t{4} * size.x * size.y);
  return out;
}

}  // namespace pump::viewer
