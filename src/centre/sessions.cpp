#include "centre/sessions.hpp"

#include "base/secret.hpp"

namespace yuanqu::centre {
namespace {
constexpr int tries_max = 5;
constexpr std::int64_t rest_ms = 60'000;
constexpr std::size_t sessions_max = 10'000;
}  // namespace

std::string Sessions::open(std::string user, std::string station, std::uint64_t account_version, std::int64_t now_ms) {
  Session session{base::random_token(9), std::move(user), std::move(station), account_version, now_ms};
  std::string token = base::random_token();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return now_ms - entry.second.began_ms > session_ms; });
  while (sessions_.size() >= sessions_max) sessions_.erase(sessions_.begin());
  sessions_.emplace(token, std::move(session));
  return token;
}

std::optional<Session> Sessions::find(std::string_view token, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return std::nullopt;
  if (now_ms - found->second.began_ms > session_ms) {
    sessions_.erase(found);
    return std::nullopt;
  }
  return found->second;
}

std::optional<Session> Sessions::find_id(std::string_view id, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (const auto& [token, session] : sessions_) {
    if (session.id == id && now_ms - session.began_ms <= session_ms) return session;
  }
  return std::nullopt;
}

void Sessions::close(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (const auto found = sessions_.find(token); found != sessions_.end()) sessions_.erase(found);
}

base::Result<void> Sessions::may_try(const std::string& name, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = tries_.find(name);
  if (found == tries_.end() || now_ms - found->second.since_ms > rest_ms || found->second.count < tries_max) return {};
  return base::fail(base::ErrorCode::LimitExceeded, "连续多次密码不对，请一分钟后再试。",
                    "Too many wrong passwords; try again in a minute.");
}

void Sessions::failed(const std::string& name, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (tries_.size() > 1000) tries_.clear();
  Tries& tries = tries_[name];
  if (now_ms - tries.since_ms > rest_ms) tries = {0, now_ms};
  ++tries.count;
  if (tries.count == tries_max) tries.since_ms = now_ms;
}

void Sessions::succeeded(const std::string& name) {
  const std::lock_guard lock(mutex_);
  tries_.erase(name);
}

}  // namespace yuanqu::centre
