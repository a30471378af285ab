#pragma once
// Details of one flow node: extension elements, timers, forms. Private to the room.

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

// Fills everything but id, kind, flows and line; answers the names of what is not supported on this element.
std::vector<std::string> read_details(const pugi::xml_node& element, Node& node);

}  // namespace yuanqu::bpmn
