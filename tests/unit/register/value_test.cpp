#include "register/value.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace yuanqu::register_ {
namespace {

Value any_value(int depth = 0) {
  switch (*rc::gen::inRange(0, depth == 0 ? 11 : 9)) {
    case 0: return Value();
    case 1: return Value::boolean(*rc::gen::arbitrary<bool>());
    case 2: return Value::number(*rc::gen::arbitrary<std::int64_t>(), *rc::gen::inRange(0, 19));
    case 3: return Value::string(*rc::gen::arbitrary<std::string>());
    case 4: return Value::date(base::Date::from_days(*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000)));
    case 5: return Value::date_time(*rc::gen::arbitrary<std::int64_t>());
    case 6: return Value::enumeration(*rc::gen::arbitrary<std::string>());
    case 7: return Value::reference(*rc::gen::inRange<std::int64_t>(1, INT64_MAX));
    case 8: return Value::money(*rc::gen::arbitrary<std::int64_t>(), *rc::gen::inRange(0, 19), "USD");
    case 9: return Value::unreadable(*rc::gen::arbitrary<std::string>());
    default: {
      std::vector<Value> items;
      const int count = *rc::gen::inRange(0, 4);
      for (int i = 0; i < count; ++i) items.push_back(any_value(1));
      return Value::list(std::move(items));
    }
  }
}

TEST(Value, BytesGiveTheValueBackAndEqualValuesHaveEqualBytes) {
  EXPECT_TRUE(rc::check([] {
    const Value value = any_value();
    const Value other = any_value();
    const auto back = Value::from_bytes(value.to_bytes());
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
    RC_ASSERT((value == other) == (value.to_bytes() == other.to_bytes()));
  }));
}

TEST(Value, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    const auto value = Value::from_bytes(bytes);
    if (value) (void)value->to_text();
  }));
}

TEST(Value, NumbersAreOneWhateverTheirScale) {
  EXPECT_EQ(Value::number(3500, 2), Value::number(35, 0));
  EXPECT_EQ(Value::number(3500, 2).to_bytes(), Value::number(35, 0).to_bytes());
  EXPECT_EQ(Value::number(350, 1).scaled(2), 3500);
  EXPECT_EQ(Value::number(355, 2).scaled(1), std::nullopt);
  EXPECT_EQ(Value::number(INT64_MAX, 0).scaled(1), std::nullopt);
  EXPECT_EQ(Value::number(355, 1).to_text(), "35.5");
  EXPECT_EQ(Value::date_time(-1).to_text(), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(Value::money(62'120'000, 6, "USD").to_text(), "62.12 USD");
}

}  // namespace
}  // namespace yuanqu::register_
