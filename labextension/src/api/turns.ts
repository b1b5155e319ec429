/** Work of which only some goes on at once: what comes later waits for its turn, in order. */
export class Turns {
  constructor(private readonly _most: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this._going < this._most) {
      this._going++;
    } else {
      // Whose end wakes this one leaves it the place.
      await new Promise<void>(resolve => this._waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this._waiting.shift();
      if (next) {
        next();
      } else {
        this._going--;
      }
    }
  }

  private _going = 0;
  private readonly _waiting: (() => void)[] = [];
}
