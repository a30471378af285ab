#pragma once
// What a paper says for programs: number, kind, holder, issuer, validity, whether it is a sample, and its words.
// Attached to the PDF. Private to the room.

#include <string>

#include "paper/document.hpp"
#include "paper/papers.hpp"

namespace yuanqu::paper {

std::string json_of(const Paper& paper, const Document& document);

}  // namespace yuanqu::paper
