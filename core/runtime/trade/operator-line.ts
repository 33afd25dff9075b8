import type { AfterCommand } from './carry-out.ts';
import type { OperatorAnswer, OperatorCommand } from './operator.ts';

interface OperatorLineParts {
  readonly desk: {
    take(): readonly { readonly id: string; readonly command: OperatorCommand }[];
    answer(id: string, answer: OperatorAnswer): void;
  };
  readonly carryOut: (command: OperatorCommand) => Promise<{ readonly text: string; readonly after: AfterCommand }>;
  /** Words for "status"; `doing` names the command that is being carried out. */
  readonly status: (doing: string | null) => string;
  /** A command failed: whoever asked by a file hears of it, too. */
  readonly onFailure: (command: string, reason: string) => void;
}

/**
 * Carries out an operator's commands one after another, in the order in which they came. "status" is answered at once: a halt may take minutes, and
 * that is when one looks.
 */
export class OperatorLine {
  readonly #parts: OperatorLineParts;
  readonly #waiting: { readonly id: string; readonly command: OperatorCommand }[] = [];
  #running: Promise<void> | null = null;
  #doing: string | null = null;
  /** What the runner is to do. */
  after: AfterCommand = 'go-on';

  constructor(parts: OperatorLineParts) {
    this.#parts = parts;
  }

  /** Something is being carried out. */
  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Looks for commands; to be called often. */
  look(): void {
    const { desk, status } = this.#parts;
    for (const one of desk.take())
      if (one.command.command === 'status') desk.answer(one.id, { ok: true, text: status(this.#doing) });
      else this.#waiting.push(one);
    this.#next();
  }

  /** Resolves once what is being carried out is done. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #next(): void {
    if (this.#running !== null || this.after !== 'go-on') return;
    const one = this.#waiting.shift();
    if (one === undefined) return;
    this.#doing = one.command.command;
    this.#running = this.#carryOut(one.id, one.command).finally(() => {
      this.#running = null;
      this.#doing = null;
      this.#next();
    });
  }

  async #carryOut(id: string, command: OperatorCommand): Promise<void> {
    const { desk, carryOut, onFailure } = this.#parts;
    try {
      const { text, after } = await carryOut(command);
      this.after = after;
      desk.answer(id, { ok: true, text });
    } catch (error) {
      const { message } = error as Error;
      desk.answer(id, { ok: false, text: message });
      onFailure(command.command, message);
    }
  }
}
