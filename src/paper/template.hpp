#pragma once
// Templates of papers and messages, read from packs/<pack>/papers/*.yaml (the format is described in packs/README.md).
// Immutable after loading; a faulty file is refused with file, line and reason, all faults together.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"
#include "paper/text.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::paper {

using pack::Label;

enum class TextStyle { Plain, Centred, Small };

struct TitleBlock {
  Texts texts;
};
struct NumberBlock {
  Label label;
};
struct TextBlock {
  Texts texts;
  TextStyle style = TextStyle::Plain;
};
struct FieldsBlock {
  struct Row {
    Label label;
    std::string value;
  };  // FEEL
  std::vector<Row> rows;
};
struct TableBlock {
  struct Column {
    Label label;
    std::string value;  // FEEL with `item`
    double share = 1;   // of the table's width, beside the other columns'
  };
  std::string rows;  // FEEL giving a list
  std::vector<Column> columns;
};
struct SpaceBlock {
  double millimetres = 0;
};
struct LineBlock {};
struct SignatureBlock {
  std::string issuer;
  std::string day;
};  // FEEL
struct CodeBlock {
  Label caption;
};
struct PageBreakBlock {};
using Block = std::variant<TitleBlock, NumberBlock, TextBlock, FieldsBlock, TableBlock, SpaceBlock, LineBlock,
                           SignatureBlock, CodeBlock, PageBreakBlock>;

struct PublicField {
  std::string name;
  std::string value;
};  // FEEL

struct Template {
  std::string id;
  Label labels;
  std::string series;
  std::string department;  // FEEL; with `word` the number is 部门+字〔year〕n号, counted by both and the year
  std::string word;        // "受"; empty: series-year-n
  Label statement;         // what a sample says of itself
  // The strictest class of what it prints: who may not read that class in the subject's file does not get the document.
  register_::FieldClass field_class = register_::FieldClass::Internal;
  bool landscape = false;
  bool frame = false;
  std::vector<PublicField> public_fields;
  std::vector<Block> blocks;
  std::string place;  // "national/papers/x.yaml"
  std::string hash;   // of the file
};

struct MessageTemplate {
  std::string id;
  Texts title;
  Texts body;
  Text href;
  std::string place;
};

class Templates {
 public:
  static base::Result<std::shared_ptr<const Templates>> load(const pack::PackSet& packs,
                                                             std::vector<base::Error>* faults = nullptr);
  // The same from one text, for tests and previews; `place` names it in errors.
  static base::Result<std::shared_ptr<const Templates>> read(std::string_view yaml, const std::string& place,
                                                             std::vector<base::Error>* faults = nullptr);

  const Template* paper(std::string_view id) const;
  const MessageTemplate* message(std::string_view id) const;
  const std::map<std::string, Template, std::less<>>& papers() const { return papers_; }
  const std::map<std::string, MessageTemplate, std::less<>>& messages() const { return messages_; }

 private:
  friend class TemplateReader;
  std::map<std::string, Template, std::less<>> papers_;
  std::map<std::string, MessageTemplate, std::less<>> messages_;
};

}  // namespace yuanqu::paper
