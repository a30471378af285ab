#pragma once
// The sub-commands of `yuanqu`. Each add_… declares its options on the command line and, when it is the one chosen,
// leaves what to run in `chosen`; what it answers becomes the exit code: 0 done, 1 failed or found something, 2 wrong
// use. A new command adds one line here and one in commands() of commands.cpp.

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace yuanqu::cli {

using Chosen = std::function<int()>;
using AddCommand = void (*)(CLI::App& app, Chosen& chosen);

void add_tck(CLI::App& app, Chosen& chosen);
void add_decide(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);
void add_import(CLI::App& app, Chosen& chosen);
void add_export(CLI::App& app, Chosen& chosen);
void add_verify(CLI::App& app, Chosen& chosen);
void add_checkpoint(CLI::App& app, Chosen& chosen);
void add_backup(CLI::App& app, Chosen& chosen);
void add_restore(CLI::App& app, Chosen& chosen);
void add_compact(CLI::App& app, Chosen& chosen);
void add_account(CLI::App& app, Chosen& chosen);
void add_query(CLI::App& app, Chosen& chosen);
void add_forecast(CLI::App& app, Chosen& chosen);
void add_simulate(CLI::App& app, Chosen& chosen);
void add_explain(CLI::App& app, Chosen& chosen);
void add_near_miss(CLI::App& app, Chosen& chosen);

const std::vector<AddCommand>& commands();

// Messages are Chinese when the terminal's language is (LC_ALL, LC_MESSAGES, LANG), else English.
bool speaks_chinese();

}  // namespace yuanqu::cli
