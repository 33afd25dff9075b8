import { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';

/** What `--help` of a command prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** What is wrong with an example: a command that there is none of, or an option that it does not take. */
function faultOf(program: Command, example: string): string | undefined {
  let command = program;
  let isNamed = true;
  for (const word of example.replaceAll(/'[^']*'|"[^"]*"/g, 'text').split(/ +/)) {
    if (/^[|>&]/.test(word)) break;
    const inner: Command | undefined = isNamed
      ? command.commands.find((c) => [c.name(), ...c.aliases()].includes(word))
      : undefined;
    isNamed = inner !== undefined;
    command = inner ?? command;
    const taken = [command, ...(command.parent ? [command.parent] : [])].flatMap((c) => c.options);
    if (word.startsWith('-') && word !== '-' && !taken.some((o) => o.long === word || o.short === word))
      return `${example}: no ${word}`;
  }
  return command === program ? `${example}: no command` : undefined;
}

it('help of every command ends with examples, of commands and options that there are', async () => {
  const program = new Command('tidegate');
  for (const { load } of COMMANDS) (await load())(program);
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
  const found = program.commands.flatMap(every).map((command) => {
    const examples = [...helpOf(command).matchAll(/^ {2}(?:[A-Z_]+=\S+ )*tidegate (.*)$/gm)].map(([, line]) => line!);
    const faults = examples.flatMap((line) => line.split(/ && tidegate /)).map((line) => faultOf(program, line));
    return examples.length === 0 ? [`${command.name()}: no example`] : faults.filter((fault) => fault !== undefined);
  });
  expect(found.length).toBeGreaterThan(60);
  expect(found.flat()).toEqual([]);
});
