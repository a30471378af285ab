#include "register/import_mapping.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "register/units.hpp"

namespace yuanqu::register_ {

namespace {

// Headers are compared without width, case, blanks, underscores and the asterisk of required columns.
std::string header_form(std::string_view text) {
  std::string result;
  const std::string half = base::lower_case(base::half_width(text));
  std::size_t offset = 0;
  while (offset < half.size()) {
    const std::size_t from = offset;
    const char32_t code = base::next_code_point(half, offset);
    if (base::is_blank(code) || code == U'*' || code == U'_' || code == U'-' || code == U'※') continue;
    result.append(half, from, offset - from);
  }
  return result;
}

struct Match {
  const Field* field = nullptr;
  double confidence = 0;
};

Match match(const Kind& kind, const std::string& wanted) {
  Match best;
  for (const Field& field : kind.fields) {
    const bool exact = header_form(field.name) == wanted || header_form(field.labels.zh) == wanted ||
                       header_form(field.labels.en) == wanted || header_form(field.feel) == wanted;
    if (exact) return {&field, 1.0};
    const bool alias = std::any_of(field.aliases.begin(), field.aliases.end(),
                                   [&](const std::string& one) { return header_form(one) == wanted; });
    if (alias && best.field == nullptr) best = {&field, 0.9};
  }
  return best;
}

bool names_effective_day(const std::string& wanted) {
  static const std::vector<std::string> words = {"生效日期", "有效日期",      "数据日期",     "数据截止日期",
                                                 "生效日",   "effectivefrom", "effectivedate"};
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

bool unit_converts(const Field& field, const std::string& unit) {
  if (unit.empty()) return true;
  if (field.type == FieldType::Money) return convert_unit(base::Decimal(1), unit, "元") || is_unit(unit);
  if (field.type != FieldType::Number) return true;
  return !field.unit.empty() && convert_unit(base::Decimal(1), unit, field.unit).has_value();
}

bool holds_attachments(const Field& field) {
  return field.type == FieldType::Attachment ||
         (field.type == FieldType::List && field.item_type == FieldType::Attachment);
}

}  // namespace

MappedHeaders map_headers(const Kind& kind, const std::vector<std::string>& headers) {
  MappedHeaders result;
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    ColumnMapping column;
    column.column = i + 1;
    column.header = headers[i];
    if (headers[i].empty()) {
      result.mapping.push_back(std::move(column));
      continue;
    }
    const auto [first, fresh] = seen.emplace(header_form(headers[i]), i + 1);
    if (!fresh) {
      result.problems.push_back({"duplicate_header",
                                 "第 " + std::to_string(first->second) + " 列和第 " + std::to_string(i + 1) +
                                     " 列都叫“" + headers[i] + "”，只取前一列。请核对。",
                                 "Columns " + std::to_string(first->second) + " and " + std::to_string(i + 1) +
                                     " are both called “" + headers[i] + "”; the first is taken. Check them.",
                                 i + 1, false});
      result.mapping.push_back(std::move(column));
      continue;
    }
    Match found = match(kind, header_form(headers[i]));
    HeaderParts parts{headers[i], {}};
    if (found.field == nullptr) {
      parts = split_header(headers[i]);
      found = match(kind, header_form(parts.label));
    }
    if (found.field != nullptr && holds_attachments(*found.field)) {
      result.problems.push_back({"attachment_column",
                                 "“" + headers[i] + "”是附件，不从表格导入，请在记录的页面上传。这一列不导入。",
                                 "“" + headers[i] +
                                     "” is an attachment; upload it on the record's page. The column is "
                                     "left out.",
                                 i + 1, false});
    } else if (found.field != nullptr) {
      column.field = found.field->number;
      column.confidence = found.confidence;
      column.unit = parts.unit;
      column.unit_known = unit_converts(*found.field, parts.unit);
    } else if (names_effective_day(header_form(headers[i]))) {
      column.effective_from = true;
      column.confidence = 1;
    } else {
      result.problems.push_back(
          {"unknown_header", "不认识列名“" + headers[i] + "”，这一列不导入。需要的话请指定它对应的字段。",
           "Unknown header “" + headers[i] + "”; the column is left out. Name its field if it matters.", i + 1, false});
    }
    result.mapping.push_back(std::move(column));
  }
  // A field found by its own name wins over one found by an alias; a reference may be named by several columns (code
  // and name).
  for (ColumnMapping& column : result.mapping) {
    const Field* field = column.field == 0 ? nullptr : kind.field(column.field);
    if (field == nullptr || field->type == FieldType::Reference || column.confidence == 1) continue;
    const bool better = std::any_of(result.mapping.begin(), result.mapping.end(), [&](const ColumnMapping& other) {
      return &other != &column && other.field == column.field &&
             (other.confidence > column.confidence || other.column < column.column);
    });
    if (!better) continue;
    result.problems.push_back({"duplicate_header",
                               "列“" + column.header + "”也像是“" + field->labels.zh + "”，只取更明确的一列。请核对。",
                               "The column “" + column.header + "” looks like “" + field->labels.en +
                                   "” too; the clearer one is taken. Check them.",
                               column.column, false});
    column.field = 0;
  }
  const auto more = check_mapping(kind, result.mapping);
  result.problems.insert(result.problems.end(), more.begin(), more.end());
  return result;
}

std::vector<MappingProblem> check_mapping(const Kind& kind, const std::vector<ColumnMapping>& mapping) {
  std::vector<MappingProblem> problems;
  const auto has = [&](FieldNumber field) {
    return std::any_of(mapping.begin(), mapping.end(),
                       [&](const ColumnMapping& column) { return column.field == field; });
  };
  for (const ColumnMapping& column : mapping) {
    const Field* field = column.field == 0 ? nullptr : kind.field(column.field);
    if (column.field != 0 && field == nullptr) {
      problems.push_back({"unknown_field", "列“" + column.header + "”对应的字段不存在。",
                          "The field named for the column “" + column.header + "” does not exist.", column.column,
                          true});
      continue;
    }
    if (field == nullptr) continue;
    if (field->type != FieldType::Reference) {
      for (const ColumnMapping& other : mapping) {
        if (other.field != column.field || other.column >= column.column) continue;
        problems.push_back({"field_twice", "“" + field->labels.zh + "”指定了两列。请只留一列。",
                            "Two columns are named for “" + field->labels.en + "”. Keep one.", column.column, true});
        break;
      }
    }
    if (!unit_converts(*field, column.unit)) {
      problems.push_back({"unknown_unit",
                          "列“" + column.header + "”的单位“" + column.unit + "”不能换算成“" + field->unit +
                              "”，填了这一列的行会被拒绝。请改用" + field->unit + "。",
                          "The unit “" + column.unit + "” of the column “" + column.header +
                              "” does not convert into “" + field->unit + "”; rows with a value there will be refused.",
                          column.column, false});
    }
  }
  for (const Field& field : kind.fields) {
    if (!field.required || has(field.number)) continue;
    problems.push_back({"required_field_missing", "没有必填的“" + field.labels.zh + "”列，新记录会被拒绝。",
                        "The required column “" + field.labels.en + "” is missing; new records will be refused.", 0,
                        false});
  }
  const bool keyed = std::any_of(kind.keys.begin(), kind.keys.end(),
                                 [&](const auto& key) { return std::all_of(key.begin(), key.end(), has); });
  if (!keyed) {
    std::string zh;
    std::string en;
    for (const auto& key : kind.keys) {
      zh += zh.empty() ? "" : "，或 ";
      en += en.empty() ? "" : ", or ";
      for (std::size_t i = 0; i < key.size(); ++i) {
        zh += (i == 0 ? "" : "＋") + kind.field(key[i])->labels.zh;
        en += (i == 0 ? "" : " + ") + kind.field(key[i])->labels.en;
      }
    }
    problems.push_back({"key_missing", "缺少用来认出记录的列：" + zh + "。",
                        "The columns that tell which record a row means are missing: " + en + ".", 0, true});
  }
  return problems;
}

}  // namespace yuanqu::register_
