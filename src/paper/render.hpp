#pragma once
// Draws a document as PDF bytes (Pango and Cairo, A4, selectable text, fonts embedded). Equal input gives equal bytes:
// the creation date in the file is the day of issue, and nothing asks the clock. A sample carries 样本 across every
// page, in its title, its metadata and its foot. No emblem and no seal is ever drawn. Cost: some tens of milliseconds a
// page; never call it on the journal's writer thread. Safe from several threads.

#include <string>

#include "base/error.hpp"
#include "paper/document.hpp"

namespace yuanqu::paper {

inline constexpr std::size_t pages_max = 200;
// Latin and figures from the same family as Han, so that one font carries the page. Its outlines are TrueType: of fonts
// with PostScript outlines cairo 1.16 (Debian 12) writes some glyphs as nothing (如 of Noto Sans CJK) and stops at an
// assertion at others.
inline constexpr const char* typeface = "WenQuanYi Micro Hei";

base::Result<std::string> render(const Document& document);

// Whether the fonts a paper needs are installed; the error names the package.
base::Result<void> check_fonts();

}  // namespace yuanqu::paper
