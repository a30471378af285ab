// Source: the OPC UA side. One client, one subscription; on any doubt about either the whole connection is torn down and made anew, because a
// subscription that died silently looks exactly like a plant in which nothing happens.
import opcua from 'node-opcua-client';
import { readFile } from 'node:fs/promises';
import { qualityOf, valueOf } from './values.mjs';

const { AttributeIds, ClientSubscription, DataType, MessageSecurityMode, OPCUAClient, SecurityPolicy, TimestampsToReturn, UserTokenType } = opcua;
const clockNode = 'ns=0;i=2258';  // ServerStatus.CurrentTime
const soon = 1000, late = 10_000, question_ms = 2000;

export class Source {
  constructor(config, { values, link, log }) {
    Object.assign(this, { config, values, link, log });
    this.pause = soon;
    this.ended = false;
  }

  open() { this.running = this.run(); }

  async close() {
    this.ended = true;
    this.fail?.('closing');
    await this.running;
  }

  async run() {
    while (!this.ended) {
      try {
        await this.session();
      } catch (problem) {
        if (!this.ended) this.log(`OPC UA ${this.config.server}: ${problem.message}`);
      }
      this.link(false);
      if (this.ended) break;
      await new Promise((resolve) => { setTimeout(resolve, this.pause); });
      this.pause = Math.min(this.pause * 2, late);
    }
  }

  /** From connecting to the first sign that something is wrong. */
  async session() {
    const { security, user, server } = this.config;
    const client = OPCUAClient.create({
      applicationName: 'Yuanqu', endpointMustExist: false, keepSessionAlive: false, connectionStrategy: { maxRetry: 0 }, requestedSessionTimeout: 30_000,
      securityMode: MessageSecurityMode[security.mode], securityPolicy: SecurityPolicy[security.mode === 'None' ? 'None' : security.policy],
    });
    const broken = new Promise((_, reject) => { this.fail = (why) => reject(new Error(why)); });
    broken.catch(() => undefined);
    for (const event of ['close', 'connection_lost', 'connection_failed', 'abort', 'timed_out_request']) client.on(event, () => this.fail(event));
    let timer;
    try {
      await Promise.race([client.connect(server), broken]);
      const identity = user ? { type: UserTokenType.UserName, userName: user.name, password: (await readFile(user.password_file, 'utf8')).trim() } : { type: UserTokenType.Anonymous };
      const session = await Promise.race([client.createSession(identity), broken]);
      session.on('session_closed', () => this.fail('the session was closed'));
      const subscription = await Promise.race([session.createSubscription2({ requestedPublishingInterval: this.config.publishing_ms, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 10 }), broken]);
      for (const event of ['terminated', 'internal_error', 'status_changed']) subscription.on(event, () => this.fail(`the subscription: ${event}`));
      let heard = Date.now();
      for (const event of ['keepalive', 'raw_notification', 'received_notifications']) subscription.on(event, () => { heard = Date.now(); });
      for (const tag of this.config.tags) {
        const item = await Promise.race([subscription.monitor({ nodeId: tag.node, attributeId: AttributeIds.Value }, { samplingInterval: this.config.sampling_ms, discardOldest: true, queueSize: 1000 }, TimestampsToReturn.Both), broken]);
        item.on('changed', (data) => { heard = Date.now(); this.values([this.change(tag, data)]); });
        if (item.statusCode && item.statusCode.value !== 0) { this.values([{ metric: tag.metric, type: tag.type, value: null, quality: qualityOf(item.statusCode), time: Date.now() }]); this.log(`${tag.node}: ${item.statusCode.name}`); }
      }
      this.link(true);
      this.pause = soon;
      // Two questions, again and again: does the server answer, and does the subscription speak?
      const silent_ms = Math.max(5000, subscription.publishingInterval * subscription.maxKeepAliveCount * 3);
      let asking = false;
      timer = setInterval(() => {
        if (Date.now() - heard > silent_ms) { this.fail('the subscription is silent'); return; }
        if (asking) { this.fail('the server does not answer'); return; }
        asking = true;
        session.read({ nodeId: clockNode, attributeId: AttributeIds.Value }).then(() => { asking = false; }, (problem) => this.fail(problem.message));
      }, question_ms);
      await broken;
    } finally {
      clearInterval(timer);
      // A server that is away cannot be said goodbye to: this must not hold us up.
      await Promise.race([client.disconnect().catch(() => undefined), new Promise((resolve) => { setTimeout(resolve, 1000); })]);
    }
  }

  change(tag, data) {
    let quality = qualityOf(data.statusCode);
    const value = valueOf(data.value, tag.type);
    if (value === null && quality >= 64 && data.value?.dataType !== DataType.Null) quality = 4;  // another type than the configuration says
    const time = (data.sourceTimestamp ?? data.serverTimestamp ?? new Date()).getTime();
    return { metric: tag.metric, type: tag.type, value, quality: value === null && quality >= 64 ? 0 : quality, time };
  }
}
