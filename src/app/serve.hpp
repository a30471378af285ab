#pragma once
// `yuanqu serve` and `yuanqu demo`: open a data folder, answer over HTTP until SIGINT or SIGTERM.

#include <optional>
#include <string>

#include "base/date.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"

namespace yuanqu::app {

void add_serve(CLI::App& program, cli::Chosen& chosen);
void add_demo(CLI::App& program, cli::Chosen& chosen);

struct ServeArguments {
  std::string data;
  std::string database;  // refused until there is another store than the folder
  std::string listen = "127.0.0.1:8080";
  std::string packs;
  std::string web;
  std::string centre;  // address of the smart centre, offered in the navigation; empty: none
};

struct DemoArguments {
  ServeArguments serve;
  std::size_t enterprises = 20'000;
  std::string clock = "2026-03-02";  // or "today"
  bool clock_given = false;
  bool no_serve = false;
};

// 0 after a graceful stop, 1 when it could not be done (the sentence is on standard error), 2 for wrong arguments.
int run_serve(const ServeArguments& arguments);
int run_demo(const DemoArguments& arguments);

// The day in the zone's time (UTC+8).
base::Date local_day(std::int64_t now_ms);

}  // namespace yuanqu::app
