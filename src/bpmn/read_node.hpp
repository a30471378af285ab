#pragma once
// Details of one flow node: events, extension elements, timers, loops, forms. Private to the room.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bpmn/model.hpp"

namespace pugi {
class xml_node;
}

namespace yuanqu::bpmn {

inline constexpr std::string_view model_name_space = "http://www.omg.org/spec/BPMN/20100524/MODEL";

std::string_view local_name(std::string_view qualified);
// The name space a qualified name of this element stands for; empty if the prefix is not declared.
std::string_view name_space_of(const pugi::xml_node& element, std::string_view qualified);
// The first own extension element of that local name inside extensionElements; a null node if there is none.
pugi::xml_node extension(const pugi::xml_node& element, std::string_view name);
// The element's text without surrounding blanks and without a leading "=".
std::string feel_text(const pugi::xml_node& element);
std::string without_equals(std::string_view text);
Deadline read_deadline(const pugi::xml_node& element);  // yuanqu:deadline of a task or of the process

// Messages, signals and errors a file declares: id -> name (of an error its code).
using Declared = std::map<std::string, std::string, std::less<>>;

// Fills everything but id, flows, parent, attachment and line; answers the names of what is not supported on this
// element.
std::vector<std::string> read_details(const pugi::xml_node& element, const Declared& declared, Node& node);

}  // namespace yuanqu::bpmn
