// OPC UA values, types and status codes as Sparkplug B has them. 64-bit integers stay exact.
import Long from 'long';

// What OPC UA says of a value in the one byte of OPC classic, which Sparkplug hosts know: class and reason.
const reasons = {
  UncertainLastUsableValue: 68, UncertainNoCommunicationLastUsableValue: 68, UncertainInitialValue: 68, UncertainSensorNotAccurate: 80, UncertainEngineeringUnitsExceeded: 84, UncertainSubNormal: 88, UncertainSubstituteValue: 64,
  BadConfigurationError: 4, BadNodeIdUnknown: 4, BadNodeIdInvalid: 4, BadNotConnected: 8, BadDeviceFailure: 12, BadSensorFailure: 16, BadNoCommunication: 20, BadCommunicationError: 24, BadOutOfService: 28, BadWaitingForInitialData: 32,
  GoodLocalOverride: 216,
};
export function qualityOf(status) {
  const known = reasons[status.name.replace(/[^A-Za-z].*$/, '')];
  if (known !== undefined) return known;
  const severity = status.value >>> 30;
  return severity === 0 ? 192 : severity === 1 ? 64 : 0;
}
export const properties = (code) => ({
  Quality: { type: 'Int32', value: code >= 192 ? 192 : code === 20 || (code >= 64 && code < 192) ? 500 : 0 },
  'Quality Detail': { type: 'Int32', value: code },
});

const whole = (value, unsigned) => {
  if (Array.isArray(value)) return new Long(value[1], value[0], unsigned);  // node-opcua: [high, low]
  if (typeof value === 'bigint') return Long.fromString(value.toString(), unsigned);
  return typeof value === 'number' && Number.isInteger(value) ? Long.fromNumber(value, unsigned) : null;
};
const ranges = { Int8: [-128, 127], UInt8: [0, 255], Int16: [-32768, 32767], UInt16: [0, 65535], Int32: [-2147483648, 2147483647], UInt32: [0, 4294967295] };

/** The value as the metric's type; null when it does not fit, which is then said by the quality. */
export function valueOf(variant, type) {
  const value = variant?.value;
  if (value === null || value === undefined) return null;
  if (type === 'Boolean') return typeof value === 'boolean' ? value : null;
  if (type === 'Int64' || type === 'UInt64') return whole(value, type === 'UInt64');
  if (type === 'Float' || type === 'Double') return typeof value === 'number' ? value : null;
  if (type === 'DateTime') return value instanceof Date ? value : null;
  if (type === 'String') return typeof value === 'string' ? value : value?.text ?? null;
  const range = ranges[type];
  return typeof value === 'number' && Number.isInteger(value) && value >= range[0] && value <= range[1] ? value : null;
}
