#include <algorithm>
#include <charconv>

#include "journal/attachments.hpp"
#include "register/catalogue_reader.hpp"
#include "register/conversion.hpp"
#include "register/pattern.hpp"
#include "register/units.hpp"

namespace yuanqu::register_ {

namespace {

std::optional<FieldType> field_type_of(std::string_view name) {
  for (int number = 0; number <= static_cast<int>(FieldType::Attachment); ++number) {
    if (name_of(static_cast<FieldType>(number)) == name) return static_cast<FieldType>(number);
  }
  return std::nullopt;
}

// P6M, P1Y, P1Y6M, P30D.
std::optional<Period> read_period(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  Period period;
  while (!text.empty()) {
    std::int32_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (problem != std::errc{} || number < 0 || number > 12000 || digits == text.size()) return std::nullopt;
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    if (unit == 'Y') {
      period.months += number * 12;
    } else if (unit == 'M') {
      period.months += number;
    } else if (unit == 'D') {
      period.days += number;
    } else {
      return std::nullopt;
    }
  }
  return period;
}

bool is_numeric(FieldType type) { return type == FieldType::Number || type == FieldType::Money; }

}  // namespace

void CatalogueReader::read_value_rules(YamlReader& reader, const std::string& key, const YAML::Node& value,
                                       Field& field) {
  if (key == "type" || key == "of") {
    const auto type = field_type_of(reader.text(value, key));
    if (!type || (key == "of" && (*type == FieldType::List || *type == FieldType::Money))) {
      reader.fault(
          value, key,
          key +
              " 应是 number、string、boolean、date、date_time、enumeration、reference、list、money、attachment "
              "之一（列表的元素不能是 list 或 money）。",
          key +
              " must be one of number, string, boolean, date, date_time, enumeration, reference, list, money, "
              "attachment (items: not list or money).");
    } else {
      (key == "type" ? field.type : field.item_type) = *type;
    }
  } else if (key == "minimum" || key == "maximum" || key == "tolerance") {
    auto number = base::Decimal::parse(reader.text(value, key));
    if (!number) {
      reader.fault(value, key, key + " 应是数。", key + " must be a number.");
    } else {
      (key == "minimum" ? field.minimum : key == "maximum" ? field.maximum : field.tolerance) = *number;
    }
  } else if (key == "codes" && value.IsScalar()) {
    if (reader.text(value, key) != "purposes")
      reader.fault(value, key, "codes 应是 purposes 或一列代码与名称。",
                   "codes is purposes, or a list of codes with labels.");
    for (const Purpose& purpose : catalogue_->purposes()) field.values.push_back({purpose.name, purpose.labels, {}});
  } else if (key == "values" || key == "codes") {
    if (!value.IsSequence() || value.size() == 0)
      reader.fault(value, key, key + " 应是列表。", key + " must be a list.");
    for (const auto& item : value) {
      EnumerationValue& one = field.values.emplace_back();
      reader.entries(item, key, {"code", "labels", "aliases", "definition"},
                     [&](const std::string& part, const YAML::Node& content) {
                       if (part == "code") one.code = reader.text(content, "code");
                       if (part == "labels") one.labels = reader.label(content, "labels");
                       if (part == "aliases") one.aliases = reader.texts(content, "aliases");
                     });
      const bool twice = std::count_if(field.values.begin(), field.values.end(),
                                       [&](const EnumerationValue& other) { return other.code == one.code; }) > 1;
      if (one.code.empty() || twice) {
        reader.fault(item, "code", twice ? "代码 " + one.code + " 写了两次。" : "枚举值缺少 code。",
                     twice ? "The code " + one.code + " stands twice." : "A value lacks its code.");
      }
    }
  } else if (key == "pattern") {
    field.pattern_text = reader.text(value, key);
    auto pattern = Pattern::compile(field.pattern_text);
    if (!pattern) {
      reader.fault(value, key, pattern.error().zh, pattern.error().en);
    } else {
      field.pattern = *pattern;
    }
  } else if (key == "check") {
    const std::string name = reader.text(value, key);
    field.check = name == "uscc"     ? FieldCheck::CreditCode
                  : name == "gb4754" ? FieldCheck::Industry
                  : name == "gb2260" ? FieldCheck::Region
                                     : FieldCheck::None;
    if (field.check == FieldCheck::None)
      reader.fault(value, key, "check 应是 uscc、gb4754 或 gb2260。", "check must be uscc, gb4754 or gb2260.");
    if (name != "uscc" && field.check != FieldCheck::None && catalogue_->code_list(name) == nullptr) {
      reader.fault(value, key, "没有代码表 data/" + name + ".csv。", "There is no code list data/" + name + ".csv.");
    }
  } else if (key == "fresh_for") {
    field.fresh_for = read_period(reader.text(value, key));
    if (!field.fresh_for)
      reader.fault(value, key, "fresh_for 应写成 P6M、P1Y 或 P30D。", "Write fresh_for as P6M, P1Y or P30D.");
  } else if (key == "size_max_mb") {
    field.size_max = static_cast<std::uint64_t>(reader.integer(value, key, 1, 200).value_or(20)) << 20;
  } else if (key == "formats") {
    field.formats = reader.texts(value, key);
    for (const std::string& format : field.formats) {
      if (journal::media_type_of(format) != "application/octet-stream") continue;
      reader.fault(value, key,
                   "不认识的格式 " + format +
                       "。可用：pdf、png、jpeg、webp、gif、docx、xlsx、ofd、zip、ole（旧版 doc/xls）、text、mp4。",
                   "Unknown format " + format +
                       ". Known: pdf, png, jpeg, webp, gif, docx, xlsx, ofd, zip, ole (doc/xls of old), text, mp4.");
    }
  } else if (key == "when_unreadable") {
    const std::string name = reader.text(value, key);
    if (name != "refuse" && name != "note")
      reader.fault(value, key, "when_unreadable 应是 refuse 或 note。", "when_unreadable must be refuse or note.");
    field.when_unreadable = name == "note" ? WhenUnreadable::Note : WhenUnreadable::Refuse;
  }
}

void CatalogueReader::read_field(YamlReader& reader, const YAML::Node& node, Field& field) {
  bool typed = false;
  bool classed = false;
  reader.entries(
      node, "fields",
      {"number",  "name",        "feel",      "labels",    "aliases",         "definition", "example",
       "type",    "of",          "required",  "unit",      "currency",        "scale",      "minimum",
       "maximum", "length_max",  "values",    "to",        "pattern",         "check",      "sources",
       "class",   "individuals", "fresh_for", "tolerance", "when_unreadable", "was",        "size_max_mb",
       "formats", "lever",       "codes"},
      [&](const std::string& key, const YAML::Node& value) {
        if (key == "number") {
          field.number = static_cast<FieldNumber>(reader.integer(value, key, 1, 60000).value_or(0));
        } else if (key == "name") {
          field.name = reader.name(value, key);
        } else if (key == "feel") {
          field.feel = reader.text(value, key);
        } else if (key == "labels") {
          field.labels = reader.label(value, key);
        } else if (key == "aliases") {
          field.aliases = reader.texts(value, key);
        } else if (key == "definition") {
          field.definition = reader.label(value, key);
        } else if (key == "example") {
          field.example = reader.text(value, key);
        } else if (key == "required") {
          field.required = reader.boolean(value, key);
        } else if (key == "unit") {
          field.unit = reader.text(value, key);
          if (!is_unit(field.unit))
            reader.fault(value, key, "不认识的单位 " + field.unit + "。", "Unknown unit " + field.unit + ".");
        } else if (key == "currency") {
          field.currency = reader.text(value, key);
          if (!currency_of(field.currency) || field.currency.size() != 3)
            reader.fault(value, key, "currency 应是三个字母的币种代码，如 CNY。",
                         "currency must be a code of three letters like CNY.");
        } else if (key == "scale") {
          field.scale = static_cast<int>(reader.integer(value, key, 0, 18).value_or(0));
        } else if (key == "length_max") {
          field.length_max = static_cast<std::size_t>(reader.integer(value, key, 1, 1'000'000).value_or(4000));
        } else if (key == "to") {
          field.to = reader.name(value, key);
        } else if (key == "was") {
          FieldNumber from = 0;
          std::string by;
          reader.entries(value, key, {"number", "by"}, [&](const std::string& part, const YAML::Node& content) {
            if (part == "number") from = static_cast<FieldNumber>(reader.integer(content, part, 1, 60000).value_or(0));
            if (part == "by") by = reader.text(content, part);
          });
          auto conversion = Conversion::compile(from, by);
          if (!conversion) {
            reader.fault(value, key, "换算式写错了：" + conversion.error().zh,
                         "The conversion is wrong: " + conversion.error().en);
          } else if (from != 0) {
            field.conversion = *conversion;
          }
        } else if (key == "sources") {
          for (const std::string& name : reader.texts(value, key)) {
            if (const Source* source = catalogue_->source(name)) {
              field.sources.push_back(source->number);
            } else {
              reader.fault(value, key, "没有来源 " + name + "（见 data/sources.yaml）。",
                           "There is no source " + name + " (see data/sources.yaml).");
            }
          }
        } else if (key == "individuals") {
          field.personal_of_individuals = reader.text(value, key) == "personal";
          if (!field.personal_of_individuals)
            reader.fault(value, key, "individuals 只能写 personal。", "individuals can only be personal.");
        } else if (key == "class") {
          classed = true;
          const auto field_class = field_class_of(reader.text(value, key));
          if (!field_class) {
            reader.fault(value, key, "class 应是 public、internal、business_secret、tax_secret 或 personal。",
                         "class must be public, internal, business_secret, tax_secret or personal.");
          } else {
            field.field_class = *field_class;
          }
        } else if (key == "lever") {
          // Advice, not a rule of the register: read where advice is given.
        } else {
          typed = typed || key == "type";
          read_value_rules(reader, key, value, field);
        }
      });
  if (!typed) reader.fault(node, "type", "字段缺少 type。", "The field lacks its type.");
  if (!classed)
    reader.fault(node, "class", "字段缺少 class（谁可以看）。", "The field lacks its class (who may see it).");
  check_field(reader, node, field);
}

void CatalogueReader::check_field(YamlReader& reader, const YAML::Node& node, Field& field) {
  const auto need = [&](bool good, const std::string& entry, const std::string& zh, const std::string& en) {
    if (!good) reader.fault(node, entry, zh, en);
  };
  const std::string shown = field.name.empty() ? "?" : field.name;
  need(field.number != 0, "number", "字段 " + shown + " 缺少 number。", "The field " + shown + " lacks its number.");
  need(!field.name.empty(), "name", "字段缺少 name。", "A field lacks its name.");
  need(!field.feel.empty(), "feel", "字段 " + shown + " 缺少 feel（FEEL 中的名字）。",
       "The field " + shown + " lacks feel (its name in FEEL).");
  need(!field.labels.zh.empty(), "labels", "字段 " + shown + " 缺少 labels。", "The field " + shown + " lacks labels.");
  const FieldType type = field.type == FieldType::List ? field.item_type : field.type;
  need(type == FieldType::String || (type == FieldType::Enumeration) == !field.values.empty(), "values",
       "values 只用于 enumeration，且不能缺。", "values go with enumeration, and it needs them.");
  need(type != FieldType::String || !node["values"], "values", "文字的代码名称写在 codes。",
       "The labels of a text's codes stand in codes.");
  need((type == FieldType::Reference) == !field.to.empty(), "to", "to 只用于 reference，且不能缺。",
       "to goes with reference, and it needs it.");
  need(is_numeric(field.type) || (field.scale == 0 && field.unit.empty() && !field.minimum && !field.maximum), "scale",
       "scale、unit、minimum、maximum 只用于 number 和 money。",
       "scale, unit, minimum and maximum go with number and money only.");
  need(field.type == FieldType::Money || field.currency.empty(), "currency", "currency 只用于 money。",
       "currency goes with money only.");
  need(field.type == FieldType::String || (!field.pattern && field.check == FieldCheck::None), "pattern",
       "pattern 和 check 只用于 string。", "pattern and check go with string only.");
  if (field.type == FieldType::Money && field.unit.empty()) field.unit = "元";
  need(type == FieldType::Attachment || field.formats.empty(), "formats", "formats、size_max_mb 只用于 attachment。",
       "formats and size_max_mb go with attachment only.");
  if (type == FieldType::Attachment && field.formats.empty())
    field.formats = {"pdf", "png", "jpeg", "webp", "docx", "xlsx", "ofd"};
  if (field.minimum && field.maximum && *field.maximum < *field.minimum)
    reader.fault(node, "minimum", "minimum 大于 maximum。", "minimum is above maximum.");
  for (const auto& bound : {field.minimum, field.maximum}) {
    need(!bound || bound->to_scaled(field.scale).has_value(), "scale",
         "边界乘以 10^scale 超出 9.2e18，请减小 scale 或边界。",
         "A bound times 10^scale is beyond 9.2e18; lower the scale or the bound.");
  }
}

}  // namespace yuanqu::register_
