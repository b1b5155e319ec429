/** Keeps what goes wrong in one part of the panel from taking the whole of it away. */
import React, { Component } from 'react';
import type { ReactNode } from 'react';
import { Sorry } from './parts';
import { useServices } from './services';

interface IProps {
  readonly children: ReactNode;
}

export class Shelter extends Component<IProps, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? (
      <Broken error={error} again={() => this.setState({ error: null })} />
    ) : (
      this.props.children
    );
  }
}

function Broken({ error, again }: { readonly error: Error; readonly again: () => void }): JSX.Element {
  const { trans } = useServices();
  if (error.name !== 'ChunkLoadError') {
    return <Sorry error={error} again={again} />;
  }
  // What could not be loaded once is not asked for again by this page.
  return (
    <Sorry
      error={new Error(trans.__('This part of the panel could not be loaded: reload the page.'))}
      again={() => window.location.reload()}
      label={trans.__('Reload')}
    />
  );
}
