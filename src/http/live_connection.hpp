#pragma once
// One WebSocket, from its upgrade until the page, the stream or the server ends it. Only server.cpp uses this.

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <memory>

#include "http/stream.hpp"

namespace yuanqu::http {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::buffer_body>;

// On the connection thread. `stopping` is read between frames and outlives the connection.
boost::asio::awaitable<void> serve_live(std::shared_ptr<boost::beast::tcp_stream> connection,
                                        const UpgradeRequest& request, std::unique_ptr<LiveStream> stream, int frame_ms,
                                        const bool& stopping);

}  // namespace yuanqu::http
