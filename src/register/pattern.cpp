#include "register/pattern.hpp"

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <string>

namespace yuanqu::register_ {

struct Pattern::State {
  std::unique_ptr<icu::RegexPattern> pattern;
};

Pattern::Pattern() : state_(std::make_unique<State>()) {}
Pattern::~Pattern() = default;

base::Result<std::shared_ptr<const Pattern>> Pattern::compile(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError problem{};
  std::shared_ptr<Pattern> pattern(new Pattern);
  pattern->state_->pattern.reset(icu::RegexPattern::compile(
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))), problem, status));
  if (U_FAILURE(status)) {
    const std::string detail = std::string(u_errorName(status)) + ", " + std::to_string(problem.offset);
    return base::fail(base::ErrorCode::Invalid, "pattern 不是合法的正则表达式（" + detail + "）。",
                      "The pattern is no regular expression (" + detail + ").");
  }
  return std::shared_ptr<const Pattern>(std::move(pattern));
}

bool Pattern::matches(std::string_view text) const {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  const std::unique_ptr<icu::RegexMatcher> matcher(state_->pattern->matcher(wide, status));
  if (U_FAILURE(status)) return false;
  matcher->setTimeLimit(50, status);
  return matcher->matches(status) && U_SUCCESS(status);
}

}  // namespace yuanqu::register_
