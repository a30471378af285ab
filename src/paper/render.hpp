#pragma once
// Renders a template over named values to PDF bytes (Pango and Cairo, A4, selectable text, fonts embedded).
// Equal input gives equal bytes: the creation date in the file is the day of issue, and nothing asks the clock.
// A sample carries 样本 across every page, in its title, its metadata and its foot. No emblem and no seal is ever
// drawn. Cost: some tens of milliseconds a page; never call it on the journal's writer thread. Safe from several
// threads.

#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "feel/context_scope.hpp"
#include "paper/template.hpp"

namespace yuanqu::paper {

struct RenderOptions {
  std::string number;  // "样本-SPJY-2026-000001"
  base::Date issued_on;
  std::string verify_at;  // address in the QR code
  bool sample = true;
  Language language = Language::Chinese;
};

inline constexpr std::size_t pages_max = 200;

base::Result<std::string> render(const Template& paper, const feel::ContextScope& names, const RenderOptions& options);

// Whether the fonts a paper needs are installed; the error names the package.
base::Result<void> check_fonts();

}  // namespace yuanqu::paper
