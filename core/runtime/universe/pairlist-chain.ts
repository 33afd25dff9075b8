import { TidegateError } from '../../foundation/errors.ts';
import { messageOf, shown } from '../../foundation/message-of.ts';
import type { PairlistContext, PairlistModule } from '../../registry/kinds.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';

/** A module of a chain, and how often it is asked. */
interface Step {
  readonly module: PairlistModule;
  readonly refreshMs: number;
  /** The last answer, by what it was asked: a pure function of both. */
  remembered: { readonly question: string; readonly answer: Promise<readonly string[]> } | null;
}

/** What a step made of the list that came in. */
export interface StepAnswer {
  readonly name: string;
  readonly pairs: readonly string[];
}

/**
 * Pair lists one after the other, each with the list of the one before. A step is asked as of the last multiple of its refresh interval, counted
 * from 1970: a bot that starts in between trades the list that a backtest has at that moment.
 */
export class PairlistChain {
  readonly #steps: readonly Step[];

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  /**
   * Makes the modules. Each choice may have `refreshMinutes` beside the module's own options.
   * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION
   */
  static async make(
    registry: Registry,
    choices: readonly ModuleChoice[],
    refreshMinutes: number,
  ): Promise<PairlistChain> {
    const steps = choices.map(async (choice, k): Promise<Step> => {
      const where = `pairlists[${k}]`;
      const { refreshMinutes: own, ...given } =
        typeof choice === 'string' ? { name: choice, refreshMinutes: undefined } : choice;
      const { plugin } = await registry.find('pairlist', given.name as string, where);
      const isOption = 'refreshMinutes' in plugin.options.shape;
      const chosen = { ...given, ...(isOption && own !== undefined && { refreshMinutes: own }) } as ModuleChoice;
      const minutes = own ?? refreshMinutes;
      if (typeof minutes !== 'number' || !(minutes > 0))
        throw new TidegateError('PLUGIN_OPTION', `refreshMinutes is ${JSON.stringify(minutes)}`, {
          where,
          remedy: 'Give minutes above 0.',
        });
      const module = await registry.create('pairlist', chosen, where);
      return { module, refreshMs: minutes * 60_000, remembered: null };
    });
    return new PairlistChain(await Promise.all(steps));
  }

  /** The shortest interval: the list can change at its multiples only. */
  get refreshMs(): number {
    return Math.min(...this.#steps.map((step) => step.refreshMs));
  }

  /** Names of steps that know the present only. */
  get nowOnly(): readonly string[] {
    return this.#steps.flatMap(({ module }) => (module.isNowOnly ? [module.name] : []));
  }

  get readsTrades(): boolean {
    return this.firstOnTrades < this.#steps.length;
  }

  /** Index of the first step that looks at closed trades; the number of steps when none does. */
  get firstOnTrades(): number {
    const at = this.#steps.findIndex(({ module }) => module.readsTrades);
    return at < 0 ? this.#steps.length : at;
  }

  /**
   * What each step from `from` to before `to` leaves, in order.
   * @param given the list that comes in
   * @throws TidegateError PAIRLIST_FAILED with the step's name, and what the modules throw
   */
  async steps(
    given: readonly string[],
    context: PairlistContext,
    from = 0,
    to = this.#steps.length,
  ): Promise<readonly StepAnswer[]> {
    const answers: StepAnswer[] = [];
    let pairs = given;
    for (const step of this.#steps.slice(from, to)) {
      pairs = await ask(step, pairs, context);
      answers.push({ name: step.module.name, pairs });
    }
    return answers;
  }

  /** The list after the last of those steps. */
  async pairs(given: readonly string[], context: PairlistContext, from = 0, to?: number): Promise<readonly string[]> {
    return (await this.steps(given, context, from, to)).at(-1)?.pairs ?? given;
  }
}

async function ask(step: Step, given: readonly string[], context: PairlistContext): Promise<readonly string[]> {
  const { module, refreshMs } = step;
  const time = Math.floor(context.time / refreshMs) * refreshMs;
  const put = async (): Promise<readonly string[]> => {
    try {
      const answer: unknown = await module.pairs(given, { ...context, time });
      if (Array.isArray(answer) && answer.every((pair) => typeof pair === 'string' && pair !== '')) return answer;
      throw new TidegateError('PAIRLIST_ANSWER', `pairlist "${module.name}" answered ${shown(answer)}`, {
        where: new Date(time).toISOString(),
        remedy: 'Return a list of pairs such as BTC/USDT.',
      });
    } catch (cause) {
      if (cause instanceof TidegateError) throw cause;
      const said = messageOf(cause);
      throw new TidegateError('PAIRLIST_FAILED', `pairlist "${module.name}" threw: ${said}`, {
        where: new Date(time).toISOString(),
        remedy: 'Mend the module, or leave it out of the pair lists.',
        cause,
      });
    }
  };
  if (module.readsTrades) return put();
  const question = `${time} ${given.join()}`;
  if (step.remembered?.question !== question) {
    const answer = put();
    step.remembered = { question, answer };
    // A failure is not remembered: the next question is put anew.
    answer.catch(() => {
      if (step.remembered?.answer === answer) step.remembered = null;
    });
  }
  return step.remembered!.answer;
}
