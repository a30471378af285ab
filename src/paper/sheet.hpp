#pragma once
// The sheets a paper is drawn on: pages of a PDF, the place where the next line goes, what every page carries (frame,
// watermark, foot). Private to the room. Lengths are points (1/72 inch).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "paper/document.hpp"
#include "paper/render.hpp"

struct _cairo;
struct _cairo_surface;
struct _PangoLayout;

namespace yuanqu::paper {

inline constexpr double points_per_millimetre = 72.0 / 25.4;

enum class Align { Left, Centre, Right };

struct Style {
  double size = 11;
  bool bold = false;
  Align align = Align::Left;
  double spacing = 1.45;  // line height over font size
  double red = 0.10, green = 0.13, blue = 0.16;
};

struct Cell {
  std::string text;
  double x = 0;
  double width = 0;
  Style style;
};

class Sheet {
 public:
  Sheet(const Document& document, std::size_t pages_total);
  ~Sheet();
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  double left() const { return margin_; }
  double width() const { return width_ - 2 * margin_; }
  // Lines of all cells beside each other from the current place down; goes over to further pages where they do not fit.
  // The place moves below the longest cell and then by `gap`.
  void row(const std::vector<Cell>& cells, double gap);
  void rule(double gap);
  void space(double points);
  void page_break();
  void code(std::string_view content, std::string_view caption);

  std::size_t pages() const { return pages_; }
  bool too_long() const { return pages_ > pages_max; }
  base::Result<std::string> finish();

 private:
  struct Lines;
  void begin_page();
  void end_page();
  void need(double height);
  void watermark();
  double bottom() const;
  double draw_text(std::string_view text, double x, double y, double width, const Style& style);

  const Document& document_;
  std::size_t pages_total_;
  double width_ = 0;
  double height_ = 0;
  double margin_ = 0;
  double y_ = 0;
  std::size_t pages_ = 0;
  std::string bytes_;
  _cairo_surface* surface_ = nullptr;
  _cairo* context_ = nullptr;
};

}  // namespace yuanqu::paper
