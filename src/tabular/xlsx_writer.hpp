#pragma once
// Writes an XLSX with libxlsxwriter in constant memory.

#include <memory>

#include "tabular/writer.hpp"

namespace yuanqu::tabular {

// The workbook is built at `file`; the caller moves it into place.
base::Result<std::unique_ptr<Writer>> create_xlsx_writer(const std::filesystem::path& file,
                                                         const std::vector<Column>& columns,
                                                         const WriteOptions& options);

}  // namespace yuanqu::tabular
