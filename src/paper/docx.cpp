#include "paper/docx.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "paper/code_image.hpp"

namespace yuanqu::paper {
namespace {

using base::Result;

constexpr std::string_view names =
    R"( xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main")"
    R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships")"
    R"( xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing")"
    R"( xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main")"
    R"( xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture")"
    R"( xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office")";
constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
constexpr int text_width = 9'414;  // of A4 between margins of 22 mm, in twentieths of a point

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        // Controls have no place in XML 1.0.
        if (static_cast<unsigned char>(letter) >= 0x20 || letter == '\n' || letter == '\t') out += letter;
    }
  }
  return out;
}

struct Look {
  std::string_view align = "left";  // left, center, right
  int half_points = 22;
  bool bold = false;
  std::string_view colour = "1A2129";
  int after = 120;  // space, twentieths of a point
};

std::string run(std::string_view text, const Look& look) {
  std::string inside;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('\n', begin);
    inside += R"(<w:t xml:space="preserve">)" + escaped(text.substr(begin, end - begin)) + "</w:t>";
    if (end == std::string_view::npos) break;
    inside += "<w:br/>";
    begin = end + 1;
  }
  return fmt::format(
      R"(<w:r><w:rPr><w:rFonts w:ascii="Noto Sans CJK SC" w:hAnsi="Noto Sans CJK SC" w:eastAsia="Noto Sans CJK SC" w:hint="eastAsia"/>{}<w:color w:val="{}"/><w:sz w:val="{}"/></w:rPr>{}</w:r>)",
      look.bold ? "<w:b/>" : "", look.colour, look.half_points, inside);
}

std::string paragraph_of(const std::string& runs, const Look& look) {
  return fmt::format(
      R"(<w:p><w:pPr><w:spacing w:after="{}" w:line="360" w:lineRule="auto"/><w:jc w:val="{}"/></w:pPr>{}</w:p>)",
      look.after, look.align, runs);
}
std::string paragraph(std::string_view text, const Look& look) { return paragraph_of(run(text, look), look); }

std::string cell(std::string_view text, int width, const Look& look) {
  return fmt::format(R"(<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/></w:tcPr>{}</w:tc>)", width, paragraph(text, look));
}

std::string grid(const std::vector<int>& widths, const std::string& rows) {
  std::string columns;
  for (const int width : widths) columns += fmt::format(R"(<w:gridCol w:w="{}"/>)", width);
  std::string borders;
  for (const std::string_view side : {"top", "bottom", "insideH"})
    borders += fmt::format(R"(<w:{} w:val="single" w:sz="4" w:space="0" w:color="CBC8BE"/>)", side);
  return fmt::format(
             R"(<w:tbl><w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:tblBorders>{}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{}</w:tblGrid>{}</w:tbl>)",
             text_width, borders, columns, rows) +
         paragraph("", Look{.half_points = 8, .after = 0});
}

class Writer {
 public:
  explicit Writer(const Document& document) : document_(document) {}

  std::string body() {
    for (const Part& part : document_.parts) std::visit([&](const auto& content) { put(content); }, part);
    return std::move(out_);
  }
  bool has_code() const { return has_code_; }

 private:
  void put(const Title& title) {
    out_ += paragraph(title.words, Look{.align = "center", .half_points = 44, .bold = true, .after = 240});
  }
  void put(const Line& line) {
    Look look;
    if (line.look == Line::Look::Centred) look.align = "center";
    if (line.look == Line::Look::Right) look.align = "right";
    if (line.look == Line::Look::Small) look.half_points = 18;
    out_ += paragraph(line.words, look);
  }
  void put(const Fields& fields) {
    const std::vector<int> widths = {text_width * 27 / 100, text_width - text_width * 27 / 100};
    std::string rows;
    for (const Fields::Row& row : fields.rows) {
      rows += "<w:tr>" + cell(row.label, widths[0], Look{.half_points = 21, .colour = "47525C", .after = 60}) +
              cell(row.value, widths[1], Look{.half_points = 23, .after = 60}) + "</w:tr>";
    }
    if (!rows.empty()) out_ += grid(widths, rows);
  }
  void put(const Table& table) {
    const double whole = std::accumulate(table.shares.begin(), table.shares.end(), 0.0);
    std::vector<int> widths;
    for (const double share : table.shares) widths.push_back(static_cast<int>(text_width * share / whole));
    std::string rows = "<w:tr><w:trPr><w:tblHeader/></w:trPr>";
    for (std::size_t at = 0; at < table.head.size(); ++at)
      rows += cell(table.head[at], widths[at], Look{.half_points = 19, .bold = true, .after = 40});
    rows += "</w:tr>";
    for (const auto& line : table.rows) {
      rows += "<w:tr>";
      for (std::size_t at = 0; at < line.size(); ++at)
        rows += cell(line[at], widths[at], Look{.half_points = 19, .after = 40});
      rows += "</w:tr>";
    }
    out_ += grid(widths, rows);
  }
  void put(const Space& space) {
    out_ +=
        fmt::format(R"(<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/></w:pPr></w:p>)",
                    std::max(20, static_cast<int>(space.millimetres * 56.7)));
  }
  void put(const Rule&) {
    out_ +=
        R"(<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="CBC8BE"/></w:pBdr></w:pPr></w:p>)";
  }
  void put(const Signature& signature) {
    out_ += paragraph("", Look{.after = 400});  // room for a seal
    out_ += paragraph(signature.issuer, Look{.align = "right", .half_points = 23, .after = 0});
    out_ += paragraph(signature.day, Look{.align = "right", .half_points = 23});
  }
  void put(const Code& code) {
    has_code_ = true;
    constexpr int side = 936'000;  // 26 mm in EMU
    const std::string picture = fmt::format(
        R"(<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{0}" cy="{0}"/><wp:docPr id="1" name="code" descr="{1}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="code.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rCode"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{0}" cy="{0}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>)",
        side, escaped(document_.options.verify_at));
    out_ += paragraph_of(picture, Look{.align = "right", .after = 40});
    out_ += paragraph(code.caption, Look{.align = "right", .half_points = 17, .colour = "47525C"});
  }
  void put(const PageBreak&) { out_ += R"(<w:p><w:r><w:br w:type="page"/></w:r></w:p>)"; }

  const Document& document_;
  std::string out_;
  bool has_code_ = false;
};

// The word 样本 lies in the header, behind the text of every page.
std::string header(const Document& document) {
  std::string inside;
  if (document.options.sample) {
    inside = fmt::format(
        R"(<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype><v:shape id="SampleMark" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:190pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#b0352a" stroked="f"><v:fill opacity=".2"/><v:textpath style="font-family:&quot;Noto Sans CJK SC&quot;;font-size:1pt" string="{}"/></v:shape></w:pict></w:r>)",
        document.chinese() ? "样本" : "SAMPLE");
    inside += run(document.said(), Look{.half_points = 18, .colour = "B0352A"});
  }
  return std::string(declaration) + "<w:hdr" + std::string(names) + ">" +
         paragraph_of(inside, Look{.align = "center"}) + "</w:hdr>";
}

std::string footer(const Document& document) {
  const Look look{.half_points = 17, .colour = "5E6973"};
  const std::string said = document.options.sample ? document.said() + "　" : "";
  const std::string page =
      R"(<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>)";
  return std::string(declaration) + "<w:ftr" + std::string(names) + ">" +
         paragraph_of(run(said + document.options.number + "　", look) + page, look) + "</w:ftr>";
}

std::string section(const Document& document) {
  const bool wide = document.landscape;
  return fmt::format(
      R"(<w:sectPr><w:headerReference w:type="default" r:id="rHeader"/><w:footerReference w:type="default" r:id="rFooter"/><w:pgSz w:w="{}" w:h="{}"{}/><w:pgMar w:top="1247" w:right="1247" w:bottom="1247" w:left="1247" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>)",
      wide ? 16'838 : 11'906, wide ? 11'906 : 16'838, wide ? R"( w:orient="landscape")" : "");
}

std::string relationship(std::string_view id, std::string_view type, std::string_view target) {
  return fmt::format(
      R"(<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>)",
      id, type, target);
}
std::string relationships(const std::string& inside) {
  return std::string(declaration) +
         R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)" + inside +
         "</Relationships>";
}

Result<std::string> zipped(const std::vector<std::pair<std::string, std::string>>& files) {
  const auto failed = [] {
    return base::fail(base::ErrorCode::Internal, "DOCX 没有写成。", "The DOCX could not be written.");
  };
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &problem);
  if (target == nullptr) return failed();
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &problem);
  bool good = archive != nullptr;
  for (const auto& [name, bytes] : files) {
    zip_source_t* source = good ? zip_source_buffer(archive, bytes.data(), bytes.size(), 0) : nullptr;
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    good = index >= 0;
    if (good) zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, 0x21, 0);  // 1980-01-01: no clock
  }
  if (archive != nullptr && zip_close(archive) != 0) {
    zip_discard(archive);
    good = false;
  }
  std::string bytes;
  zip_stat_t stat;
  if (good && zip_source_stat(target, &stat) == 0 && zip_source_open(target) == 0) {
    bytes.resize(static_cast<std::size_t>(stat.size));
    good = zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size());
    zip_source_close(target);
  } else {
    good = false;
  }
  zip_source_free(target);
  if (!good) return failed();
  return bytes;
}

}  // namespace

Result<std::string> docx(const Document& document) {
  Writer writer(document);
  const std::string body = writer.body();
  const std::string title = (document.options.sample ? "样本 " : "") + document.label() + " " + document.options.number;
  std::vector<std::pair<std::string, std::string>> files = {
      {"[Content_Types].xml",
       std::string(declaration) +
           R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>)"},
      {"_rels/.rels",
       relationships(
           relationship("rDocument", "officeDocument", "word/document.xml") +
           R"(<Relationship Id="rCore" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>)")},
      {"docProps/core.xml",
       std::string(declaration) +
           R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>)" +
           escaped(title) + "</dc:title><dc:creator>Yuanqu</dc:creator></cp:coreProperties>"},
      {"word/document.xml", std::string(declaration) + "<w:document" + std::string(names) + "><w:body>" + body +
                                section(document) + "</w:body></w:document>"},
      {"word/header1.xml", header(document)},
      {"word/footer1.xml", footer(document)},
      {"word/_rels/document.xml.rels",
       relationships(relationship("rHeader", "header", "header1.xml") +
                     relationship("rFooter", "footer", "footer1.xml") +
                     (writer.has_code() ? relationship("rCode", "image", "media/code.png") : ""))},
  };
  if (writer.has_code()) files.emplace_back("word/media/code.png", code_png(document.options.verify_at, 6));
  return zipped(files);
}

}  // namespace yuanqu::paper
