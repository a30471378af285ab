#include "casework/acts.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;

tl::unexpected<base::Error> not_yours() {
  return fail(ErrorCode::Forbidden, "这一步不归您的岗位办，请转给有关岗位。",
              "This step is not for your post; pass it to the post it is for.");
}

tl::unexpected<base::Error> not_open() {
  return fail(ErrorCode::Conflict, "这一步已经办完或撤回，请刷新。",
              "This step is already done or withdrawn; refresh.");
}

tl::unexpected<base::Error> claimed_by(const std::string& name) {
  return fail(ErrorCode::Conflict, "“" + name + "”正在办这一步，请先由其放回。",
              "\"" + name + "\" is working on this step; it must be released first.");
}

Result<void> check_free(const register_::Viewer& viewer, const Task& task) {
  if (!is_open(task)) return not_open();
  if (task.state == TaskState::Claimed && !viewer.acts_for(task.assignee)) return claimed_by(task.assignee_name);
  return {};
}

Result<void> check_in_hand(const register_::Viewer& viewer, const TaskItem& item, bool may_work) {
  if (!may_work) return not_yours();
  return check_free(viewer, item.task);
}

Result<void> check_said(const std::string& text, const char* zh, const char* en) {
  if (!text.empty() && text.size() <= said_max) return {};
  return fail(ErrorCode::Invalid, zh, en, {.field = "reason"});
}

}  // namespace yuanqu::casework
