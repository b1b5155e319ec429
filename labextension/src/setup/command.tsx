/** What to type in a terminal, with a button that copies it. */
import { Clipboard } from '@jupyterlab/apputils';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';

export function Command({ text }: { readonly text: string }): JSX.Element {
  const { trans } = useServices();
  const [copied, setCopied] = useState(false);
  return (
    <div className="jca-Command" onMouseLeave={() => setCopied(false)}>
      <code>{text}</code>
      <IconButton
        icon={copied ? checkIcon : copyIcon}
        label={trans.__('Copy “%1”', text)}
        act={() => {
          Clipboard.copyToSystem(text);
          setCopied(true);
        }}
      />
      <span className="jca-SrOnly" role="status">
        {copied && trans.__('Copied')}
      </span>
    </div>
  );
}
