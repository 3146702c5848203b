/**
 * The JSON Schema of the config, from the schema that checks it. Run as a
 * program, it brings `configs/passthru.schema.json` up to date, and that of
 * included files.
 *
 * It is draft-07: VS Code supports that in full, and later drafts only in part
 * (code.visualstudio.com/docs/languages/json).
 */
import { commonWords } from "../../src/rule/common_words.ts";
import {
  type JsonSchema,
  toJsonSchema,
} from "npm:@valibot/to-json-schema@1.8.0";
import type { GenericSchema } from "valibot";
import { OUTCOMES, SAMPLES } from "../../src/config/expect_schema.ts";
import type { FieldAbout } from "../../src/config/schema_parts.ts";
import { configSchema, KINDS, SCHEMA_PARTS } from "../../src/config/schema.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { taskOptions } from "./task_options.ts";
import type { RuleGrammar } from "../../src/detect/rule_grammar.ts";

/** The committed schema. */
export const SCHEMA_FILE = new URL(
  "../../configs/passthru.schema.json",
  import.meta.url,
);

/** What an editor says of a text that does not fit a pattern. */
interface Explained extends JsonSchema {
  patternErrorMessage?: string;
}

/** Rule words that every protocol has. */
const COMMON_WORDS = Object.keys(commonWords());

const ACTION: JsonSchema = { $ref: "#/$defs/action" };

/** What stands for a FORWARD, or for a CATCHALL that forwards. */
const ADDRESS: Explained = {
  pattern: "^unix:/|^file:|:[0-9]+$",
  patternErrorMessage: 'Expected an address such as "127.0.0.1:8080"',
};
/** Rules, or an address. */
const RULES: JsonSchema = { type: ["object", "string"], ...ADDRESS };

const CATCHALL: JsonSchema = {
  ...ACTION,
  description: "Connections that no other rule of the protocol matches",
};

/** The text of the schema as it must be committed. */
export function schemaText(): string {
  return JSON.stringify(configJsonSchema(), null, 2) + "\n";
}

/** The JSON Schema of the config. */
function configJsonSchema(): JsonSchema {
  const schema = toJsonSchema(configSchema as GenericSchema, {
    typeMode: "output",
    target: "draft-07",
    definitions: SCHEMA_PARTS as unknown as Record<string, GenericSchema>,
    overrideSchema: ({ valibotSchema, jsonSchema, definitions }) => {
      if (valibotSchema.type === "lazy") {
        return inlined(jsonSchema, definitions);
      }
      // Said of the whole, it lets an editor put braces behind a rule.
      if (valibotSchema.type === "variant") {
        return { type: "object", ...jsonSchema };
      }
      const { entries } = valibotSchema as { entries?: unknown };
      return entries === KINDS.expect ? oneSample(jsonSchema) : undefined;
    },
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction.type === "regex") {
        return explained(jsonSchema, valibotAction);
      }
      return valibotAction.type === "metadata"
        ? withoutNotes(jsonSchema)
        : undefined;
    },
  });
  const { $schema, $defs, ...rest } = schema;
  const { action, options, server } = $defs!;
  return {
    $schema: $schema!,
    title: "Config of passthru",
    description:
      "Addresses to listen on, and the targets that connections are forwarded to",
    ...rest,
    $defs: {
      action: withAddress(action as JsonSchema),
      options: options!,
      server: withProtocols(server as JsonSchema),
    },
  };
}

/** What `listOr` chooses among stands in its place, not behind a reference. */
function inlined(
  { $ref }: JsonSchema,
  definitions: Record<string, JsonSchema>,
): JsonSchema {
  return definitions[$ref!.split("/").at(-1)!]!;
}

function explained(schema: JsonSchema, action: unknown): Explained {
  const { message } = action as { message: string };
  return { ...schema, patternErrorMessage: `Expected ${message}` };
}

/** A schema without what only `configs/README.md` shows of a field. */
function withoutNotes(schema: JsonSchema): JsonSchema {
  const notes = ["summary", "details", "absent", "mandatory"] satisfies (
    keyof FieldAbout
  )[];
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) =>
      !(notes as string[]).includes(key)
    ),
  );
}

/** Exactly one sample, and at least one outcome. */
function oneSample(schema: JsonSchema): JsonSchema {
  const each = (names: readonly string[]) =>
    names.map((name) => ({ required: [name] }));
  const { protocol } = schema.properties!;
  const names = [...BUILTINS.map(({ name }) => name).sort(), "SILENT"];
  return {
    ...schema,
    properties: {
      ...schema.properties,
      protocol: { ...protocol as JsonSchema, examples: names },
    },
    allOf: [{ oneOf: each(SAMPLES) }, { anyOf: each(OUTCOMES) }],
    not: { required: ["target", "reject"] },
  };
}

/** An action with what an address looks like that stands for one. */
function withAddress({ anyOf, ...rest }: JsonSchema): JsonSchema {
  const [text, object] = anyOf as JsonSchema[];
  return {
    ...rest,
    anyOf: [object!, {
      ...text,
      ...ADDRESS,
      description: "Short form of a FORWARD to this address",
    }],
  };
}

/** A server with the protocols by name, so that an editor offers them. */
function withProtocols(server: JsonSchema): JsonSchema {
  const builtins = [...BUILTINS].sort((a, b) => a.name < b.name ? -1 : 1);
  const protocols = builtins.map(({ name, summary, rules }) => [
    name,
    protocolSchema(summary, rules),
  ]);
  return {
    ...server,
    properties: {
      ...server.properties,
      ...Object.fromEntries(protocols),
      SILENT: onlyCatchall(
        "Clients that have sent nothing for silent_after",
      ),
      CATCHALL: onlyCatchall("Connections that no other protocol matches"),
    },
    patternProperties: {
      // A detector that the config declares.
      "^[A-Z][A-Z0-9_]*$": { ...RULES, additionalProperties: ACTION },
    },
    additionalProperties: false,
  };
}

function onlyCatchall(description: string): JsonSchema {
  return {
    ...RULES,
    description,
    properties: { CATCHALL: ACTION },
    additionalProperties: false,
  };
}

/** The rules of a protocol; the examples are there for an editor to offer. */
function protocolSchema(
  description: string,
  rules: RuleGrammar,
): JsonSchema {
  const examples = Object.entries(rules).map(([word, { example }]) => [
    `${word} ${example}`.trim(),
    ACTION,
  ]);
  return {
    ...RULES,
    description,
    properties: { ...Object.fromEntries(examples), CATCHALL },
    patternProperties: { [rulePattern(rules)]: ACTION },
    additionalProperties: false,
  };
}

/** A pattern for rules: words, each with its value unless it stands alone. */
function rulePattern(rules: RuleGrammar): string {
  const words = Object.entries(rules).map(([word, { flag, tokens = 1 }]) =>
    word + "\\s+\\S+".repeat(flag ? 0 : tokens)
  );
  const common = COMMON_WORDS.map((word) => `${word}\\s+\\S+`);
  const condition = `!?(?:${[...words, ...common].join("|")})`;
  return `^\\s*${condition}(?:\\s+${condition})*\\s*$`;
}

/** The committed schema of included files. */
export const INCLUDED_SCHEMA_FILE = new URL(
  "../../configs/passthru.included.schema.json",
  import.meta.url,
);

/**
 * The text of the schema of included files. It refers to the other one, so that
 * what both have is in one place.
 */
export function includedSchemaText(): string {
  const { $schema } = configJsonSchema();
  const fields = Object.keys(KINDS["included"]!).map((name) => [
    name,
    { $ref: `passthru.schema.json#/properties/${name}` },
  ]);
  const schema = {
    $schema,
    title: "File that a config of passthru includes",
    type: "object",
    properties: Object.fromEntries(fields),
    additionalProperties: false,
  };
  return JSON.stringify(schema, null, 2) + "\n";
}

if (import.meta.main) {
  taskOptions({
    task: "schema",
    summary: "Brings the JSON Schemas in configs up to date.",
  });
  await Deno.writeTextFile(SCHEMA_FILE, schemaText());
  await Deno.writeTextFile(INCLUDED_SCHEMA_FILE, includedSchemaText());
}
