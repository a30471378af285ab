// EdgeNode: the Sparkplug B 3.0 side: birth, data in order, death by will, rebirth when asked. What changes while the broker is away is kept in
// memory and told as history after the next birth; what does not fit any more is counted and said.
import mqtt from 'mqtt';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import payloads from 'sparkplug-payload';
import { properties } from './values.mjs';

const sparkplug = payloads.get('spBv1.0');
const batch = 200;  // metrics in one message

export class EdgeNode {
  constructor(config, log) {
    Object.assign(this, { config, log });
    this.now = new Map(config.tags.map((tag) => [tag.metric, { metric: tag.metric, type: tag.type, value: null, quality: 8, time: Date.now(), unread: true }]));
    this.kept = [];
    this.fresh = [];
    this.dropped = 0;
    this.beat = 0;
    this.up = false;
    this.born = false;
    this.seq = 0;
  }

  topic(kind) { return `spBv1.0/${this.config.group}/${kind}/${this.config.node}`; }

  async open() {
    const connect = async () => {
      const { config } = this;
      const bdSeq = await this.nextDeath();
      const will = { topic: this.topic('NDEATH'), payload: Buffer.from(sparkplug.encodePayload({ timestamp: Date.now(), metrics: [{ name: 'bdSeq', type: 'UInt64', value: bdSeq }] })), qos: 1, retain: false };
      const password = config.broker_user ? (await readFile(config.broker_user.password_file, 'utf8')).trim() : undefined;
      const client = mqtt.connect(config.broker, { clean: true, reconnectPeriod: 0, keepalive: 10, will, username: config.broker_user?.name, password, queueQoSZero: false });
      this.client = client;
      client.on('error', (problem) => this.log(`broker: ${problem.message}`));
      client.on('connect', async () => {
        try {
          await client.subscribeAsync(this.topic('NCMD'), { qos: 1 });
          this.death = bdSeq;
          this.birth();
        } catch (problem) { this.log(`broker: ${problem.message}`); client.end(true); }
      });
      client.on('message', (topic, message) => this.command(message));
      client.on('close', () => {
        this.born = false;
        if (!this.ended) setTimeout(() => { if (!this.ended) void connect(); }, 1000);
      });
    };
    await connect();
    this.timers = [setInterval(() => this.flush(), this.config.publishing_ms), setInterval(() => this.pulse(), this.config.beat_ms)];
  }

  async close() {
    this.ended = true;
    for (const timer of this.timers ?? []) clearInterval(timer);
    if (this.client?.connected) {
      this.flush();
      const death = { timestamp: Date.now(), metrics: [{ name: 'bdSeq', type: 'UInt64', value: this.death }] };
      await this.client.publishAsync(this.topic('NDEATH'), Buffer.from(sparkplug.encodePayload(death)), { qos: 1 }).catch(() => undefined);
    }
    await this.client?.endAsync().catch(() => undefined);
  }

  /** Counts up over restarts, 0 … 255; written before it is used. */
  async nextDeath() {
    const file = join(this.config.state, `bdseq-${encodeURIComponent(this.config.group)}-${encodeURIComponent(this.config.node)}`);
    const last = Number.parseInt(await readFile(file, 'utf8').catch(() => '255'), 10);
    const next = (Number.isInteger(last) ? last + 1 : 0) % 256;
    await writeFile(`${file}.new`, String(next));
    await rename(`${file}.new`, file);
    return next;
  }

  own() {
    return [
      { name: 'Gateway/Connected', type: 'Boolean', value: this.up, timestamp: Date.now() },
      { name: 'Gateway/Beat', type: 'UInt64', value: this.beat, timestamp: Date.now() },
      { name: 'Gateway/Dropped', type: 'UInt64', value: this.dropped, timestamp: Date.now() },
    ];
  }

  metric(change, historical = false) {
    return { name: change.metric, type: change.type, value: change.value, timestamp: change.time, properties: properties(change.quality), ...(historical ? { isHistorical: true } : {}) };
  }

  send(kind, metrics) {
    const payload = { timestamp: Date.now(), metrics, seq: kind === 'NBIRTH' ? 0 : (this.seq + 1) % 256 };
    this.seq = payload.seq;
    this.client.publish(this.topic(kind), Buffer.from(sparkplug.encodePayload(payload)), { qos: 0, retain: false });
  }

  birth() {
    // The birth tells the newest; what came before it goes behind as history.
    const past = this.kept.splice(0);
    for (const change of this.fresh.splice(0)) past.push(change);
    this.send('NBIRTH', [{ name: 'bdSeq', type: 'UInt64', value: this.death }, { name: 'Node Control/Rebirth', type: 'Boolean', value: false }, ...this.own(), ...[...this.now.values()].map((one) => this.metric(one))]);
    this.born = true;
    const told = new Set(this.now.values());
    const history = past.filter((one) => !told.has(one));
    for (let at = 0; at < history.length; at += batch) this.send('NDATA', history.slice(at, at + batch).map((one) => this.metric(one, true)));
  }

  command(message) {
    try {
      const { metrics } = sparkplug.decodePayload(message);
      if (metrics?.some((one) => one.name === 'Node Control/Rebirth' && one.value === true)) this.birth();
    } catch (problem) { this.log(`a command cannot be read: ${problem.message}`); }
  }

  /** A first value that was measured before this node began is told as of its beginning: a host that goes by time would keep the birth's unknown. */
  take(changes) {
    for (const given of changes) {
      const before = this.now.get(given.metric);
      const change = before?.unread && given.time < before.time ? { ...given, time: before.time } : given;
      this.now.set(change.metric, change);
      this.fresh.push(change);
    }
  }

  /** The server is lost: every value stands as it was, but nobody vouches for it. */
  link(up) {
    if (up === this.up) return;
    this.up = up;
    if (!up) this.take([...this.now.values()].filter((one) => one.quality >= 64).map((one) => ({ ...one, quality: 20, time: Date.now() })));
  }

  flush() {
    if (!this.born || !this.client.connected) {
      this.kept.push(...this.fresh.splice(0));
      const excess = this.kept.length - this.config.keep;
      if (excess > 0) { this.kept.splice(0, excess); this.dropped += excess; }
      return;
    }
    const changes = this.fresh.splice(0);
    for (let at = 0; at < changes.length; at += batch) this.send('NDATA', changes.slice(at, at + batch).map((one) => this.metric(one)));
  }

  pulse() {
    this.beat += 1;
    if (this.born && this.client.connected) this.send('NDATA', this.own());
  }
}
