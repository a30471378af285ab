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

base::Result<std::string> render(const Document& document);

// Whether the fonts a paper needs are installed; the error names the package.
base::Result<void> check_fonts();

}  // namespace yuanqu::paper
