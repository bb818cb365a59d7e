#include "viewer/gui.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <imgui/backends/imgui_impl_opengl2.h>
#include <imgui/imgui.h>

#include "engine/error.hpp"

namespace pump::viewer {
namespace {

constexpr const char* kFonts = "/usr/share/fonts/truetype/dejavu/";  // fonts-dejavu-core

ImVec4 vec(Colour colour) {
  constexpr float kMost = 255;
  return {static_cast<float>(colour.r) / kMost, static_cast<float>(colour.g) / kMost,
          static_cast<float>(colour.b) / kMost, static_cast<float>(colour.a) / kMost};
}

void set_style(const Theme& theme, float text_size) {
  ImGuiStyle style;
  style.WindowRounding = 0;
  style.FrameRounding = style.GrabRounding = 4;
  style.WindowBorderSize = 0;
  style.FramePadding = {.5f * text_size, .3f * text_size};
  style.ItemSpacing = {.5f * text_size, .4f * text_size};
  style.WindowPadding = {.8f * text_size, .7f * text_size};
  style.GrabMinSize = text_size;
  auto& colours = style.Colors;
  colours[ImGuiCol_Text] = vec(theme.text);
  colours[ImGuiCol_TextDisabled] = vec(theme.faint_text);
  colours[ImGuiCol_WindowBg] = colours[ImGuiCol_PopupBg] = vec(theme.panel);
  colours[ImGuiCol_Border] = colours[ImGuiCol_Separator] = vec(theme.panel_edge);
  colours[ImGuiCol_Button] = colours[ImGuiCol_FrameBg] = vec(theme.control);
  for (const auto hovered : {ImGuiCol_ButtonHovered, ImGuiCol_ButtonActive, ImGuiCol_FrameBgHovered,
                             ImGuiCol_FrameBgActive})
    colours[hovered] = vec(theme.control_hovered);
  colours[ImGuiCol_SliderGrab] = colours[ImGuiCol_SliderGrabActive] = vec(theme.truth);
  ImGui::GetStyle() = style;
}

}  // namespace

Gui::Gui(sf::RenderWindow& window) : window_(window) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;  // nothing is written behind anybody's back
  ImGui::GetIO().LogFilename = nullptr;
  window_.setActive(true);
  ImGui_ImplOpenGL2_Init();
}

Gui::~Gui() {
  window_.setActive(true);
  ImGui_ImplOpenGL2_Shutdown();
  ImGui::DestroyContext();
}

// Written where every version of the library looks, rather than through the queue of the newer
// ones.
void Gui::handle(const sf::Event& event) {
  ImGuiIO& io = ImGui::GetIO();
  const auto button = [&](bool down) {
    const auto index = static_cast<std::size_t>(event.mouseButton.button);
    if (index >= std::size(io.MouseDown)) return;
    mouse_ = {static_cast<float>(event.mouseButton.x), static_cast<float>(event.mouseButton.y)};
    presses_.push_back({index, down, mouse_});
  };
  switch (event.type) {
    case sf::Event::MouseMoved:
      mouse_ = {static_cast<float>(event.mouseMove.x), static_cast<float>(event.mouseMove.y)};
      return;
    case sf::Event::MouseButtonPressed:
      return button(true);
    case sf::Event::MouseButtonReleased:
      return button(false);
    case sf::Event::MouseWheelScrolled:
      io.MouseWheel += event.mouseWheelScroll.delta;
      return;
    default:
      return;
  }
}

// One change of a button a picture, where the mouse was then: a click within one slow picture would
// else be none, or one beside its button.
void Gui::press_buttons() {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {mouse_.x, mouse_.y};
  if (presses_.empty()) return;
  const Press& press = presses_.front();
  io.MousePos = {press.at.x, press.at.y};
  io.MouseDown[press.button] = press.down;
  presses_.pop_front();
}

void Gui::load_fonts(float size) {
  ImFontAtlas& fonts = *ImGui::GetIO().Fonts;
  if (text_size_ > 0) ImGui_ImplOpenGL2_DestroyFontsTexture();
  fonts.Clear();
  // Latin with its extensions, Greek, Cyrillic, and signs.
  static const ImWchar kGlyphs[] = {0x20,   0x24f,  0x370,  0x52f,  0x1e00, 0x1eff, 0x2010,
                                    0x2027, 0x2190, 0x2193, 0x2260, 0x2265, 0x25a0, 0x25ff,
                                    0x2713, 0x2718, 0x26a0, 0x26a0, 0};
  const auto load = [&](const char* file, float pixels) {
    const std::filesystem::path path = std::filesystem::path(kFonts) / file;
    if (!std::filesystem::exists(path))
      throw Error(fmt::format("{}: expected this font (package fonts-dejavu-core), got none",
                              path.string()));
    return fonts.AddFontFromFileTTF(path.c_str(), pixels, nullptr, kGlyphs);
  };
  load("DejaVuSans.ttf", size);
  bold_ = load("DejaVuSans-Bold.ttf", size);
  large_ = load("DejaVuSans-Bold.ttf", std::round(1.5f * size));
  ImGui_ImplOpenGL2_CreateFontsTexture();
  text_size_ = size;
}

void Gui::begin(float seconds, const Theme& theme, float text_size) {
  const float size = std::round(std::clamp(text_size, 8.f, 60.f));
  if (size != text_size_) load_fonts(size);
  set_style(theme, size);
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(window_.getSize().x),
                    static_cast<float>(window_.getSize().y)};
  io.DeltaTime = std::max(seconds, 1e-4f);
  press_buttons();
  ImGui_ImplOpenGL2_NewFrame();
  ImGui::NewFrame();
}

void Gui::end() {
  ImGui::Render();
  window_.setActive(true);
  window_.resetGLStates();
  ImGui_ImplOpenGL2_RenderDrawData(ImGui::GetDrawData());
  window_.resetGLStates();
}

}  // namespace pump::viewer
