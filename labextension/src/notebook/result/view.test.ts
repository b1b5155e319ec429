import { nullTranslator } from '@jupyterlab/translation';
import { readResult, RESULT_MIME } from '../../api/result';
import { rawResult } from '../../testing/results';
import { reportView } from '../proving/report';
import { resultFactory } from './renderer';
import { resultView } from './view';

const trans = nullTranslator.load('test');
const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const plain = (code: string, _: string, into: HTMLElement): void => {
  into.textContent = code;
};

/** The same data with every text, names too, made hostile. */
function hostile(data: unknown): unknown {
  if (typeof data === 'string') {
    return HOSTILE;
  }
  if (Array.isArray(data)) {
    return data.map(hostile);
  }
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(([name, value]): [string, unknown] => [name, hostile(value)]);
    return Object.fromEntries([...entries, [HOSTILE, HOSTILE]]);
  }
  return data;
}

const full = rawResult({
  status: 'failed',
  signals: {
    tests: { passed: false, results: [{ id: 't', outcome: 'failed', message: 'm' }], reason: 'r' },
    lint: { passed: false, findings: [{ path: 'p', line: 1, code: 'c', severity: 's', message: 'm' }] },
    security: {
      passed: false,
      findings: [{ path: 'p', line: 1, type: 't', message: 'm', fix_suggestion: 'f' }]
    },
    data: { passed: false, findings: [{ path: 'p', line: 1, message: 'm' }] }
  },
  effects: { writes: ['w'], network: ['n'] },
  attempts: [
    { number: 1, signals: { tests: false }, error_message: 'e', fix_applied: 'f', notes: ['n'] },
    { number: 2, signals: { tests: false }, diff: '-f\n+g' }
  ],
  outputs: [{ name: 'o', size: 3 }],
  stdout: 'printed',
  receipt: { status: 's', isolation: { backend: 'b' }, notebook: { cells: ['c'], values: { df: 'd' } } },
  changes: [{ name: 'n', before: 'b', after: 'a', unified_diff: '-d\n+e' }]
});

test('hostile text stays text in every field', () => {
  const node = resultView(trans, readResult(hostile(full)), plain, null);
  expect(node.querySelectorAll('img, script, a, iframe, style, link, object, form')).toHaveLength(0);
  expect(
    [...node.querySelectorAll('*')]
      .flatMap(one => one.getAttributeNames())
      .filter(name => /^on|^src|^href/.test(name))
  ).toEqual([]);
  expect(node.textContent).toContain(HOSTILE);
});

test('a hostile report stays text', () => {
  const report = {
    status: 'failed',
    explanation: 'e',
    proposal: { message: 'm', imports: ['i'], order: [0] },
    cells: [
      {
        index: 0,
        name: 'In [1]',
        status: 'failed',
        reason: 'r',
        error: { type: 't', message: 'm', traceback: 't' },
        relies_on: [{ message: 'm', suggestion: 's' }],
        lint: [{ line: 1, message: 'm' }]
      }
    ]
  };
  const node = reportView(trans, hostile(report) as never, { goTo: () => undefined, mend: () => true });
  expect(node.querySelectorAll('img, script')).toHaveLength(0);
  expect(node.textContent).toContain(HOSTILE);
});

test.each([
  [null],
  [[]],
  ['text'],
  [{ files: 3, signals: [], attempts: {}, effects: null, receipt: 7, changes: 'x' }]
])('what is no result is shown without failing: %j', data => {
  expect(resultView(trans, readResult(data), plain, null).getAttribute('role')).toBe('region');
});

test('a result says everything that was found', () => {
  const said = resultView(trans, readResult(full), plain, null).textContent ?? '';
  for (const part of [
    'failed',
    'add two numbers',
    '0 of 1 passed',
    'p:1: c m (s)',
    '→ f',
    'writes w',
    'connects to n',
    '2 attempts',
    'what attempt 2 changed',
    '+g',
    'o (3 B)',
    'printed',
    'after 1 cell',
    '%agent retry exe_1'
  ]) {
    expect(said).toContain(part);
  }
});

test('a person who sees nothing hears what the signs mean, and reaches everything by keyboard', () => {
  const node = resultView(trans, readResult(full), plain, null);
  expect([...node.querySelectorAll('[role=img]')].map(sign => sign.getAttribute('aria-label'))).toEqual([
    'failed',
    'failed',
    'failed',
    'warning'
  ]);
  expect([...node.querySelectorAll('pre')].every(block => block.tabIndex === 0)).toBe(true);
});

test('an output outside a notebook has no controls, and is safe where nothing is trusted', async () => {
  const factory = resultFactory(trans, plain, () => {
    throw new Error('not attached');
  });
  const output = factory.createRenderer({} as never);
  await output.renderModel({
    data: { [RESULT_MIME]: full as never },
    metadata: {},
    trusted: false,
    setData: () => undefined
  });
  expect(factory.safe).toBe(true);
  expect(output.node.textContent).toContain('add two numbers');
});
