#pragma once
// `yuanqu centre`, `yuanqu plant-simulator` and `yuanqu replay`.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace yuanqu::app {

void add_centre(CLI::App& program, cli::Chosen& chosen);
void add_plant_simulator(CLI::App& program, cli::Chosen& chosen);
void add_replay(CLI::App& program, cli::Chosen& chosen);

struct Endpoint {
  std::string host;  // "localhost" is 127.0.0.1
  int port = 0;
};
base::Result<Endpoint> endpoint_of(std::string_view text);  // "host:port", or a bare port of this machine

}  // namespace yuanqu::app
