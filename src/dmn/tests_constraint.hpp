#pragma once
// Allowed values or a type constraint of an item definition: unary tests against the value (internal to the room).
// Allowed values that refuse a list as a whole must admit every item of it (a definition whose base is a collection).

#include <memory>

#include "feel/evaluation.hpp"
#include "feel/expression.hpp"
#include "feel/type.hpp"

namespace yuanqu::dmn {

class TestsConstraint final : public feel::Constraint {
 public:
  TestsConstraint(feel::Expression tests, feel::Slot input, std::size_t frame_size, bool of_items,
                  std::shared_ptr<const feel::Constraint> also)
      : tests_(std::move(tests)), input_(input), frame_size_(frame_size), of_items_(of_items), also_(std::move(also)) {}

  bool admits(feel::Evaluation& evaluation, const feel::Value& value) const override {
    if (also_ != nullptr && !also_->admits(evaluation, value)) return false;
    if (test(evaluation, value)) return true;
    if (!of_items_ || !value.is(feel::Kind::List)) return false;
    for (const auto& item : value.items()) {
      if (!test(evaluation, item)) return false;
    }
    return true;
  }

  const feel::Expression& tests() const { return tests_; }
  const feel::Constraint* also() const { return also_.get(); }  // of the base type

 private:
  bool test(feel::Evaluation& evaluation, const feel::Value& value) const {
    feel::Frame frame(evaluation, frame_size_);
    frame[input_] = value;
    return tests_.evaluate(evaluation, frame).is_true();
  }

  feel::Expression tests_;
  feel::Slot input_;
  std::size_t frame_size_;
  bool of_items_;
  std::shared_ptr<const feel::Constraint> also_;
};

}  // namespace yuanqu::dmn
