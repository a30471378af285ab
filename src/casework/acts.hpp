#pragma once
// What the acts of people have in common: whose batch it is, what is still in hand, and what is refused. Private to the
// room.

#include <string>

#include "casework/casework.hpp"

namespace yuanqu::casework {

inline constexpr int tries_max = 5;             // when another branch of the case moves meanwhile
inline constexpr std::size_t said_max = 20000;  // bytes of a reason, a question, a comment

inline journal::BatchInfo batch_of(const register_::Viewer& viewer) { return {.actor = viewer.account()}; }
inline bool is_open(const Task& task) { return task.state == TaskState::Open || task.state == TaskState::Claimed; }

tl::unexpected<base::Error> not_yours();
tl::unexpected<base::Error> not_open();
tl::unexpected<base::Error> claimed_by(const std::string& name);

// That the task is open and nobody else has it.
base::Result<void> check_free(const register_::Viewer& viewer, const Task& task);
// The same, and that it is the viewer's to work on.
base::Result<void> check_in_hand(const register_::Viewer& viewer, const TaskItem& item, bool may_work);
// That something was said, and not too much; else the sentence.
base::Result<void> check_said(const std::string& text, const char* zh, const char* en);

}  // namespace yuanqu::casework
