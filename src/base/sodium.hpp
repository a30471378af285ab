#pragma once
// libsodium made ready, for the .cpp files of src/base alone.

#include <sodium.h>

#include <cstdlib>

namespace yuanqu::base {

// libsodium wants sodium_init() before the first use; it is safe to call again and from several threads.
inline void start_sodium() {
  static const bool started = sodium_init() >= 0;
  if (!started) std::abort();  // no source of random numbers: nothing secret, and no key, can be made
}

}  // namespace yuanqu::base
