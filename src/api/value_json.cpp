#include "api/value_json.hpp"

#include "base/decimal.hpp"
#include "register/text_value.hpp"

namespace yuanqu::api {

using register_::FieldType;
using register_::Value;
using register_::ValueType;

void write_reference(JsonWriter& json, std::int64_t record, Titles& titles) {
  json.object().member("id", Id{record}).member("title", titles.of(record)).end_object();
}

void write_attachment(JsonWriter& json, const Value& value) {
  json.object().member("hash", value.attachment_hash()).member("name", value.attachment_name());
  json.member("size", value.attachment_size()).member("format", value.attachment_format()).end_object();
}

void write_value(JsonWriter& json, const Value& value, Titles& titles) {
  switch (value.type()) {
    case ValueType::Null:
    case ValueType::Unreadable: json.null(); return;
    case ValueType::Boolean: json.value(value.as_boolean()); return;
    case ValueType::Number: json.value(value.as_decimal()); return;
    case ValueType::String:
    case ValueType::Enumeration: json.value(value.text()); return;
    case ValueType::Date: json.value(value.as_date()); return;
    case ValueType::DateTime: json.instant(value.as_milliseconds()); return;
    case ValueType::Reference: write_reference(json, value.as_reference(), titles); return;
    case ValueType::Money:
      json.object().member("amount", value.as_decimal()).member("currency", value.currency()).end_object();
      return;
    case ValueType::List:
      json.array();
      for (const Value& item : value.items()) write_value(json, item, titles);
      json.end_array();
      return;
    case ValueType::Attachment: write_attachment(json, value); return;
  }
}

void write_feel(JsonWriter& json, const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::Null:
    case feel::Kind::Unset: json.null(); return;
    case feel::Kind::Boolean: json.value(value.boolean()); return;
    case feel::Kind::Number: json.value(value.number()); return;
    case feel::Kind::String: json.value(value.text()); return;
    case feel::Kind::Date: json.value(value.date()); return;
    case feel::Kind::List:
      json.array();
      for (const feel::Value& item : value.items()) write_feel(json, item);
      json.end_array();
      return;
    case feel::Kind::Context:
      json.object();
      for (const feel::Entry& entry : value.context().entries) {
        json.key(entry.key.view());
        write_feel(json, entry.value);
      }
      json.end_object();
      return;
    case feel::Kind::Time:
    case feel::Kind::DateTime:
    case feel::Kind::YearsMonthsDuration:
    case feel::Kind::DaysTimeDuration:
    case feel::Kind::Range:
    case feel::Kind::Function: {
      const auto text = feel::to_text(value);
      if (text) {
        json.value(*text);
      } else {
        json.null();
      }
      return;
    }
  }
}

namespace {

tl::unexpected<base::Error> wrong(const register_::Field& field, const std::string& zh, const std::string& en) {
  return base::fail(base::ErrorCode::Invalid, field.labels.zh + "：" + zh, field.labels.en + ": " + en,
                    {.field = field.name});
}

base::Result<Value> read_text(const register_::Field& field, const std::string& text, tabular::CellKind kind) {
  tabular::Cell cell;
  cell.kind = text.empty() ? tabular::CellKind::Empty : kind;
  cell.text = text;
  auto value = register_::value_of_cell(field, cell, field.unit);
  if (!value && value.error().place.field.empty()) value.error().place.field = field.name;
  return value;
}

base::Result<Value> read_money(const register_::Field& field, const Json& json) {
  const Json* amount = json.find("amount");
  auto currency = json.string_at("currency");
  if (amount == nullptr || !currency || currency->empty())
    return wrong(field, "请写明金额与币种。", "give amount and currency.");
  if (amount->is_null()) return Value{};
  const auto number = base::Decimal::parse(amount->text());
  const auto scaled = number ? number->to_scaled(field.scale) : std::nullopt;
  if (!scaled || currency->size() != 3) {
    return wrong(field, "金额应为最多 " + std::to_string(field.scale) + " 位小数的数，币种为三个字母。",
                 "the amount must be a number with at most " + std::to_string(field.scale) +
                     " decimals, the currency three letters.");
  }
  return Value::money(*scaled, field.scale, *currency);
}

base::Result<Value> read_reference(const register_::Field& field, const Json& json) {
  const Json* id = json.is(Json::Type::Object) ? json.find("id") : &json;
  if (id == nullptr || id->is_null()) return Value{};
  auto record = parse_id(id->text(), field.name);
  if (!record) return wrong(field, "请选择一条已有的记录。", "choose a record that exists.");
  return Value::reference(*record);
}

// What an upload answered, sent back as it was; the name may be another.
base::Result<Value> read_attachment(const register_::Field& field, const Json& json) {
  if (json.is(Json::Type::Object)) {
    auto hash = json.string_at("hash");
    auto name = json.string_at("name");
    auto format = json.string_at("format");
    auto size = json.integer_at("size");
    if (hash && name && format && size && *size && **size > 0 && journal::is_content_hash(*hash))
      return Value::attachment(*hash, static_cast<std::uint64_t>(**size), *format, *name);
  }
  return wrong(field, "请先上传文件，再把上传得到的 hash、name、size、format 原样送来。",
               "upload the file first and send back the hash, name, size and format it answered.");
}

}  // namespace

base::Result<Value> read_value(const register_::Field& field, const Json& json) {
  if (json.is_null()) return Value{};
  switch (field.type) {
    case FieldType::Reference: return read_reference(field, json);
    case FieldType::Money:
      if (json.is(Json::Type::Object)) return read_money(field, json);
      break;
    case FieldType::Attachment: return read_attachment(field, json);
    case FieldType::Boolean:
      if (json.is(Json::Type::Boolean)) return Value::boolean(json.boolean());
      break;
    case FieldType::List:
      if (json.is(Json::Type::Array)) {
        register_::Field item = field;
        item.type = field.item_type;
        std::vector<Value> items;
        for (const Json& one : json.items()) {
          auto value = read_value(item, one);
          if (!value) return value;
          if (!value->is_null()) items.push_back(std::move(*value));
        }
        return items.empty() ? Value{} : Value::list(std::move(items));
      }
      break;
    case FieldType::DateTime:
      if (const auto moment = parse_instant(json.text())) return Value::date_time(*moment);
      break;
    case FieldType::Number:
    case FieldType::String:
    case FieldType::Date:
    case FieldType::Enumeration: break;
  }
  if (json.is(Json::Type::Number)) return read_text(field, json.text(), tabular::CellKind::Number);
  if (json.is(Json::Type::String)) return read_text(field, json.text(), tabular::CellKind::Text);
  return wrong(field, "值的形式不对，请按字段说明填写。",
               "the value has the wrong shape; see the field's description.");
}

}  // namespace yuanqu::api
