import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import Attempts from './attempts';
import { UnifiedDiff } from './diff';

const TWO_FILES = `--- a/solution.py
+++ b/solution.py
@@ -1,2 +1,2 @@
 def double(number):
--- a
+++ b
--- /dev/null
+++ b/helper.py
@@ -0,0 +1 @@
+answer = 42
diff --git a/old.py b/new.py
similarity index 100%
rename from old.py
rename to new.py
`;

test('a diff of several files; lines that look like headers are lines', () => {
  show(<UnifiedDiff source={TWO_FILES} />, fakeServices(fakeAgent({}).agent));
  const solution = screen.getByRole('region', { name: 'Changes of solution.py' });
  expect(within(solution).getAllByRole('row')).toHaveLength(3);
  expect(solution.textContent).toContain('-- a');
  expect(screen.getByText('helper.py').textContent).toContain('new');
  expect(screen.getByText('new.py').textContent).toContain('was old.py');
});

test('what is no diff is shown as it is', () => {
  show(<UnifiedDiff source="Binary, perhaps" />, fakeServices(fakeAgent({}).agent));
  expect(screen.getByText('Binary, perhaps')).toBeTruthy();
});

test('what each attempt was found to be, and what changed between any two', async () => {
  const attempt = (number: number, changes: object): object => ({
    number,
    origin: number === 1 ? 'draft' : 'repair',
    verdict: { signals: { tests: { passed: number === 2, results: [] } } },
    model: 'scripted',
    cost_usd: 0,
    started_at: '2026-01-01T00:00:00Z',
    finished_at: '2026-01-01T00:00:02Z',
    ...changes
  });
  const { agent, asked } = fakeAgent({
    'GET /execute/exe_1/attempts': {
      attempts: [
        attempt(1, { error_class: 'timeout', error_message: 'After 120 s.' }),
        attempt(2, { fix_applied: 'Repair of attempt 1.' })
      ]
    },
    'GET /execute/exe_1/diff': {
      unified_diff: TWO_FILES,
      changes_summary: { files: 3, added: 2, removed: 1 }
    }
  });
  const view = { execution_id: 'exe_1', status: 'passed', attempts: 2, attempt: 2 };
  show(<Attempts execution={view as never} />, fakeServices(agent));
  const list = await screen.findByRole('list', { name: 'Attempts' });
  expect(list.textContent).toContain('Wrong: it did not end in timeAfter 120 s.');
  expect(list.textContent).toContain('Done: Repair of attempt 1.');
  expect(await screen.findByText('helper.py')).toBeTruthy();
  expect(asked.at(-1)?.query).toBe('from_attempt=1&to_attempt=2');
  await userEvent.selectOptions(screen.getByLabelText('From'), 'nothing');
  expect(asked.at(-1)?.query).toBe('from_attempt=0&to_attempt=2');
});

test('code has the colours of its language, unless it is too long', async () => {
  const languages = new EditorLanguageRegistry();
  EditorLanguageRegistry.getDefaultLanguages()
    .filter(({ extensions }) => extensions?.includes('py'))
    .forEach(one => languages.addLanguage(one));
  const services = fakeServices(fakeAgent({}).agent, { languages });
  const diff = (lines: number): string =>
    `--- a/solution.py\n+++ b/solution.py\n@@ -1 +1,${lines} @@\n-x = 1\n${'+def double(number): # twice\n'.repeat(lines)}`;
  const { container, unmount } = show(<UnifiedDiff source={diff(2)} />, services);
  const keywords = (): number => container.querySelectorAll('.diff-code .tok-keyword').length;
  await waitFor(() => expect(keywords()).toBe(2));
  expect(container.querySelector('.diff-code .tok-comment')?.textContent).toBe('# twice');
  expect(screen.getAllByRole('row').at(-1)?.textContent).toContain('def double(number): # twice');
  unmount();
  const asked = jest.spyOn(languages, 'getLanguage');
  show(<UnifiedDiff source={diff(1000)} />, services);
  expect(asked).not.toHaveBeenCalled();
});
