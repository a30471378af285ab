#pragma once
// Opens an XLSX container as a Workbook.

#include <memory>

#include "tabular/reader.hpp"
#include "tabular/zip_file.hpp"

namespace yuanqu::tabular {

base::Result<std::unique_ptr<Workbook>> open_xlsx(std::unique_ptr<ZipContainer> container, ReadOptions options,
                                                  std::string shown);

}  // namespace yuanqu::tabular
