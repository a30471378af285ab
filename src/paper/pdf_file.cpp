#include "paper/pdf_file.hpp"

#define POINTERHOLDER_TRANSITION 4  // std::shared_ptr only, as qpdf 11 asks to be told
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEFStreamObjectHelper.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFFileSpecObjectHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

namespace yuanqu::paper {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t signature_bytes_max = 12'288;  // room for a CMS with its certificate
constexpr std::string_view empty_range = "/ByteRange [ 0 9999999999 9999999999 9999999999 ]";

tl::unexpected<base::Error> not_a_pdf(const std::exception& problem) {
  return fail(ErrorCode::Internal, "PDF 处理失败，请查看文件。",
              std::string("The PDF could not be processed: ") + problem.what());
}

std::string pdf_day(base::Date day) {
  const auto civil = day.civil();
  return fmt::format("D:{:04}{:02}{:02}000000+08'00'", static_cast<int>(civil.year), static_cast<unsigned>(civil.month),
                     static_cast<unsigned>(civil.day));
}

std::unique_ptr<QPDF> opened(std::string_view pdf) {
  auto document = std::make_unique<QPDF>();
  document->setSuppressWarnings(true);
  document->processMemoryFile("paper", pdf.data(), pdf.size());
  return document;
}

std::string written(QPDF& document) {
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setObjectStreamMode(qpdf_o_disable);  // the signature dictionary must stand in the open
  writer.setDeterministicID(true);
  writer.write();
  const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

void attach(QPDF& document, const Attachment& attachment, base::Date day) {
  auto stream = QPDFEFStreamObjectHelper::createEFStream(document, attachment.bytes);
  stream.setSubtype(attachment.type).setCreationDate(pdf_day(day)).setModDate(pdf_day(day));
  auto file = QPDFFileSpecObjectHelper::createFileSpec(document, attachment.name, stream);
  file.getObjectHandle().replaceKey("/AFRelationship", QPDFObjectHandle::newName("/Data"));
  QPDFEmbeddedFileDocumentHelper(document).replaceEmbeddedFile(attachment.name, file);
  QPDFObjectHandle files = QPDFObjectHandle::newArray();
  files.appendItem(file.getObjectHandle());
  document.getRoot().replaceKey("/AF", files);
}

void add_signature_field(QPDF& document, const SignatureDetails& details) {
  QPDFObjectHandle signature = document.makeIndirectObject(QPDFObjectHandle::parse(
      "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached " + std::string(empty_range) + " >>"));
  signature.replaceKey("/Contents", QPDFObjectHandle::newString(std::string(signature_bytes_max, '\0')));
  signature.replaceKey("/M", QPDFObjectHandle::newString(pdf_day(details.day)));
  signature.replaceKey("/Name", QPDFObjectHandle::newUnicodeString(details.name));
  signature.replaceKey("/Reason", QPDFObjectHandle::newUnicodeString(details.reason));
  QPDFObjectHandle page = document.getAllPages().at(0);
  QPDFObjectHandle field = document.makeIndirectObject(
      QPDFObjectHandle::parse("<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [ 0 0 0 0 ] >>"));
  field.replaceKey("/T", QPDFObjectHandle::newString("Signature"));
  field.replaceKey("/V", signature);
  field.replaceKey("/P", page);
  QPDFObjectHandle annotations = page.getKey("/Annots");
  if (!annotations.isArray()) annotations = QPDFObjectHandle::newArray();
  annotations.appendItem(field);
  page.replaceKey("/Annots", annotations);
  QPDFObjectHandle form = QPDFObjectHandle::parse("<< /SigFlags 3 >>");
  QPDFObjectHandle fields = QPDFObjectHandle::newArray();
  fields.appendItem(field);
  form.replaceKey("/Fields", fields);
  document.getRoot().replaceKey("/AcroForm", document.makeIndirectObject(form));
}

}  // namespace

Result<std::string> signed_pdf(std::string_view pdf, const Attachment& attachment, const Signer& signer,
                               const SignatureDetails& details) {
  std::string bytes;
  try {
    const auto document = opened(pdf);
    attach(*document, attachment, details.day);
    add_signature_field(*document, details);
    bytes = written(*document);
  } catch (const std::exception& problem) {
    return not_a_pdf(problem);
  }
  const std::string room = "<" + std::string(2 * signature_bytes_max, '0') + ">";
  const std::size_t range = bytes.find(empty_range), contents = bytes.find(room);
  if (range == std::string::npos || contents == std::string::npos) {
    return fail(ErrorCode::Internal, "PDF 里没有找到签名的位置。",
                "The place of the signature was not found in the PDF.");
  }
  const std::size_t after = contents + room.size();
  std::string filled = fmt::format("/ByteRange [ 0 {} {} {} ]", contents, after, bytes.size() - after);
  filled.resize(empty_range.size(), ' ');
  bytes.replace(range, filled.size(), filled);
  auto signature = signer.sign(bytes.substr(0, contents) + bytes.substr(after));
  if (!signature) return signature;
  if (signature->size() > signature_bytes_max) {
    return fail(ErrorCode::LimitExceeded, "证书太大，签名放不下。", "The certificate is too large for a signature.");
  }
  constexpr char digits[] = "0123456789abcdef";
  std::size_t at = contents + 1;
  for (const char letter : *signature) {
    const auto byte = static_cast<unsigned char>(letter);
    bytes[at++] = digits[byte >> 4];
    bytes[at++] = digits[byte & 15];
  }
  return bytes;
}

Result<std::string> merged_pdf(const std::vector<std::string>& files, const std::string& title) {
  try {
    QPDF whole;
    whole.emptyPDF();
    std::vector<std::unique_ptr<QPDF>> parts;  // kept until the whole is written: pages are copied lazily
    QPDFPageDocumentHelper pages(whole);
    for (const std::string& file : files) {
      parts.push_back(opened(file));
      for (QPDFPageObjectHelper& page : QPDFPageDocumentHelper(*parts.back()).getAllPages()) {
        page.getObjectHandle().removeKey("/Annots");
        pages.addPage(page, false);
      }
    }
    QPDFObjectHandle information = whole.makeIndirectObject(QPDFObjectHandle::newDictionary());
    information.replaceKey("/Title", QPDFObjectHandle::newUnicodeString(title));
    whole.getTrailer().replaceKey("/Info", information);
    return written(whole);
  } catch (const std::exception& problem) {
    return not_a_pdf(problem);
  }
}

Result<std::size_t> pages_of(std::string_view pdf) {
  try {
    return opened(pdf)->getAllPages().size();
  } catch (const std::exception& problem) {
    return not_a_pdf(problem);
  }
}

}  // namespace yuanqu::paper
