#pragma once

#include <string>

#include <imgui/imgui.h>

#include "engine/wish.hpp"
#include "viewer/theme.hpp"

// Words and colours, into Dear ImGui's current window.
namespace pump::viewer {

inline ImU32 packed(Colour colour) { return IM_COL32(colour.r, colour.g, colour.b, colour.a); }

inline void text(const std::string& words) { ImGui::TextUnformatted(words.c_str()); }

inline void wrapped(const std::string& words) {
  ImGui::PushTextWrapPos(0);
  text(words);
  ImGui::PopTextWrapPos();
}

inline void coloured(Colour colour, const std::string& words) {
  ImGui::PushStyleColor(ImGuiCol_Text, packed(colour));
  wrapped(words);
  ImGui::PopStyleColor();
}

// Of what becomes of a wish.
struct KindLook {
  const char* sign;  // read without colour
  Colour colour;
};
inline KindLook look_of(engine::Kind kind, const Theme& theme) {
  switch (kind) {
    case engine::Kind::intended:
      return {"✓", theme.good};
    case engine::Kind::gaming:
      return {"⚠", theme.bad};
    case engine::Kind::harm:
      return {"✘", theme.harm};
    case engine::Kind::benign_failure:
    case engine::Kind::other:
      break;
  }
  return {"○", theme.neutral};
}

}  // namespace pump::viewer
