#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "http/server.hpp"

namespace yuanqu::http {

base::Result<ListenAddress> parse_listen(std::string_view text) {
  ListenAddress address;
  std::string_view port = text;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    address.host = std::string(text.substr(0, colon));
    port = text.substr(colon + 1);
  }
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty() || address.host == "localhost") address.host = "127.0.0.1";
  if (address.host == "*") address.host = "0.0.0.0";
  unsigned long number = 65536;
  if (!port.empty() && port.size() <= 5 &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    number = std::stoul(std::string(port));
  }
  boost::system::error_code ec;
  boost::asio::ip::make_address(address.host, ec);
  if (ec || number > 65535) {
    return base::fail(base::ErrorCode::Invalid,
                      "监听地址“" + std::string(text) + "”不对，请写成 127.0.0.1:8080 这样的形式。",
                      "\"" + std::string(text) + "\" is no address to listen on; write it like 127.0.0.1:8080.");
  }
  address.port = static_cast<std::uint16_t>(number);
  return address;
}

}  // namespace yuanqu::http
