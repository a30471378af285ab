#pragma once
// Regular expressions in the flavour of XQuery and XPath Functions and Operators 3.1, clause 5.6, as FEEL's matches(),
// replace() and split() use them (DMN 1.5, table 75). Compile once, use often; a compiled pattern is immutable and may
// be used from any thread. Matching is over code points. Work is bounded: a match that would need too much of it is an
// error (LimitExceeded), never a hang.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::feel {

namespace detail {
struct PatternProgram;
}

class Pattern {
 public:
  // Flags: any of s, m, i, x, q. Fails with Invalid and the offset (in bytes of the pattern) for a pattern or flags
  // that the clause does not allow.
  static base::Result<Pattern> compile(std::string_view pattern, std::string_view flags = {});

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  Pattern(const Pattern&);  // shares the compiled program
  Pattern& operator=(const Pattern&);
  ~Pattern();

  // True when some part of the text matches (an unanchored search, as fn:matches).
  base::Result<bool> matches(std::string_view text) const;
  // Every match from the left replaced. In the replacement $N is a group, $0 the match, \$ and \\ stand for themselves;
  // anything else after \ or $ is Invalid, and so is a pattern that matches the empty text.
  base::Result<std::string> replace(std::string_view text, std::string_view replacement) const;
  // The parts between matches; "a;b;" by ";" gives a, b and "". An empty text gives one empty part. A pattern that
  // matches the empty text is Invalid.
  base::Result<std::vector<std::string>> split(std::string_view text) const;

  int groups() const;  // number of capturing groups

 private:
  explicit Pattern(std::shared_ptr<const detail::PatternProgram> program);
  std::shared_ptr<const detail::PatternProgram> program_;
};

}  // namespace yuanqu::feel
