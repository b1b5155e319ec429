/** What results and verdicts say, in words: the same words as `client/words.py` uses. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Json } from '../api/read';
import { record, text } from '../api/read';
import type { IAttempt, IFinding, IResult, ISignal } from '../api/result';

/** Kinds of effects that change or reach something beyond the notebook. */
export const REACHING = ['writes', 'deletes', 'network', 'processes', 'environment'];
const WARNING = ['data'];
const ASIDE = 'quarantined';

export function statusWord(trans: TranslationBundle, status: string): string {
  const known: Record<string, string> = {
    pending: trans.__('waiting'),
    running: trans.__('running'),
    passed: trans.__('passed'),
    ran: trans.__('ran'),
    failed: trans.__('failed'),
    partial: trans.__('not validated'),
    cancelled: trans.__('cancelled'),
    error: trans.__('could not be judged'),
    'not run': trans.__('not run'),
    skipped: trans.__('skipped')
  };
  return Object.hasOwn(known, status) ? known[status] : status;
}

/** A result's status; what was mended was run, not tested. */
export function resultWord(trans: TranslationBundle, result: IResult): string {
  return result.status === 'passed' && result.changes.length
    ? trans.__('mended: it runs')
    : statusWord(trans, result.status);
}

/** What can be typed next, for who does not find a button: command and what it does. */
export function hints(trans: TranslationBundle, result: IResult): [string, string][] {
  const { executionId: id, status } = result;
  if (id === null || ['passed', 'cancelled'].includes(status)) {
    return [];
  }
  const retry: [string, string] = [
    `%agent retry ${id}`,
    trans.__('asks again; add words to change the request')
  ];
  const diff: [string, string] = [`%agent diff ${id}`, trans.__('shows what the last attempt changed')];
  return result.attempts.length > 1 ? [retry, diff] : [retry];
}

export type Tone = 'good' | 'bad' | 'warn' | 'info';

export function toneOf(status: string): Tone {
  const tones: Record<string, Tone> = {
    passed: 'good',
    ran: 'good',
    failed: 'bad',
    error: 'bad',
    partial: 'warn',
    cancelled: 'warn'
  };
  return Object.hasOwn(tones, status) ? tones[status] : 'info';
}

export function mark(good: boolean): string {
  return good ? '✓' : '✗';
}

export function signalMark(signal: { name: string; passed: boolean }): string {
  return warns(signal) ? '!' : mark(signal.passed);
}

/** A signal that only warns never makes code fail. */
export function warns(signal: { name: string; passed: boolean }): boolean {
  return WARNING.includes(signal.name) && !signal.passed;
}

export function signalName(trans: TranslationBundle, name: string): string {
  const known: Record<string, string> = {
    tests: trans.__('tests'),
    lint: trans.__('lint'),
    security: trans.__('security'),
    data: trans.__('data')
  };
  return Object.hasOwn(known, name) ? known[name] : name;
}

export function signalSentence(trans: TranslationBundle, signal: ISignal): string {
  if (signal.name !== 'tests') {
    const found = signal.findings.length;
    return found ? trans._n('%1 finding', '%1 findings', found) : trans.__('no findings');
  }
  const aside = signal.tests.filter(test => test.outcome === ASIDE).length;
  const passed = signal.tests.filter(test => test.outcome === 'passed').length;
  const judged = signal.tests.length - aside;
  const parts = [judged ? trans.__('%1 of %2 passed', passed, judged) : trans.__('no tests')];
  if (aside) {
    parts.push(trans.__('%1 set aside as wrong', aside));
  }
  if (signal.coverage !== null) {
    parts.push(trans.__('%1 % covered', Math.round(signal.coverage)));
  }
  const sentence = parts.join(', ');
  return signal.reason && !signal.passed && !problems(signal).length
    ? `${sentence}: ${signal.reason}`
    : sentence;
}

/** The tests that did not pass, or the findings, one line each. */
export function problems(signal: ISignal): string[] {
  const tests = signal.tests
    .filter(test => test.outcome !== 'passed' && test.outcome !== ASIDE)
    .map(test => `${test.id}: ${test.message || test.outcome.replace('_', ' ')}`);
  return [...tests, ...signal.findings.map(findingSentence)];
}

export function findingSentence(finding: IFinding): string {
  const place = [finding.path, finding.line === null ? '' : String(finding.line)].filter(Boolean).join(':');
  const severity = finding.severity ? ` (${finding.severity})` : '';
  const what = [finding.code, finding.message].filter(Boolean).join(' ');
  return `${place ? `${place}: ` : ''}${what}${severity}${finding.fix ? ` → ${finding.fix}` : ''}`;
}

/** What the code does beyond computing; imports come last. */
export function effectSentences(trans: TranslationBundle, effects: IResult['effects']): string[] {
  const verbs: [string, string][] = [
    ['reads', trans.__('reads')],
    ['writes', trans.__('writes')],
    ['deletes', trans.__('deletes')],
    ['network', trans.__('connects to')],
    ['processes', trans.__('starts')],
    ['environment', trans.__('reads the environment:')],
    ['open_resources', trans.__('leaves open')],
    ['imports', trans.__('imports')]
  ];
  return verbs
    .filter(([kind]) => Object.hasOwn(effects, kind) && effects[kind].length)
    .map(([kind, verb]) => `${verb} ${effects[kind].join(', ')}`);
}

/** Whether the code reaches beyond the notebook, so that a person should see it before it is inserted. */
export function reaches(effects: IResult['effects']): boolean {
  return REACHING.some(kind => Object.hasOwn(effects, kind) && effects[kind].length > 0);
}

export function facts(trans: TranslationBundle, result: IResult): string {
  const counts = result.qualityScore !== null && ['passed', 'ran'].includes(result.status);
  return [
    counts ? trans.__('quality %1/10', String(result.qualityScore)) : '',
    result.attempts.length ? trans._n('%1 attempt', '%1 attempts', result.attempts.length) : '',
    result.model,
    result.cost ? `$${result.cost.toFixed(4)}` : '',
    result.executionId ?? ''
  ]
    .filter(Boolean)
    .join(' · ');
}

export function attemptSignals(trans: TranslationBundle, attempt: IAttempt): string {
  return attempt.signals.map(signal => `${signalMark(signal)} ${signalName(trans, signal.name)}`).join('  ');
}

/** A receipt's details, each with its name; what it does not say is left out. */
export function receiptRows(trans: TranslationBundle, receipt: Json): [string, string][] {
  const isolation = record(receipt.isolation);
  const notebook = record(receipt.notebook);
  const cells = Array.isArray(notebook.cells) ? notebook.cells.length : 0;
  const rows: [string, string][] = [
    [trans.__('status'), statusWord(trans, text(receipt.status))],
    [trans.__('proved'), text(receipt.issued_at)],
    [trans.__('code'), text(receipt.code_sha256).slice(0, 12)],
    [trans.__('tests'), text(receipt.tests_sha256).slice(0, 12)],
    [trans.__('quality'), typeof receipt.quality_score === 'number' ? `${receipt.quality_score}/10` : ''],
    [trans.__('mutation score'), percent(receipt.mutation_score)],
    [trans.__('model'), text(receipt.model)],
    [trans.__('Python'), text(receipt.kernel_python)],
    [
      trans.__('isolation'),
      [isolation.backend, isolation.image, isolation.network].map(text).filter(Boolean).join(', ')
    ],
    [trans.__('in the notebook'), cells ? trans._n('after %1 cell', 'after %1 cells', cells) : ''],
    [trans.__('values'), named(notebook.values)],
    [trans.__('not carried over'), named(notebook.missing)],
    [trans.__('key'), text(receipt.key_id)]
  ];
  return rows.filter(([, value]) => value);
}

function percent(score: unknown): string {
  return typeof score === 'number' ? `${Math.round(score * 100)} %` : '';
}

function named(values: unknown): string {
  return Object.entries(record(values))
    .map(([name, what]) => `${name}: ${text(what)}`)
    .join('; ');
}
