#pragma once
// Finished PDF files: signed with their data attached, and put together. Reading and writing the format is qpdf's.
// Equal input gives equal bytes. Not for the journal's writer thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "paper/signer.hpp"

namespace yuanqu::paper {

struct SignatureDetails {
  std::string name;    // of the signer, shown by readers
  std::string reason;  // "样本，无法律效力"
  base::Date day;      // claimed time of signing: this day, 00:00 in the zone
};

struct Attachment {
  std::string name;  // "licence.json"
  std::string type;  // "application/json"
  std::string bytes;
};

// A PDF with the attachment and one PAdES baseline B-B signature over everything but the signature itself.
base::Result<std::string> signed_pdf(std::string_view pdf, const Attachment& attachment, const Signer& signer,
                                     const SignatureDetails& details);

// All pages, file after file. Signatures and attachments of the parts do not come along: the whole is a print, the
// parts stay the originals. `title` goes into the metadata.
base::Result<std::string> merged_pdf(const std::vector<std::string>& files, const std::string& title);

base::Result<std::size_t> pages_of(std::string_view pdf);

}  // namespace yuanqu::paper
