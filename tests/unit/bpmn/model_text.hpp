#pragma once
// Small BPMN files for tests, written as elements and ways: way("s a b e") draws the flows s-a, a-b, b-e.

#include <gtest/gtest.h>

#include <sstream>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {

class ModelText {
 public:
  ModelText& element(const std::string& tag, const std::string& id, const std::string& inside = {},
                     const std::string& attributes = {}) {
    text_ += "<" + tag + " id=\"" + id + "\" " + attributes + ">" + inside + "</" + tag + ">\n";
    return *this;
  }
  ModelText& users(const std::string& ids) {
    std::istringstream names(ids);
    for (std::string id; names >> id;) element("userTask", id);
    return *this;
  }
  ModelText& way(const std::string& ids, const std::string& condition = {}) {
    std::istringstream names(ids);
    std::string from, to;
    names >> from;
    while (names >> to) {
      text_ += "<sequenceFlow id=\"" + from + "-" + to + "\" sourceRef=\"" + from + "\" targetRef=\"" + to + "\">" +
               (condition.empty() ? "" : "<conditionExpression>" + condition + "</conditionExpression>") +
               "</sequenceFlow>\n";
      from = to;
    }
    return *this;
  }
  const std::string& inside() const { return text_; }
  std::string xml() const {
    return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1">
<message id="m1" name="answered"/><signal id="s1" name="stop"/><error id="e1" errorCode="refused"/>
<process id="p" isExecutable="true">)" +
           text_ + "</process></definitions>";
  }
  Process process() const {
    auto read_process = read(xml(), "model.bpmn");
    EXPECT_TRUE(read_process) << (read_process ? "" : read_process.error().en);
    if (!read_process) return {};
    for (const Problem& problem : read_process->problems) ADD_FAILURE() << problem.element << ": " << problem.en;
    return std::move(*read_process);
  }

 private:
  std::string text_;
};

inline const std::string timer = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>";
inline const std::string message = "<messageEventDefinition messageRef=\"m1\"/>";
inline const std::string error = "<errorEventDefinition errorRef=\"e1\"/>";
inline const std::string twice =
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>";
inline const std::string twice_in_turn =
    "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>";
inline const std::string one_is_enough =
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><completionCondition>x</completionCondition>"
    "</multiInstanceLoopCharacteristics>";

}  // namespace yuanqu::bpmn
