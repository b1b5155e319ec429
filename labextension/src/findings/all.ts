/** What the scanners found in a result, whichever of them: in one form. */
import type { Wire } from '../api/client';

export type Severity = 'high' | 'medium' | 'low' | 'error' | 'warning';

export interface IShownFinding {
  readonly by: 'security' | 'lint' | 'data';
  readonly severity: Severity;
  readonly path: string;
  readonly line: number | null;
  /** The rule, as its tool names it. */
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  /** Of a security finding: how sure the scanner is. */
  readonly confidence: string;
}

const ORDER: readonly Severity[] = ['high', 'medium', 'low', 'error', 'warning'];

/** The gravest first, then by place. */
export function allFindings({ signals }: Pick<Wire['ExecutionView'], 'signals'>): IShownFinding[] {
  const security = (signals?.security?.findings ?? []).map((one): IShownFinding => ({
    by: 'security',
    severity: one.severity,
    path: one.path,
    line: one.line,
    rule: one.type,
    message: one.message,
    fix: one.fix_suggestion ?? '',
    confidence: one.confidence ?? ''
  }));
  const lint = (signals?.lint?.findings ?? []).map((one): IShownFinding => ({
    by: 'lint',
    severity: one.severity,
    path: one.path,
    line: one.line,
    rule: one.code,
    message: one.message,
    fix: '',
    confidence: ''
  }));
  const data = (signals?.data?.findings ?? []).map((one): IShownFinding => ({
    by: 'data',
    severity: 'warning',
    path: one.path ?? '',
    line: one.line ?? null,
    rule: one.kind.replaceAll('_', ' '),
    message: one.message,
    fix: '',
    confidence: ''
  }));
  return [security, lint, data].flatMap(found =>
    found.sort(
      (a, b) =>
        ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
        a.path.localeCompare(b.path) ||
        (a.line ?? 0) - (b.line ?? 0)
    )
  );
}
