/**
 * The man page, in the macros of man(7).
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { EXIT_CODE_TEXTS } from "../exit_code.ts";
import { PURPOSE, usage } from "../help.ts";
import { VERSION } from "../version.ts";

/** The page of section 1 about the program and all its commands. */
export function manPage(commands: readonly CommandSpec[]): string {
  return [
    `.TH PASSTHRU 1 "" ${quoted(`passthru ${VERSION}`)} "User Commands"`,
    // Words are left whole, so that options can be searched for.
    ".nh",
    ".SH NAME",
    "passthru \\- one port, many services",
    ".SH SYNOPSIS",
    "\\fBpassthru\\fR [\\fBrun\\fR] \\fIFILE\\fR [\\fIoptions\\fR]",
    ".br",
    "\\fBpassthru\\fR \\fICOMMAND\\fR [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    text(PURPOSE),
    ".SH COMMANDS",
    ...commands.flatMap(commandLines),
    ".SH EXIT STATUS",
    ...EXIT_CODE_TEXTS.flatMap(([code, meaning]) => [
      ".TP",
      `\\fB${code}\\fR`,
      text(meaning),
    ]),
    "",
  ].join("\n");
}

function commandLines(command: CommandSpec): string[] {
  const { summary, details, options, examples } = command;
  return [
    `.SS ${quoted(usage(command))}`,
    text(`${summary}.`),
    ...details.flatMap((paragraph) => [".PP", text(paragraph)]),
    ...options.flatMap(optionLines),
    ...exampleLines(examples),
  ];
}

function optionLines({ long, short, value, help }: OptionSpec): string[] {
  const argument = value === undefined ? "" : ` \\fI${literal(value)}\\fR`;
  const names = [...(short === undefined ? [] : [`-${short}`]), `--${long}`];
  return [
    ".TP",
    names.map((name) => bold(name)).join(", ") + argument,
    text(help),
  ];
}

function exampleLines(examples: CommandSpec["examples"]): string[] {
  if (examples.length === 0) return [];
  return [
    ".PP",
    "Examples:",
    ...examples.flatMap(([line, what]) => [
      ".TP",
      bold(`passthru ${line}`),
      text(what),
    ]),
  ];
}

/** Running text: no line of it is taken for a request. */
function text(words: string): string {
  return words.replaceAll("\\", "\\e").replace(/^[.']/gm, "\\&$&");
}

/** As a user has to type it: with hyphens that can be copied. */
function literal(words: string): string {
  return text(words).replaceAll("-", "\\-").replaceAll("~", "\\(ti");
}

function bold(words: string): string {
  return `\\fB${literal(words)}\\fR`;
}

/** The argument of a macro. */
function quoted(words: string): string {
  return `"${literal(words).replaceAll('"', "\\(dq")}"`;
}
