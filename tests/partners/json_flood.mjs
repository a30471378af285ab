// COUNT messages at QoS 1 as fast as mqtt.js gives them to the broker: node json_flood.mjs PORT TOPIC COUNT. Ends 0 when every one is acknowledged.
import mqtt from "mqtt";
const [port, topic, count] = process.argv.slice(2);
const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, clean: true });
client.on("error", (problem) => {
  console.error(problem);
  process.exit(1);
});
client.on("connect", async () => {
  const sent = [];
  for (let i = 1; i <= Number(count); i += 1) {
    sent.push(client.publishAsync(topic, String(i), { qos: 1 }));
    if (sent.length === 1000) await Promise.all(sent.splice(0));
  }
  await Promise.all(sent);
  await client.endAsync();
  process.exit(0);
});
