#pragma once
// Sessions: who sits at which station. Held in memory only, so a restart signs everybody out and comes up in
// monitor-only. A token is 32 random bytes; what leaves the house beside the cookie is only the session's short id.
// A session lasts a shift and a half; the short idle lock of control is the console's (control/console.hpp), and
// viewing is never locked. Safe from every thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::centre {

inline constexpr std::int64_t session_ms = 18LL * 3600 * 1000;

struct Session {
  std::string id;  // shown; not the token
  std::string user;
  std::string station;  // the named place
  std::uint64_t account_version = 0;
  std::int64_t began_ms = 0;
};

class Sessions {
 public:
  std::string open(std::string user, std::string station, std::uint64_t account_version,
                   std::int64_t now_ms);  // the token
  std::optional<Session> find(std::string_view token, std::int64_t now_ms);
  std::optional<Session> find_id(std::string_view id, std::int64_t now_ms);
  void close(std::string_view token);

  // Sign-in attempts of a name: five failures and it rests for a minute. LimitExceeded while it does.
  base::Result<void> may_try(const std::string& name, std::int64_t now_ms);
  void failed(const std::string& name, std::int64_t now_ms);
  void succeeded(const std::string& name);

 private:
  struct Tries {
    int count = 0;
    std::int64_t since_ms = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Session, std::less<>> sessions_;
  std::map<std::string, Tries> tries_;
};

}  // namespace yuanqu::centre
