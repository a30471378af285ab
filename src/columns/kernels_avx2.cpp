// Compiled with -mavx2 where the compiler knows it (CMakeLists.txt); on other machines the same as the plain one.
#define YUANQU_KERNELS avx2
#include "columns/kernels_body.hpp"
