// An edge node by sparkplug-client (Tahu's own): node edge_node.mjs PORT. Births with every type, data with hostile values, an answer to rebirths.
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const SparkplugClient = require("sparkplug-client");
const Long = require("long");

const client = SparkplugClient.newClient({
  serverUrl: `mqtt://127.0.0.1:${process.argv[2]}`,
  username: "",
  password: "",
  groupId: "G",
  edgeNode: "N",
  clientId: "partner",
  version: "spBv1.0",
});
const device = (temperature, count) => ({
  timestamp: Date.now(),
  metrics: [
    { name: "温度", value: temperature, type: "Double", timestamp: Date.now() },
    { name: "count", value: count, type: "UInt64", timestamp: Date.now() },
  ],
});
const maximum = Long.fromString("18446744073709551615", true);
const hostile = [-0.0, Infinity, -Infinity, 5e-324, 0.1, 1.7976931348623157e308, 9007199254740993];
let born = false;
client.on("birth", () => {
  client.publishNodeBirth({ timestamp: Date.now(), metrics: [] });
  client.publishDeviceBirth("D", device(20, Long.UZERO));
  if (born) return;
  born = true;
  // The package compresses, counts and seals; the values are ours.
  hostile.forEach((value, i) => client.publishDeviceData("D", device(value, maximum.sub(hostile.length - 1 - i))));
});
