// The gateway's configuration: every fault at once, in words.
const types = ['Boolean', 'Int8', 'UInt8', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Float', 'Double', 'String', 'DateTime'];
const known = { server: 1, security: 1, user: 1, broker: 1, broker_user: 1, group: 1, node: 1, state: 1, publishing_ms: 1, sampling_ms: 1, beat_ms: 1, keep: 1, tags: 1 };
const name = (text) => typeof text === 'string' && text !== '' && !/[+#/]/.test(text);

export function checked(raw) {
  const faults = [];
  const config = { security: { mode: 'SignAndEncrypt', policy: 'Basic256Sha256' }, publishing_ms: 250, sampling_ms: 100, beat_ms: 1000, keep: 100_000, state: '.', ...raw };
  for (const key of Object.keys(raw ?? {})) if (!known[key]) faults.push(`unknown entry ${key}`);
  if (!/^opc\.tcp:\/\//.test(config.server ?? '')) faults.push('server: opc.tcp://HOST:PORT');
  if (!/^mqtts?:\/\//.test(config.broker ?? '')) faults.push('broker: mqtt://HOST:PORT');
  if (!name(config.group)) faults.push('group: a Sparkplug group id');
  if (!name(config.node)) faults.push('node: a Sparkplug edge node id');
  if (!['None', 'Sign', 'SignAndEncrypt'].includes(config.security.mode)) faults.push('security.mode: None, Sign or SignAndEncrypt');
  if (!Array.isArray(config.tags) || config.tags.length === 0) faults.push('tags: a list of {metric, node, type}');
  const metrics = new Set();
  for (const [at, tag] of (config.tags ?? []).entries()) {
    if (typeof tag?.metric !== 'string' || tag.metric === '') faults.push(`tags[${at}].metric: a name`);
    if (typeof tag?.node !== 'string' || !/^(ns=\d+;)?[isgb]=/.test(tag.node)) faults.push(`tags[${at}].node: an OPC UA node id such as ns=1;s=Temperature`);
    if (!types.includes(tag?.type)) faults.push(`tags[${at}].type: one of ${types.join(', ')}`);
    if (metrics.has(tag?.metric)) faults.push(`tags[${at}].metric: ${tag.metric} is there twice`);
    metrics.add(tag?.metric);
  }
  for (const reserved of ['bdSeq', 'Node Control/Rebirth', 'Gateway/Beat', 'Gateway/Connected', 'Gateway/Dropped']) if (metrics.has(reserved)) faults.push(`${reserved} is the gateway's own metric`);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return config;
}
