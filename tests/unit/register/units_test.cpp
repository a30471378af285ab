#include "register/units.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace yuanqu::register_ {
namespace {

base::Decimal decimal(const char* text) { return *base::Decimal::parse(text); }

TEST(Units, ConvertExactlyOrNotAtAll) {
  EXPECT_EQ(convert_unit(decimal("1.5"), "亿元", "万元")->to_string(), "15000");
  EXPECT_EQ(convert_unit(decimal("12345678"), "元", "万元")->to_string(), "1234.5678");
  EXPECT_EQ(convert_unit(decimal("1"), "千元", "万元")->to_string(), "0.1");
  EXPECT_EQ(convert_unit(decimal("3"), "万人", "人")->to_string(), "30000");
  EXPECT_EQ(convert_unit(decimal("2"), "公顷", "平方米")->to_string(), "20000");
  EXPECT_EQ(convert_unit(decimal("7"), "‰", "%")->to_string(), "0.7");
  EXPECT_FALSE(convert_unit(decimal("1"), "万美元", "万元"));
  EXPECT_FALSE(convert_unit(decimal("1"), "吨", "万元"));
  EXPECT_FALSE(convert_unit(decimal("1"), "亩", "平方米"));  // 2000/3 is no decimal
  EXPECT_FALSE(convert_unit(decimal("1"), "斗", "升"));
}

TEST(Units, GoThereAndBack) {
  EXPECT_TRUE(rc::check([](std::int64_t coefficient) {
    const base::Decimal value = base::Decimal::from_scaled(coefficient, *rc::gen::inRange(0, 7));
    const std::string from = *rc::gen::element<std::string>("元", "千元", "万元", "百万元", "亿元");
    const std::string to = *rc::gen::element<std::string>("元", "千元", "万元", "百万元", "亿元");
    const auto there = convert_unit(value, from, to);
    RC_ASSERT(there.has_value());
    RC_ASSERT(*convert_unit(*there, to, from) == value);
  }));
}

TEST(Units, HeadersNameThem) {
  const auto split = [](const char* header) {
    const HeaderParts parts = split_header(header);
    return parts.label + "|" + parts.unit;
  };
  EXPECT_EQ(split("营业收入（万元）"), "营业收入|万元");
  EXPECT_EQ(split("营业收入(单位：亿元)"), "营业收入|亿元");
  EXPECT_EQ(split("营业收入:万元"), "营业收入|万元");
  EXPECT_EQ(split("营业收入/千元"), "营业收入|千元");
  EXPECT_EQ(split("Revenue (10k CNY)"), "Revenue|10k CNY");
  EXPECT_EQ(split("从业人数（人）"), "从业人数|人");
  EXPECT_EQ(split("注册资本（万美元）"), "注册资本|万美元");
  EXPECT_EQ(split("产量（万斗米）"), "产量|万斗米");  // meant as a unit, known or not
  EXPECT_EQ(split("企业名称（全称）"), "企业名称（全称）|");
  EXPECT_EQ(split("备注"), "备注|");
}

TEST(Units, ReadNumbersAsPeopleWriteThem) {
  const auto read = [](const char* text) -> std::string {
    const auto number = parse_written_number(text);
    return number ? number->value.to_string() + "|" + number->unit : "none";
  };
  EXPECT_EQ(read("1,234.50"), "1234.5|");
  EXPECT_EQ(read("１，２３４．５"), "1234.5|");
  EXPECT_EQ(read(" -12 万元"), "-12|万元");
  EXPECT_EQ(read("1.5亿元"), "1.5|亿元");
  EXPECT_EQ(read("35.2%"), "35.2|%");
  EXPECT_EQ(read("1E-06"), "0.000001|");
  EXPECT_EQ(read("300(万元人民币)"), "300|万元人民币");
  EXPECT_EQ(read("12,34"), "none");
  EXPECT_EQ(read("1,2345"), "none");
  EXPECT_EQ(read(",123"), "none");
  EXPECT_EQ(read("abc"), "none");
  EXPECT_EQ(read(""), "none");
  EXPECT_EQ(read("1.2.3"), "none");
  EXPECT_EQ(read("12345678901234567890123456789012345"), "none");
}

TEST(Money, TheWrittenFormsOfTheRegister) {
  struct Form {
    const char* written;
    const char* amount;
    const char* currency;
  };
  // One of each form that occurs in the published register; "" refuses.
  const Form forms[] = {
      {"300(万元人民币)", "3000000", "CNY"},
      {"1,300(万元)", "13000000", "CNY"},
      {"130(万)", "1300000", "CNY"},
      {"100.1万人民币", "1001000", "CNY"},
      {"400万元人民币", "4000000", "CNY"},
      {"62.1200(万美元)", "621200", "USD"},
      {"1,688(万人民币元)", "16880000", "CNY"},
      {"1200（万元）", "12000000", "CNY"},
      {"1,000(万元(人民币))", "10000000", "CNY"},
      {"10800万元", "108000000", "CNY"},
      {"940.4000(万香港元)", "9404000", "HKD"},
      {"86.8万人民币元", "868000", "CNY"},
      {"70()", "", ""},
      {"70,000(万港币)", "700000000", "HKD"},
      {"156,500(万日元)", "1565000000", "JPY"},
      {"260(万元(港币))", "2600000", "HKD"},
      {"245(万元(美元))", "2450000", "USD"},
      {"1,500(万港元)", "15000000", "HKD"},
      {"0.9000( 万人民币元)", "9000", "CNY"},
      {"30万美元", "300000", "USD"},
      {"1,687.0987(万欧元)", "16870987", "EUR"},
      {"120万", "1200000", "CNY"},
      {"82万港币", "820000", "HKD"},
      {"1,680(万元美元)", "16800000", "USD"},
      {"1,390,000(人民币元)", "1390000", "CNY"},
      {"145万港元", "1450000", "HKD"},
      {"50(万人民币 )", "500000", "CNY"},
      {"180(万美元 )", "1800000", "USD"},
      {"1854元人民币", "1854", "CNY"},
      {"66(万英镑)", "660000", "GBP"},
      {"CHEONGYIPRICKY）", "", ""},
      {"1E-06万人民币", "0.01", "CNY"},
      {"32.66万欧元", "326600", "EUR"},
      {"人民币 300 万元", "3000000", "CNY"},
      {"USD 30", "30", "USD"},
      {"30 USD", "30", "USD"},
      {"300万元(美元)人民币", "", ""},
      {"300斤", "", ""},
      {"300", "", ""},
  };
  for (const Form& form : forms) {
    const auto money = parse_written_money(form.written, "CNY");
    if (*form.amount == '\0') {
      EXPECT_FALSE(money) << form.written;
      continue;
    }
    ASSERT_TRUE(money) << form.written << ": " << money.error().en;
    EXPECT_EQ(money->amount.to_string(), form.amount) << form.written;
    EXPECT_EQ(money->currency, form.currency) << form.written;
  }
  EXPECT_EQ(parse_written_money("300", "CNY", "万元")->amount.to_string(), "3000000");
  EXPECT_EQ(parse_written_money("300", "CNY", "万美元")->currency, "USD");
}

TEST(Money, FitsItsFieldOrIsRefused) {
  Field field;
  field.type = FieldType::Money;
  field.unit = "万元";
  field.scale = 6;
  EXPECT_EQ(*money_of(decimal("3000000"), "CNY", field), Value::money(300, 0, "CNY"));
  EXPECT_EQ(*money_of(decimal("0.01"), "CNY", field), Value::money(1, 6, "CNY"));
  EXPECT_FALSE(money_of(decimal("0.001"), "CNY", field));
  EXPECT_FALSE(money_of(decimal("99999999999999999999"), "CNY", field));
}

}  // namespace
}  // namespace yuanqu::register_
