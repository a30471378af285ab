#include "app/run.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/centre.hpp"
#include "app/serve.hpp"
#include "cli/commands.hpp"
#include "edge/command.hpp"

namespace yuanqu::app {

int run(int argc, char** argv) {
  CLI::App program("Yuanqu runs a high-tech zone's service to its enterprises", "yuanqu");
  program.require_subcommand(1);
  cli::Chosen chosen;
  for (const auto add : cli::commands()) add(program, chosen);
  add_serve(program, chosen);
  add_demo(program, chosen);
  add_centre(program, chosen);
  add_plant_simulator(program, chosen);
  add_replay(program, chosen);
  edge::add_edge(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  return chosen ? chosen() : 2;
}

}  // namespace yuanqu::app
