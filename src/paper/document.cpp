#include "paper/document.hpp"

namespace yuanqu::paper {
namespace {

using base::Result;

class Composer {
 public:
  Composer(const Template& paper, const feel::ContextScope& names, const DocumentOptions& options)
      : paper_(paper), names_(names), options_(options) {}

  Result<std::vector<Part>> compose() {
    for (const Block& block : paper_.blocks) {
      Result<void> put = std::visit([&](const auto& content) { return add(content); }, block);
      if (!put) return tl::unexpected(put.error());
    }
    return std::move(parts_);
  }

 private:
  bool chinese() const { return options_.language == Language::Chinese; }
  const std::string& of(const Label& label) const { return chinese() ? label.zh : label.en; }

  Result<std::string> value_of(const std::string& expression, const feel::ContextScope& names) {
    auto value = names.evaluate(expression);
    if (!value) {
      base::Error error = value.error();
      error.place.file = paper_.place;
      error.place.field = expression;
      return tl::unexpected(std::move(error));
    }
    return print(*value, options_.language);
  }

  Result<void> add(const TitleBlock& block) {
    auto words = block.texts.print(names_, options_.language);
    if (!words) return tl::unexpected(words.error());
    parts_.push_back(Title{options_.sample ? *words + (chinese() ? "（样本）" : " (sample)") : std::move(*words)});
    return {};
  }

  Result<void> add(const NumberBlock& block) {
    parts_.push_back(Line{of(block.label) + (chinese() ? "：" : ": ") + options_.number, Line::Look::Right});
    return {};
  }

  Result<void> add(const TextBlock& block) {
    auto words = block.texts.print(names_, options_.language);
    if (!words) return tl::unexpected(words.error());
    const Line::Look look = block.style == TextStyle::Centred ? Line::Look::Centred
                            : block.style == TextStyle::Small ? Line::Look::Small
                                                              : Line::Look::Plain;
    parts_.push_back(Line{std::move(*words), look});
    return {};
  }

  Result<void> add(const FieldsBlock& block) {
    Fields fields;
    for (const FieldsBlock::Row& row : block.rows) {
      auto words = value_of(row.value, names_);
      if (!words) return tl::unexpected(words.error());
      fields.rows.push_back({of(row.label), std::move(*words)});
    }
    parts_.push_back(std::move(fields));
    return {};
  }

  Result<void> add(const TableBlock& block) {
    auto rows = names_.evaluate(block.rows);
    if (!rows) return tl::unexpected(rows.error());
    Table table;
    for (const TableBlock::Column& column : block.columns) {
      table.head.push_back(of(column.label));
      table.shares.push_back(column.share);
    }
    if (rows->is(feel::Kind::List)) {
      for (const feel::Value& item : rows->items()) {
        if (table.rows.size() == table_rows_max) {
          return base::fail(base::ErrorCode::LimitExceeded, "文书里的表格超过 5000 行，请减少行数。",
                            "A table of the paper is over 5,000 rows; print fewer.", {.file = paper_.place});
        }
        feel::ContextScope inner = names_;
        inner.set({"item", item, nullptr});
        std::vector<std::string> cells;
        for (const TableBlock::Column& column : block.columns) {
          auto words = value_of(column.value, inner);
          if (!words) return tl::unexpected(words.error());
          cells.push_back(std::move(*words));
        }
        table.rows.push_back(std::move(cells));
      }
    }
    parts_.push_back(std::move(table));
    return {};
  }

  Result<void> add(const SpaceBlock& block) {
    parts_.push_back(Space{block.millimetres});
    return {};
  }

  Result<void> add(const LineBlock&) {
    parts_.push_back(Rule{});
    return {};
  }

  Result<void> add(const SignatureBlock& block) {
    auto issuer = value_of(block.issuer, names_);
    if (!issuer) return tl::unexpected(issuer.error());
    auto day = value_of(block.day, names_);
    if (!day) return tl::unexpected(day.error());
    parts_.push_back(Signature{std::move(*issuer), std::move(*day)});
    return {};
  }

  Result<void> add(const CodeBlock& block) {
    parts_.push_back(Code{of(block.caption)});
    return {};
  }

  Result<void> add(const PageBreakBlock&) {
    parts_.push_back(PageBreak{});
    return {};
  }

  const Template& paper_;
  const feel::ContextScope& names_;
  const DocumentOptions& options_;
  std::vector<Part> parts_;
};

}  // namespace

Result<Document> compose(const Template& paper, const feel::ContextScope& names, const DocumentOptions& options) {
  if (options.sample && options.number.find("样本") == std::string::npos) {
    return base::fail(base::ErrorCode::Internal, "样本文书的编号必须含“样本”。",
                      "The number of a sample must carry 样本.");
  }
  auto parts = Composer(paper, names, options).compose();
  if (!parts) return tl::unexpected(parts.error());
  return Document{options, paper.labels, paper.statement, paper.landscape, paper.frame, std::move(*parts)};
}

}  // namespace yuanqu::paper
