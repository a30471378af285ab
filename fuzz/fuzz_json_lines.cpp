// Rooms: tabular base
// Any bytes as JSON Lines (plain or gzipped): read to the end or refused with a sentence.

#include "tables.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  yuanqu::fuzz::read_bytes(std::string(reinterpret_cast<const char*>(data), size), yuanqu::tabular::Format::JsonLines);
  return 0;
}
