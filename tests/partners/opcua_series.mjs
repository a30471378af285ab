// An OPC UA server by node-opcua that shows a series: node opcua_series.mjs PORT FILE. FILE has a row of numbers a line; ns=1;s=V0 … hold a row,
// and once somebody subscribed the next one comes every 100 ms, until the last, which stays.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { DataType, VariantArrayType, OPCUAServer, StatusCodes, Variant, SecurityPolicy, MessageSecurityMode } = require("node-opcua");

const rows = readFileSync(process.argv[3], "ascii").trim().split("\n").map((line) => line.trim().split(" ").map(Number));
const server = new OPCUAServer({
  port: Number(process.argv[2]), resourcePath: "/", allowAnonymous: true, securityPolicies: [SecurityPolicy.None], securityModes: [MessageSecurityMode.None],
  buildInfo: { productName: "partner", buildNumber: "1", buildDate: new Date() },
});
await server.initialize();
const space = server.engine.addressSpace.getOwnNamespace();
const folder = space.addFolder("ObjectsFolder", { browseName: "Plant" });
const variables = rows[0].map((_, i) => space.addVariable({ componentOf: folder, browseName: `V${i}`, nodeId: `ns=1;s=V${i}`, dataType: "Double", minimumSamplingInterval: 10 }));
const show = (row) => variables.forEach((variable, i) => variable.setValueFromSource(new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Scalar, value: row[i] }), StatusCodes.Good, new Date()));
show(rows[0]);
await server.start();

let at = 0, watched = 0;
setInterval(() => {
  if (server.engine.currentSubscriptionCount > 0) watched += 1;
  if (watched < 20 || at + 1 >= rows.length) return;
  at += 1;
  show(rows[at]);
}, 100);
process.once("SIGTERM", () => process.exit(0));
