#pragma once
// Papers speak with the texts of feel/text.hpp.

#include "feel/text.hpp"

namespace yuanqu::paper {

using feel::Language;
using feel::print;
using feel::Text;
using feel::Texts;

}  // namespace yuanqu::paper
