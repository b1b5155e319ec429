/** What a newcomer sees: what this is, and requests to begin with. */
import React from 'react';
import { useServices } from '../panel/services';

export function Empty(): JSX.Element {
  const { conversation, trans } = useServices();
  const examples = [
    trans.__(
      'Write a function called describe_sample that describes a list of numbers: the mean with a 95 % bootstrapped confidence interval.'
    ),
    trans.__('Write a function that reads a CSV file and says for each column how many values are missing.'),
    trans.__('How do I join two tables by their nearest dates?')
  ];
  return (
    <div className="jca-Chat-empty">
      <p>
        {trans.__(
          'Say what code you need: it is written, tested in a sandbox and mended until it has been proved to run, and only then offered to your notebook.'
        )}
      </p>
      <h3 id="jca-examples">{trans.__('Try one of these')}</h3>
      <ul aria-labelledby="jca-examples">
        {examples.map(example => (
          <li key={example}>
            <button type="button" className="jca-Example" onClick={() => conversation.offer(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
