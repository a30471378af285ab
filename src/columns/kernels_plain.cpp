#define YUANQU_KERNELS plain
#include "columns/kernels_body.hpp"
