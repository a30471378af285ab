#pragma once
// How a command ends that cannot be done.

#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace yuanqu::app {

// Tells the sentence on the standard error stream, in the terminal's language; always 1, the exit code of what failed.
inline int refuse(const base::Error& error) {
  std::cerr << base::to_text(error, cli::speaks_chinese()) << '\n';
  return 1;
}

}  // namespace yuanqu::app
