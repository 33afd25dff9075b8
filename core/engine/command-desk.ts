import type { EntryDesk } from './entries.ts';
import type { CommandEvent } from './events.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { PositionManager } from './position-manager.ts';
import type { Slot } from './slot.ts';

/** Carries out what an operator, or the runtime that watches over a live session, commands. */
export class CommandDesk {
  readonly #entries: EntryDesk;
  readonly #manager: PositionManager;
  readonly #ledger: Ledger;
  readonly #slots: readonly Slot[];
  readonly #leave: (slot: Slot, reason: string, time: number) => unknown;

  /** @param leave leaves a slot's position at the market, at once */
  constructor(
    entries: EntryDesk,
    manager: PositionManager,
    ledger: Ledger,
    slots: readonly Slot[],
    leave: (slot: Slot, reason: string, time: number) => unknown,
  ) {
    this.#entries = entries;
    this.#manager = manager;
    this.#ledger = ledger;
    this.#slots = slots;
    this.#leave = leave;
  }

  /** True when an entry now waits to be sent. */
  run({ command, time }: CommandEvent): boolean {
    switch (command.name) {
      case 'stop-entries':
        this.#entries.stopped = true;
        return false;
      case 'resume':
        this.#entries.stopped = false;
        return false;
      case 'cancel-entries':
        for (const { entry } of this.#slots) if (entry !== null) this.#entries.withdraw(entry, time);
        return false;
      case 'close-all':
        for (const slot of this.#slots) this.#forceExit(slot, 'force_exit', time);
        return false;
      case 'force-exit':
        this.#forceExit(command.slot, command.reason, time);
        return false;
      case 'protect':
        this.#manager.protect(command.slot, time);
        return false;
      case 'block':
        command.slot.pair.blocked = command.reason;
        return false;
      case 'correct-cash':
        this.#ledger.account.stake.free.add(command.amount);
        return false;
      case 'force-enter':
        this.#entries.want(command.slot, command.side, 'force_enter', time);
        return true;
    }
  }

  #forceExit(slot: Slot, reason: string, time: number): void {
    if (slot.position !== null) this.#leave(slot, reason, time);
    else if (slot.entry !== null) this.#entries.withdraw(slot.entry, time);
  }
}
