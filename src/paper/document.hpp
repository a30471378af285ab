#pragma once
// A document: everything a paper says, worked out before anything is drawn. From one document come the PDF and the
// DOCX, so that both say the same; a template that cannot be evaluated leaves no half a page. Plain data.

#include <string>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "feel/context_scope.hpp"
#include "paper/template.hpp"

namespace yuanqu::paper {

struct Title {
  std::string words;  // with （样本） when a sample
};
struct Line {
  enum class Look { Plain, Centred, Small, Right };
  std::string words;
  Look look = Look::Plain;
};
struct Fields {
  struct Row {
    std::string label;
    std::string value;
  };
  std::vector<Row> rows;
};
struct Table {
  std::vector<std::string> head;
  std::vector<double> shares;  // of the width, one per column
  std::vector<std::vector<std::string>> rows;
};
struct Space {
  double millimetres = 0;
};
struct Rule {};
struct Signature {  // at the right, with room for a seal above it
  std::string issuer;
  std::string day;
};
struct Code {  // QR code of Document::verify_at
  std::string caption;
};
struct PageBreak {};
using Part = std::variant<Title, Line, Fields, Table, Space, Rule, Signature, Code, PageBreak>;

struct DocumentOptions {
  std::string number;  // "样本-SPJY-2026-000001"
  base::Date issued_on;
  std::string verify_at;  // address in the QR code
  bool sample = true;
  Language language = Language::Chinese;
};

struct Document {
  DocumentOptions options;
  Label labels;
  Label statement;  // what a sample says of itself
  bool landscape = false;
  bool frame = false;
  std::vector<Part> parts;

  bool chinese() const { return options.language == Language::Chinese; }
  const std::string& label() const { return chinese() ? labels.zh : labels.en; }
  const std::string& said() const { return chinese() ? statement.zh : statement.en; }
};

inline constexpr std::size_t table_rows_max = 5000;

// Evaluates the template over the names. Fails with the template's place and the expression, for a sample whose number
// does not say 样本, and for a table longer than table_rows_max.
base::Result<Document> compose(const Template& paper, const feel::ContextScope& names, const DocumentOptions& options);

}  // namespace yuanqu::paper
