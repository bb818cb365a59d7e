#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/snapshot.hpp"
#include "engine/wish.hpp"

// What somebody who shows worlds puts beside them: words, choices, sliders, shares and curves, one
// below the other. Whoever draws it knows nothing of what they mean; what is done to a part comes
// back as a Command that carries the part's id.
namespace pump::engine {

using DeskId = int;

struct Words {
  enum class Look : std::uint8_t { plain, faint, bold, large, said };  // said: in quotation marks
  std::string text;
  Look look = Look::plain;
};

struct Rule {};  // a line across

struct Button {
  DeskId id = 0;
  std::string text = {};
  char key = 0;  // that presses it too: '1' to '9', or a small letter; 0: none
  bool on = false;
  bool wide = false;      // as wide as the desk, and its text over several lines
  std::string hint = {};  // shown under the pointer
};
// Side by side, as far as there is room.
struct Buttons {
  std::vector<Button> row;
};

struct Slider {
  DeskId id = 0;
  std::string text = {};
  double low = 0, high = 1, value = 0;
  double unit = 0;  // not 0: it stands at multiples of it
  // Not empty: it stands at one of these, which ascend, and the arrows up and down move it too; its
  // text (without a %) says where it stands.
  std::vector<double> stops = {};
};

// How much of something each of several things has, of 1.
struct Shares {
  struct Row {
    std::string text;
    Kind kind = Kind::other;
    double share = 0;
    std::optional<double> mark = {};  // of another, to compare with
    std::string number = {};          // written beside it; "": the share
  };
  std::vector<Row> rows;
  std::string caption;  // what share and mark are
};

// Named numbers, as many to a line as there is room.
struct Figures {
  struct Figure {
    std::string name, value;
  };
  std::vector<Figure> figures;
};

// Shares over a number, as lines (what is so) and dots (what was found).
struct Curves {
  struct Curve {
    std::string name;          // of a line
    Kind kind = Kind::other;   // its colour
    std::vector<double> x, y;  // y: NaN where it is not known yet
    bool dots = false;
  };
  std::vector<Curve> curves;
  std::string dots_name, x_name;
  double low = 0, high = 1;  // of x; y goes from 0 to 1
  double cursor = 0;         // x, where the eye is
};

// Work under way. share: [0, 1]; none: nobody knows how far it is.
struct Work {
  std::string text;
  std::optional<double> share;
};

struct Desk {
  std::string title;    // of the window, behind its own name
  bool numbers = true;  // whether those of each world are shown below it
  using Part = std::variant<Words, Rule, Buttons, Slider, Shares, Figures, Curves, Work>;
  std::vector<Part> parts;
  std::vector<Button> foot;               // always in sight, at the lower edge
  DeskId enter = 0, back = 0, leave = 0;  // what Enter, Backspace and Escape press; 0: nothing
  void say(std::string text, Words::Look look = Words::Look::plain) {
    parts.emplace_back(Words{std::move(text), look});
  }
};

// What a key does to a desk: "enter", "backspace", "escape", a button's own ("1", "g"), or "up" and
// "down", which move the first slider that has stops.
std::optional<Command> command_of(const Desk& desk, const std::string& key);
// Where a slider stands that is moved to a value; with stops, so many further on.
double place_of(const Slider& slider, double value, int further = 0);

}  // namespace pump::engine
