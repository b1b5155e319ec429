import { Turns } from './turns';

/** Work that ends when it is told to. */
function held(): { work: jest.Mock<Promise<string>>; end(value: string): void; fail(error: Error): void } {
  let end: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { work: jest.fn(() => promise), end: value => end(value), fail: error => fail(error) };
}

const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

test('only so much goes on at once, the rest in order, also after one that failed', async () => {
  const turns = new Turns(2);
  const all = [held(), held(), held(), held()];
  const results = all.map(({ work }) => turns.take(work));
  const begun = (): boolean[] => all.map(({ work }) => work.mock.calls.length === 1);
  await settled();
  expect(begun()).toEqual([true, true, false, false]);
  all[1].fail(new Error('no'));
  await expect(results[1]).rejects.toThrow('no');
  await settled();
  expect(begun()).toEqual([true, true, true, false]);
  all[0].end('first');
  await expect(results[0]).resolves.toBe('first');
  await settled();
  expect(begun()).toEqual([true, true, true, true]);
  all[2].end('third');
  all[3].end('fourth');
  expect(await Promise.all(results.slice(2))).toEqual(['third', 'fourth']);
});

test('a place that is free again is taken at once', async () => {
  const turns = new Turns(1);
  await turns.take(() => Promise.resolve());
  const work = held();
  void turns.take(work.work);
  expect(work.work).toHaveBeenCalledTimes(1);
});
