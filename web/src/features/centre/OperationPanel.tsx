import { useEffect, useRef, useState } from 'react';
import { get, post, Problem } from './api';
import { useHouse, useLive, useTick, useWords } from './context';
import { age, shown } from './format';
import type { Batch, DeviceState, Parameter, Selection, Site } from './operations';

/** Devices, recipes, and what is selected: select, read back, second person, operate, hold. */
export function useAct() {
  const { model, refresh } = useHouse();
  const { language } = useWords();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const act = async (verb: string, body: unknown = {}): Promise<boolean> => {
    setBusy(true);
    setProblem('');
    try { await post(`/plants/${model.plant}/operations/${verb}`, body); return true; } catch (refused) {
      if (refused instanceof Problem) { setProblem(refused.in(language)); if (refused.status === 401) refresh(); }
      return false;
    } finally { setBusy(false); }
  };
  return { act, problem, busy, clear: () => setProblem('') };
}

export function useSite(): Site | null {
  const { model } = useHouse();
  const [site, setSite] = useState<Site | null>(null);
  useEffect(() => { get<Site>(`/plants/${model.plant}/site`).then(setSite, () => setSite(null)); }, [model.plant]);
  return site;
}

export function OperationPanel({ whole = false }: { whole?: boolean }) {
  const { may, session } = useHouse();
  const live = useLive();
  const site = useSite();
  const { t, label } = useWords();
  const { act, problem, busy, clear } = useAct();
  const now = useTick(250) + live.clock;
  const operations = live.operations;
  if (!operations || !operations.available) return <section className="panel operation" aria-label={t('centre.nav.operations')}><h2>{t('centre.nav.operations')}</h2><p className="quiet">{t('centre.operation.unavailable')}</p></section>;
  const dead = live.link !== 'live';
  const open = operations.selections.filter((one) => one.valid_until > now);
  const running = operations.batches.filter((one) => !['complete', 'stopped', 'aborted'].includes(one.state));
  const past = operations.batches.filter((one) => !running.includes(one)).slice(-1);
  return (
    <section className={`panel operation${dead ? ' dead' : ''}`} aria-label={t('centre.nav.operations')}>
      <h2>{t('centre.nav.operations')}</h2>
      <div className="row wrap">
        <span className={`chip ${operations.armed ? 'armed' : ''}`}>{operations.armed ? t('centre.state.armed') : t('centre.state.monitor')}</span>
        <span className={`chip ${operations.agent_age_ms === null || operations.agent_age_ms > 1000 ? 'hot' : ''}`}>{t('centre.operation.agent')} {operations.agent_age_ms === null ? t('centre.operation.no_agent') : age(operations.agent_age_ms, 'en')}</span>
        <span className="grow" />
        {may('arm') ? <button type="button" disabled={busy || dead} onClick={() => void act(operations.armed ? 'disarm' : 'arm')}>{operations.armed ? t('centre.operation.disarm') : t('centre.operation.arm')}</button> : null}
      </div>
      {session.control_locked ? <p className="quiet">{t('centre.operation.locked')} <Unlock /></p> : null}
      {label(operations.why) ? <p className="quiet">{label(operations.why)}</p> : null}
      {problem ? <p role="alert" className="refused">{problem} <button type="button" onClick={clear} aria-label={t('centre.cancel')}>×</button></p> : null}
      {open.map((one) => <Selected key={one.selection} selection={one} now={now} act={act} busy={busy || dead} />)}
      {running.map((one) => <Running key={one.batch} batch={one} act={act} />)}
      {running.length === 0 ? past.map((one) => <Running key={one.batch} batch={one} act={act} />) : null}
      {site?.recipes.length && may('run_recipes') ? <Recipes site={site} act={act} busy={busy || dead || !operations.armed} /> : null}
      <ul className="devices">{operations.devices.map((one) => <Device key={one.device} device={one} site={site} act={act} busy={busy || dead} armed={operations.armed} whole={whole} />)}</ul>
      {operations.bypasses.map((one) => <p key={one.interlock} className="refused">{t('centre.operation.bypass', { name: label(one.labels), minutes: Math.max(0, Math.ceil((one.until - now) / 60_000)) })} {may('bypass') ? <button type="button" onClick={() => void act('restore', { interlock: one.interlock })}>{t('centre.operation.restore')}</button> : null}</p>)}
    </section>
  );
}

type Act = (verb: string, body?: unknown) => Promise<boolean>;

function Unlock() {
  const { t, language } = useWords();
  const { refresh } = useHouse();
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  return (
    <form className="row" onSubmit={(event) => { event.preventDefault(); post('/session/unlock', { password }).then(refresh, (refused: Problem) => setProblem(refused.in(language))); setPassword(''); }}>
      <input type="password" aria-label={t('centre.signin.password')} placeholder={t('centre.signin.password')} value={password} onChange={(event) => setPassword(event.target.value)} />
      <button type="submit">{t('centre.operation.unlock')}</button>
      {problem ? <span className="refused">{problem}</span> : null}
    </form>
  );
}

const inputOf = (one: Parameter, text: string): string | number | boolean => (one.boolean ? text === 'true' : text);

function Parameters({ list, values, onChange }: { list: Parameter[]; values: Record<string, string>; onChange: (values: Record<string, string>) => void }) {
  const { label } = useWords();
  return <>{list.map((one) => <label key={one.name}>{label(one.labels)}{one.unit ? ` (${one.unit})` : ''}{one.boolean ? <input type="checkbox" checked={values[one.name] === 'true'} onChange={(event) => onChange({ ...values, [one.name]: String(event.target.checked) })} /> : <input type="number" required min={one.least} max={one.greatest} step={10 ** -one.decimals} value={values[one.name] ?? ''} onChange={(event) => onChange({ ...values, [one.name]: event.target.value })} />}</label>)}</>;
}
const standard = (list: Parameter[]) => Object.fromEntries(list.map((one) => [one.name, one.standard ?? '']));

function Recipes({ site, act, busy }: { site: Site; act: Act; busy: boolean }) {
  const { t, label } = useWords();
  const [chosen, setChosen] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const recipe = site.recipes.find((one) => one.recipe === chosen);
  return (
    <div className="recipes" role="group" aria-label={t('centre.operation.recipes')}>
      {site.recipes.map((one) => <button key={one.recipe} type="button" aria-pressed={one.recipe === chosen} className="big" onClick={() => { setChosen(one.recipe === chosen ? '' : one.recipe); setValues(standard(one.parameters)); }}>{label(one.labels)}</button>)}
      {recipe ? (
        <form onSubmit={(event) => { event.preventDefault(); void act('select_recipe', { recipe: recipe.recipe, parameters: Object.fromEntries(recipe.parameters.map((one) => [one.name, inputOf(one, values[one.name] ?? '')])) }); }}>
          <p className="quiet">{t('centre.operation.version', { version: recipe.version })}{recipe.hazardous ? ` · ${t('centre.operation.two_persons')}` : ''}</p>
          <Parameters list={recipe.parameters} values={values} onChange={setValues} />
          <button type="submit" className="act" disabled={busy}>{t('centre.operation.select')}</button>
        </form>
      ) : null}
    </div>
  );
}

/** The read-back of one selection: what, with which values, what blocks, who must still agree; operate by holding. */
function Selected({ selection, now, act, busy }: { selection: Selection; now: number; act: Act; busy: boolean }) {
  const { session, may, station } = useHouse();
  const { t, label, language } = useWords();
  const mine = selection.session === session.session;
  const blocked = selection.interlocks.some((one) => !one.passed && !one.bypassed);
  const waits = selection.needs_approval && !selection.approved_by;
  const left = Math.max(0, Math.ceil((selection.valid_until - now) / 1000));
  return (
    <div className="selected" role="group" aria-label={t('centre.operation.read_back')}>
      <h3>{label(selection.labels)} <span className="quiet">{t('centre.operation.left', { seconds: left })}</span></h3>
      <p className="quiet">{t('centre.operation.by', { user: selection.by, station: selection.station })}{selection.approved_by ? ` · ${t('centre.operation.approved', { user: selection.approved_by, station: selection.approved_station })}` : ''}</p>
      <ul className="values">{selection.values.map((one) => <li key={one.name}><span>{one.name}</span><b>{shown(one.value, undefined, language)}</b><small className={one.quality === 'good' ? 'quiet' : 'refused'}>{one.quality === 'good' ? '' : `${one.quality} `}{age(one.age_ms, language)}</small></li>)}</ul>
      <Interlocks list={selection.interlocks} />
      <div className="row wrap">
        {mine ? <Hold label={waits ? t('centre.operation.waits_approval') : t('centre.operation.operate')} disabled={busy || waits || blocked} onDone={() => void act('operate', { selection: selection.selection })} /> : null}
        {mine ? <button type="button" onClick={() => void act('withdraw', { selection: selection.selection })}>{t('centre.operation.withdraw')}</button> : null}
        {!mine && waits && may('approve') ? <Hold label={t('centre.operation.approve')} disabled={busy || selection.station === station} onDone={() => void act('approve', { selection: selection.selection, read_back: selection.read_back })} /> : null}
      </div>
    </div>
  );
}

/** Pressed for a second: a slip of the hand is no order. */
function Hold({ label, disabled, onDone }: { label: string; disabled: boolean; onDone: () => void }) {
  const [pressed, setPressed] = useState(false);
  // The panel is drawn again four times a second; the second that is held must not begin anew with it.
  const done = useRef(onDone);
  useEffect(() => { done.current = onDone; }, [onDone]);
  useEffect(() => {
    if (!pressed || disabled) return undefined;
    const timer = setTimeout(() => { setPressed(false); done.current(); }, 1000);
    return () => clearTimeout(timer);
  }, [pressed, disabled]);
  return <button type="button" className={`act hold${pressed && !disabled ? ' pressed' : ''}`} disabled={disabled} onPointerDown={(event) => { if (event.button === 0) setPressed(true); }} onPointerUp={() => setPressed(false)} onPointerLeave={() => setPressed(false)} onPointerCancel={() => setPressed(false)} onContextMenu={(event) => event.preventDefault()}>{label}</button>;
}

function Interlocks({ list }: { list: Selection['interlocks'] }) {
  const { label, t } = useWords();
  if (list.length === 0) return null;
  return <ul className="interlocks">{list.map((one) => <li key={one.interlock} className={one.bypassed ? 'bypassed' : one.passed ? 'passed' : 'blocked'}><span aria-hidden="true">{one.bypassed ? '!' : one.passed ? '✓' : '✗'}</span> {label(one.labels)}{one.bypassed ? ` (${t('centre.operation.bypassed')})` : ''}{!one.passed ? <small>{label(one.reason)}</small> : null}</li>)}</ul>;
}

const stepMark: Record<string, string> = { done: '✓', running: '▶', waiting: '·', failed: '✗' };

function Running({ batch, act }: { batch: Batch; act: Act }) {
  const { t, label } = useWords();
  const { may } = useHouse();
  const current = batch.steps.find((one) => one.state === 'running' || one.state === 'failed');
  const over = ['complete', 'stopped', 'aborted'].includes(batch.state);
  return (
    <div className={`batch state-${batch.state}`} role="group" aria-label={label(batch.labels)}>
      <h3>{label(batch.labels)} <span className="chip">{t(`centre.batch.${batch.state}`)}</span> <span className="quiet">v{batch.version} · {batch.by}</span></h3>
      {label(batch.reason) ? <p className={over ? 'quiet' : 'refused'}>{label(batch.reason)}</p> : null}
      <ol className="steps">{batch.steps.map((one) => <li key={one.step} className={one.state} aria-current={one === current ? 'step' : undefined}><span aria-hidden="true">{stepMark[one.state]}</span> {label(one.labels)}{one === current && label(batch.waits_for) ? <small>{label(batch.waits_for)}{batch.left_ms !== null ? ` · ${Math.max(0, Math.round(batch.left_ms / 1000))} s` : ''}</small> : null}</li>)}</ol>
      {over ? null : (
        <div className="row wrap">
          {/* To stop is never behind a dialog. */}
          {batch.state === 'running' || batch.state === 'restarting' ? <button type="button" className="stop" onClick={() => void act('hold', { batch: batch.batch })}>{t('centre.operation.hold')}</button> : null}
          {batch.state === 'held' && may('run_recipes') ? <><button type="button" className="act" onClick={() => void act('select_resume', { batch: batch.batch, skip: false })}>{t('centre.operation.resume')}</button><button type="button" onClick={() => void act('select_resume', { batch: batch.batch, skip: true })}>{t('centre.operation.skip')}</button></> : null}
          <button type="button" className="stop" onClick={() => void act('stop', { batch: batch.batch })}>{t('centre.operation.stop')}</button>
          <button type="button" className="stop" onClick={() => void act('abort', { batch: batch.batch })}>{t('centre.operation.abort')}</button>
        </div>
      )}
    </div>
  );
}

function Device({ device, site, act, busy, armed, whole }: { device: DeviceState; site: Site | null; act: Act; busy: boolean; armed: boolean; whole: boolean }) {
  const { may, session, station } = useHouse();
  const { t, label } = useWords();
  const [chosen, setChosen] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const actions = site?.devices.find((one) => one.device === device.device)?.actions ?? [];
  const action = actions.find((one) => one.action === chosen);
  const mine = device.holder?.user === session.user && device.holder.station === station;
  const operate = may('operate', device.area);
  return (
    <li className="device">
      <div className="row wrap">
        <b>{label(device.labels)}</b>
        <span className={`chip ${device.remote === false ? 'hot' : ''}`}>{device.remote === null ? t('centre.device.unknown_mode') : device.remote ? t('centre.device.remote') : t('centre.device.local')}</span>
        {device.holder ? <span className="chip armed">{device.holder.user} · {device.holder.station}</span> : <span className="quiet">{t('centre.device.free')}</span>}
        {device.running ? <span className="chip armed">{label(device.running.action)}</span> : null}
        {device.unknown ? <span className="chip hot">{t('centre.device.result_unknown')} {may('operate', device.area) ? <button type="button" onClick={() => void act('ask', { command: device.unknown?.command })}>{t('centre.device.ask')}</button> : null}</span> : null}
        <span className="grow" />
        {operate && armed && !device.holder ? <button type="button" disabled={busy} onClick={() => void act('take', { device: device.device })}>{t('centre.device.take')}</button> : null}
        {mine ? <button type="button" disabled={busy} onClick={() => void act('release', { device: device.device })}>{t('centre.device.release')}</button> : null}
        {operate && (whole || device.holder) ? <button type="button" className="stop" onClick={() => void act('hold_device', { device: device.device })}>{t('centre.operation.hold')}</button> : null}
      </div>
      {whole || device.interlocks.some((one) => !one.passed) ? <Interlocks list={whole ? device.interlocks : device.interlocks.filter((one) => !one.passed)} /> : null}
      {operate && mine && armed ? (
        <div className="row wrap" role="group" aria-label={t('centre.device.actions')}>
          {actions.map((one) => <button key={one.action} type="button" aria-pressed={one.action === chosen} onClick={() => { setChosen(one.action === chosen ? '' : one.action); setValues(standard(one.parameters)); }}>{label(one.labels)}{one.hazardous ? ' ②' : ''}</button>)}
          {action ? <form className="row wrap" onSubmit={(event) => { event.preventDefault(); void act('select', { device: device.device, action: action.action, parameters: Object.fromEntries(action.parameters.map((one) => [one.name, inputOf(one, values[one.name] ?? '')])) }); }}><Parameters list={action.parameters} values={values} onChange={setValues} /><button type="submit" className="act" disabled={busy}>{t('centre.operation.select')}</button></form> : null}
        </div>
      ) : null}
    </li>
  );
}
