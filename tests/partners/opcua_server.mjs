// An OPC UA server by node-opcua: node opcua_server.mjs PORT [seconds its clock is wrong]. It writes each hostile value once, in order; the status
// of ns=1;s=Doubtful goes through good, uncertain, bad and good again.
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { DataType, VariantArrayType, OPCUAServer, StatusCodes, Variant, SecurityPolicy, MessageSecurityMode } = require("node-opcua");

const port = Number(process.argv[2]);
const off = Number(process.argv[3] ?? 0) * 1000;
const server = new OPCUAServer({
  port, resourcePath: "/", allowAnonymous: true, securityPolicies: [SecurityPolicy.None], securityModes: [MessageSecurityMode.None],
  buildInfo: { productName: "partner", buildNumber: "1", buildDate: new Date() },
});
await server.initialize();
const space = server.engine.addressSpace.getOwnNamespace();
const folder = space.addFolder("ObjectsFolder", { browseName: "Plant" });
const add = (name, dataType) => space.addVariable({ componentOf: folder, browseName: name, nodeId: `ns=1;s=${name}`, dataType, minimumSamplingInterval: 10 });
const number = add("Number", "Double");
const count = add("Count", "UInt64");
const whole = add("Whole", "Int64");
const doubtful = add("Doubtful", "Float");
const text = add("Text", "String");
const flag = add("Flag", "Boolean");
const write = (variable, dataType, value, statusCode = StatusCodes.Good, time = Date.now()) =>
  variable.setValueFromSource(new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }), statusCode, new Date(time + off));
write(number, DataType.Double, 20);
write(count, DataType.UInt64, [0, 1]);
write(whole, DataType.Int64, [0, 1]);
write(doubtful, DataType.Float, 0.5);
write(text, DataType.String, "出铁");
write(flag, DataType.Boolean, true);
await server.start();
console.log("listening");

const hostile = [-0.0, Infinity, -Infinity, 5e-324, 0.1, 1.7976931348623157e308, 9007199254740993, 1500.25];
let at = 0, watched = 0;
// Once somebody subscribed: a write each 150 ms, so that each is sampled.
setInterval(() => {
  if (server.engine.currentSubscriptionCount > 0) watched += 1;
  if (watched < 10) return;
  if (at < hostile.length) write(number, DataType.Double, hostile[at]);
  if (at === 1) write(count, DataType.UInt64, [0xffffffff, 0xffffffff]);
  if (at === 1) write(whole, DataType.Int64, [0x80000000, 0]);
  if (at === 2) write(doubtful, DataType.Float, 1.5, StatusCodes.UncertainSensorNotAccurate);
  if (at === 4) write(doubtful, DataType.Float, 1.5, StatusCodes.BadSensorFailure);
  if (at === 6) write(doubtful, DataType.Float, 2.5);
  if (at === 7) write(text, DataType.String, "第二行\n\"=1+1\"");
  at += 1;
}, 150);
process.once("SIGTERM", () => process.exit(0));
