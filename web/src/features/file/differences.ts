import type { Fact, RecordItem } from '@/lib/types';

/** What other sources say instead of the value that is read. */
export const differing = (fact: Fact) => fact.others.filter((other) => JSON.stringify(other.value) !== JSON.stringify(fact.value));

/** Differences beyond what is allowed: those somebody has to look into. */
export const beyond = (facts: Fact[] | undefined): number => (facts ?? []).filter((fact) => fact.finding && differing(fact).length > 0).length;

export const differencesOf = (records: RecordItem[]): number => records.reduce((sum, record) => sum + beyond(record.facts), 0);
