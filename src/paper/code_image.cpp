#include "paper/code_image.hpp"

#include <cairo.h>
#include <qrencode.h>

#include <memory>

namespace yuanqu::paper {

std::optional<CodeModules> code_modules(std::string_view content) {
  const std::string text(content);
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                             QRcode_free);
  if (!code) return std::nullopt;
  CodeModules modules{code->width, {}};
  modules.dark.reserve(static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width));
  for (int at = 0; at < code->width * code->width; ++at) modules.dark.push_back((code->data[at] & 1) != 0);
  return modules;
}

std::string code_png(std::string_view content, int scale) {
  const auto modules = code_modules(content);
  if (!modules) return {};
  const int side = (modules->side + 8) * scale;
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
  cairo_t* context = cairo_create(surface);
  cairo_set_source_rgb(context, 1, 1, 1);
  cairo_paint(context);
  cairo_set_source_rgb(context, 0, 0, 0);
  for (int row = 0; row < modules->side; ++row) {
    for (int column = 0; column < modules->side; ++column) {
      if (modules->dark[static_cast<std::size_t>(row) * static_cast<std::size_t>(modules->side) +
                        static_cast<std::size_t>(column)])
        cairo_rectangle(context, (column + 4) * scale, (row + 4) * scale, scale, scale);
    }
  }
  cairo_fill(context);
  std::string bytes;
  const auto append = [](void* target, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  };
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface, append, &bytes);
  cairo_destroy(context);
  cairo_surface_destroy(surface);
  return status == CAIRO_STATUS_SUCCESS ? bytes : std::string();
}

}  // namespace yuanqu::paper
