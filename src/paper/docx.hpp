#pragma once
// Writes a document as DOCX (WordprocessingML, ISO/IEC 29500; opens in WPS Office, LibreOffice and Word): A4, the same
// words as the PDF, to be worked on by people where a paper is filled in by hand or sealed on paper. A sample carries
// 样本 across every page, in title and foot. Equal input gives equal bytes. The signed PDF stays the original.

#include <string>

#include "base/error.hpp"
#include "paper/document.hpp"

namespace yuanqu::paper {

base::Result<std::string> docx(const Document& document);

}  // namespace yuanqu::paper
