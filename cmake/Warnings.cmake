# Warnings are errors in our own code. Designated initialisers may leave members at their defaults. The three that stay warnings fire falsely in g++ 12 at -O2 on std::optional and std::variant.
add_library(yuanqu_warnings INTERFACE)
target_compile_options(yuanqu_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wno-missing-field-initializers -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-error=dangling-pointer>)
