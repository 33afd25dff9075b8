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

/** What is told to what came while the session was about to end. */
const TOO_LATE = 'not carried out: the bot is about to end or to reload. Say it again once it runs';

/**
 * Carries out an operator's commands one after another, in the order in which they came. "status" is answered at once: a halt may take minutes, and
 * that is when one looks. A halt waits for nothing, whatever else is on its way.
 */
export class OperatorLine {
  readonly #parts: OperatorLineParts;
  readonly #waiting: { readonly id: string; readonly command: OperatorCommand }[] = [];
  #running: Promise<void> | null = null;
  #doing: string | null = null;
  readonly #halts = new Set<Promise<void>>();
  /** What the runner is to do. */
  after: AfterCommand = 'go-on';

  constructor(parts: OperatorLineParts) {
    this.#parts = parts;
  }

  /** Something is being carried out. */
  get isBusy(): boolean {
    return this.#running !== null || this.#halts.size > 0;
  }

  /** Looks for commands; to be called often. */
  look(): void {
    const { desk, status } = this.#parts;
    for (const one of desk.take())
      if (one.command.command === 'status') desk.answer(one.id, { ok: true, text: status(this.#doingNow) });
      else if (one.command.command === 'halt') this.halt(one.id, one.command.flatten);
      else this.#waiting.push(one);
    this.#next();
  }

  /** Halts at once. */
  halt(id: string, flatten: boolean): void {
    const halting = this.#carryOut(id, { command: 'halt', flatten }).finally(() => {
      this.#halts.delete(halting);
      this.#next();
    });
    this.#halts.add(halting);
  }

  /** Resolves once what is being carried out is done. */
  async idle(): Promise<void> {
    while (this.isBusy) await Promise.all([this.#running, ...this.#halts]);
  }

  get #doingNow(): string | null {
    return this.#halts.size > 0 ? 'halt' : this.#doing;
  }

  #next(): void {
    if (this.isBusy) return;
    if (this.after !== 'go-on') {
      for (const { id } of this.#waiting.splice(0)) this.#parts.desk.answer(id, { ok: false, text: TOO_LATE });
      return;
    }
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
      // What ends the bot is not undone by what was said before or after it.
      if (this.after !== 'end' && after !== 'go-on') this.after = after;
      desk.answer(id, { ok: true, text });
    } catch (error) {
      const { message } = error as Error;
      desk.answer(id, { ok: false, text: message });
      onFailure(command.command, message);
    }
  }
}
