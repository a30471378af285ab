#pragma once
// Editing a model's file by element: another text in a cell, an output, a literal expression. Everything else of the
// document stays as it was written, comments and diagrams included, so that the file goes back into any modeller.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::dmn {

struct TextChange {
  std::string element;  // id of an element that holds a <text>: inputEntry, outputEntry, literalExpression …
  std::string text;
};

// NotFound for an id no such element has; Invalid for what is not a model. Whether the new text is FEEL shows when it
// is compiled.
base::Result<std::string> with_texts(std::string_view xml, std::string_view source,
                                     const std::vector<TextChange>& changes);

}  // namespace yuanqu::dmn
