/** The result of an execution, or a bare verdict, as `client/result.py` writes it into a notebook. */
import { list, number, record, text, textMap, texts, words } from './read';
import type { Json } from './read';

export const RESULT_MIME = 'application/vnd.coding-agent.result+json';

/**
 * What becomes of the result's cells. `asked`: the front end is to insert them as they come; `done`: the kernel
 * has put the code below; `offered`: nobody asked; `rejected`: a person does not want them.
 */
export type Insert = 'asked' | 'done' | 'offered' | 'rejected';

export interface IFinding {
  readonly path: string;
  readonly line: number | null;
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly fix: string;
}

export interface ITest {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
}

export interface ISignal {
  readonly name: string;
  readonly passed: boolean;
  readonly reason: string;
  readonly tests: readonly ITest[];
  readonly findings: readonly IFinding[];
  readonly coverage: number | null;
}

export interface IAttempt {
  readonly number: number;
  readonly signals: readonly { name: string; passed: boolean }[];
  readonly done: string;
  readonly problem: string;
  readonly failed: boolean;
  readonly diff: string;
  readonly model: string;
  readonly cost: number;
}

/** A cell of the notebook as it was and as it should be. */
export interface IChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly diff: string;
}

export interface IResult {
  readonly executionId: string | null;
  readonly prompt: string;
  readonly status: string;
  readonly files: Readonly<Record<string, string>>;
  readonly tests: Readonly<Record<string, string>>;
  readonly signals: readonly ISignal[];
  readonly qualityScore: number | null;
  readonly qualityParts: readonly { points: number; reason: string }[];
  /** Kind of effect → its targets. */
  readonly effects: Readonly<Record<string, readonly string[]>>;
  readonly attempts: readonly IAttempt[];
  readonly model: string;
  readonly cost: number;
  readonly receipt: Json | null;
  readonly outputs: readonly { name: string; size: number | null }[];
  readonly explanation: string;
  readonly stdout: string;
  /** Of a fix: the cells that are to be changed. */
  readonly changes: readonly IChange[];
  readonly insert: Insert;
}

const SIGNALS = ['tests', 'lint', 'security', 'data'];
const INSERTS: readonly string[] = ['asked', 'done', 'offered', 'rejected'];

/** A result from whatever stands in an output. */
export function readResult(data: unknown): IResult {
  const raw = record(data);
  const insert = text(raw.insert);
  return {
    executionId: text(raw.execution_id) || null,
    prompt: text(raw.prompt),
    status: text(raw.status),
    files: textMap(raw.files),
    tests: textMap(raw.tests),
    signals: readSignals(raw.signals),
    qualityScore: number(raw.quality_score),
    qualityParts: list(raw.quality_parts).map(part => ({
      points: number(record(part).points) ?? 0,
      reason: text(record(part).reason)
    })),
    effects: Object.fromEntries(
      Object.entries(record(raw.effects)).map(([kind, targets]) => [kind, texts(targets)])
    ),
    attempts: list(raw.attempts).map(readAttempt),
    model: text(raw.model),
    cost: number(raw.cost) ?? 0,
    receipt: raw.receipt ? record(raw.receipt) : null,
    outputs: list(raw.outputs).map(output => ({
      name: text(record(output).name),
      size: number(record(output).size)
    })),
    explanation: text(raw.explanation),
    stdout: text(raw.stdout),
    changes: list(raw.changes).map(change => ({
      name: text(record(change).name),
      before: text(record(change).before),
      after: text(record(change).after),
      diff: text(record(change).unified_diff)
    })),
    insert: INSERTS.includes(insert) ? (insert as Insert) : 'offered'
  };
}

/** Signals by name, those that there are. */
export function readSignals(data: unknown): ISignal[] {
  const raw = record(data);
  return SIGNALS.filter(name => raw[name]).map(name => {
    const signal = record(raw[name]);
    return {
      name,
      passed: signal.passed === true,
      reason: text(signal.reason),
      tests: list(signal.results).map(one => ({
        id: text(record(one).id),
        outcome: text(record(one).outcome),
        message: text(record(one).message)
      })),
      findings: list(signal.findings).map(readFinding),
      coverage: number(signal.coverage_percent)
    };
  });
}

export function readFinding(data: unknown): IFinding {
  const raw = record(data);
  return {
    path: text(raw.path),
    line: number(raw.line),
    code: text(raw.code) || text(raw.type),
    severity: text(raw.severity),
    message: text(raw.message),
    fix: text(raw.fix_suggestion)
  };
}

function readAttempt(data: unknown): IAttempt {
  const raw = record(data);
  return {
    number: number(raw.number) ?? 0,
    signals: Object.entries(record(raw.signals)).map(([name, passed]) => ({ name, passed: passed === true })),
    done: [text(raw.fix_applied), ...list(raw.notes).map(words)].filter(Boolean).join(' '),
    problem: text(raw.error_message),
    failed: text(raw.error_class) !== '',
    diff: text(raw.diff),
    model: text(raw.model),
    cost: number(raw.cost_usd) ?? 0
  };
}
