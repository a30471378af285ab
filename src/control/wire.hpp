#pragma once
// How messages of control travel in Sparkplug B: one metric "control" of our own template, whose members are the fields
// in order, all texts. Centre to agent as NCMD, agent to centre as NDATA of the agent's node; QoS 0, never retained.

#include "control/message.hpp"
#include "telemetry/sparkplug.hpp"

namespace yuanqu::control {

inline constexpr std::string_view control_metric = "control";

telemetry::SparkplugMetric to_metric(const Fields& fields);
// Empty for a metric that is no message of control.
Fields fields_of(const telemetry::SparkplugMetric& metric);

}  // namespace yuanqu::control
