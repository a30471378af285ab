#pragma once
// Plain values as the bytes of a snapshot, in the machine's own order (a snapshot never leaves the machine that made
// it). get() takes what it read off the front; false when there is not enough left.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace yuanqu::columns {

template <class T>
void put(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}
template <class T>
void put_array(std::string& out, const T* values, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}
template <class T>
bool get(std::string_view& in, T& value) {
  if (in.size() < sizeof(T)) return false;
  std::memcpy(static_cast<void*>(&value), in.data(), sizeof(T));
  in.remove_prefix(sizeof(T));
  return true;
}
template <class T>
bool get_array(std::string_view& in, std::vector<T>& values, std::uint64_t count) {
  if (in.size() / sizeof(T) < count) return false;
  values.resize(count);
  if (count != 0) std::memcpy(static_cast<void*>(values.data()), in.data(), count * sizeof(T));
  in.remove_prefix(count * sizeof(T));
  return true;
}
inline void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}
inline bool get_text(std::string_view& in, std::string& text) {
  std::uint32_t size = 0;
  if (!get(in, size) || in.size() < size) return false;
  text.assign(in.substr(0, size));
  in.remove_prefix(size);
  return true;
}

}  // namespace yuanqu::columns
