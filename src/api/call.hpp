#pragma once
// Call: one request on its way through a resource, with the viewer it speaks for and the small readings every resource
// needs.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/house.hpp"
#include "api/http.hpp"
#include "api/json_reader.hpp"
#include "api/router.hpp"
#include "register/viewer.hpp"

namespace yuanqu::api {

struct Call {
  House& house;
  Request& request;
  const PathParameters& path;
  std::optional<register_::Account> account;
  register_::Viewer viewer = register_::Viewer::nobody();
  std::string problem_extra{};  // JSON members a refusal carries besides the error ("\"current\": {…}")

  std::string_view parameter(std::string_view name) const;            // of the path
  std::string_view query(std::string_view name) const;                // "" when absent
  bool asks(std::string_view name) const;                             // ?name=true
  base::Result<std::int64_t> id(std::string_view name = "id") const;  // of the path; NotFound for what is no id
  base::Result<const register_::Kind*> kind() const;                  // the path's {kind}, known to the viewer
  base::Result<Json> body() const;                                    // an object; an empty body is an empty one
  base::Date today() const;
  base::Result<register_::AsOf> as_of() const;  // ?as_of and ?known_at
  bool is_now(const register_::AsOf& as_of) const { return as_of.day == today() && !as_of.known_at; }
  // The population that answers for the pair. One that is still being built is Unavailable, with "building": the part
  // done in problem_extra; asking again goes on waiting.
  base::Result<std::shared_ptr<population::Population>> population_at(const register_::AsOf& as_of);
  base::Result<std::size_t> limit(std::size_t fallback, std::size_t most) const;
  bool chinese() const;  // ?language=en, else Accept-Language, else Chinese
  // The request's idempotency key, made the account's own, with a digest of what is asked.
  journal::RequestKey request_key() const;
};

// A small part of a multipart body; "" when absent.
std::string_view form_value(const Request& request, std::string_view name);

// The name an account is shown by; "" for 0 and for an account that is gone.
std::string account_name(Call& call, std::int64_t account);

// No post of the viewer allows any write.
bool is_read_only(const register_::Viewer& viewer);

base::Result<std::int64_t> parse_id(std::string_view text, std::string_view field);
base::Result<std::optional<base::Date>> parse_day(std::string_view text, std::string_view field);  // "" is nullopt

// A page of a list: next_cursor is the place of the first item not shown, as an opaque text. Cursors hold a position in
// the order, so a page never repeats or skips what did not change.
std::string cursor_of(std::uint64_t place);
base::Result<std::uint64_t> place_of_cursor(std::string_view cursor);

// Titles of records that values refer to, as of the call's moment, read once per call.
class Titles {
 public:
  explicit Titles(Call& call)
      : call_(call), as_of_(call.as_of().value_or(register_::AsOf{call.today(), std::nullopt})) {}
  const std::string& of(std::int64_t record);

 private:
  Call& call_;
  register_::AsOf as_of_;
  std::unordered_map<std::int64_t, std::string> known_;
};

}  // namespace yuanqu::api
