import { act, render, screen } from '@testing-library/react';
import React from 'react';
import { Ago } from './ago';

const AT = '2026-01-01T12:00:00.000Z';

beforeEach(() => jest.useFakeTimers({ now: new Date(AT) }));
afterEach(() => jest.useRealTimers());

function words(): string {
  return screen.getByRole('time').textContent;
}

test('what is drawn again says the same until a minute is over', () => {
  const { rerender } = render(<Ago at={AT} />);
  const before = words();
  act(() => jest.advanceTimersByTime(30_000));
  rerender(<Ago at={AT} />);
  expect(words()).toBe(before);
  act(() => jest.advanceTimersByTime(150_000));
  expect(words()).toContain('3 minutes');
});

test('another time is told at once', () => {
  const { rerender } = render(<Ago at={AT} />);
  rerender(<Ago at="2025-12-31T12:00:00.000Z" title="kept for ever" />);
  expect(words()).toContain('yesterday');
  expect(screen.getByTitle('kept for ever')).toBeTruthy();
});
