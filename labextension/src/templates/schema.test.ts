import { customizeValidator } from '@rjsf/validator-ajv8';
import { nullTranslator } from '@jupyterlab/translation';
import type { Wire } from '../api/client';
import { defaultsOf, plainly, schemaOf } from './schema';

type Variable = Wire['VariableView'];
const RULE = { pattern: null, says: null, min: null, max: null, choices: [] };
const trans = nullTranslator.load('jupyter-coding-agent');

function variable(changes: Partial<Omit<Variable, 'rule'>> & { rule?: Partial<Variable['rule']> }): Variable {
  return {
    name: 'x',
    type: 'string',
    items: 'string',
    description: 'What it is.',
    default: null,
    example: null,
    ...changes,
    rule: { ...RULE, ...changes.rule }
  };
}

/** Where a value is wrong → in which words. */
function wrong(variables: readonly Variable[], values: object, tried = true): Record<string, string> {
  const validator = customizeValidator();
  const { errors } = validator.validateFormData(
    { ...defaultsOf(variables), ...values },
    schemaOf(variables),
    undefined,
    found => plainly(trans, variables, found, tried)
  );
  return Object.fromEntries(errors.map(error => [error.property ?? '', error.message ?? '']));
}

test('a pattern holds for the whole text and is said in its own words', () => {
  const name = variable({ type: 'identifier', rule: { pattern: '[a-z]+', says: 'small letters' } });
  expect(wrong([name], { x: 'abc' })).toEqual({});
  expect(wrong([name], { x: 'abc1' })).toEqual({ '.x': 'This must be small letters.' });
  expect(wrong([name], {})).toEqual({ x: 'A value has to be given.' });
  // Nobody is told off for what they have not come to yet.
  expect(wrong([name], {}, false)).toEqual({});
});

test('a pattern that only Python can read is left to the server', () => {
  expect(wrong([variable({ rule: { pattern: '(?i)abc(?P<n>x)' } })], { x: 'ABCx' })).toEqual({});
});

test('bounds are of a number, of a length, of a count', () => {
  const bounded = { min: 2, max: 3 };
  expect(wrong([variable({ type: 'integer', rule: bounded })], { x: 1 })).toEqual({
    '.x': 'This must be at least 2.'
  });
  expect(wrong([variable({ type: 'integer', rule: bounded })], { x: 2.5 })).toEqual({
    '.x': 'A value of this kind can’t be used here.'
  });
  expect(wrong([variable({ rule: bounded })], { x: 'abcd' })).toEqual({
    '.x': 'This must be at most 3 characters long.'
  });
  expect(wrong([variable({ type: 'list', rule: bounded })], { x: ['a'] })).toEqual({
    '.x': 'Give at least 2.'
  });
  expect(wrong([variable({ type: 'list' })], { x: ['a', 'a'] })).toEqual({
    '.x': 'Nothing may be named twice.'
  });
});

test('a field is a name with a kind; the pattern is about the name', () => {
  const pattern = '(?!(?:id|self)$)[a-z]+';
  const fields = variable({ type: 'list', items: 'field', rule: { pattern, says: 'other names' } });
  expect(wrong([fields], { x: ['title', 'year:integer', 'idea:text', 'ids'] })).toEqual({});
  expect(wrong([fields], { x: ['id', 'self:text', 'a:date', 'ok'] })).toEqual({
    '.x.0': 'This must be other names.',
    '.x.1': 'This must be other names.',
    '.x.2': 'This must be other names.'
  });
});

test('a new item of a list may be empty until it is sent', () => {
  const list = variable({ type: 'list' });
  expect(wrong([list], { x: [''] }, false)).toEqual({});
  expect(wrong([list], { x: [''] })).toEqual({ '.x.0': 'This must be at least 1 characters long.' });
});
