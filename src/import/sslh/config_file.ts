/**
 * sslh's config file: libconfig settings as groups.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { OtherFiles, Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";
import { type Field, Group, type SslhSettings } from "./group.ts";
import {
  type LibconfigSetting,
  type LibconfigValue,
  parseLibconfig,
} from "./libconfig.ts";

/** Reads a config file. What is wrong is in the problems. */
export async function readConfigFile(
  source: SourceText,
  context: { readonly others: OtherFiles; readonly problems: Problems },
): Promise<SslhSettings> {
  const { problems } = context;
  const start = { source, span: { offset: 0, length: 1 } };
  const settings = await parseLibconfig(source, context);
  const lists = new Map<string, Group[]>();
  const scalars = settings.filter((setting) => {
    if (setting.name !== "listen" && setting.name !== "protocols") return true;
    lists.set(setting.name, groupsOf(setting, problems));
    return false;
  });
  return {
    global: groupOf(start, scalars, problems),
    listeners: lists.get("listen") ?? [],
    protocols: lists.get("protocols") ?? [],
  };
}

function groupsOf(
  { name, origin, value }: LibconfigSetting,
  problems: Problems,
): Group[] {
  if (value.kind !== "list" && value.kind !== "array") {
    problems.add(
      origin,
      `Invalid value of "${name}": expected a list, "( ... )"`,
    );
    return [];
  }
  return value.items.flatMap((item) => {
    if (item.kind === "group") {
      return [groupOf(item.origin, item.settings, problems)];
    }
    problems.add(
      item.origin,
      `Invalid entry of "${name}": expected a group, "{ ... }"`,
    );
    return [];
  });
}

function groupOf(
  origin: Origin,
  settings: readonly LibconfigSetting[],
  problems: Problems,
): Group {
  const group = new Group(origin, problems);
  for (const { name, origin, value } of settings) {
    group.set({ name, origin, value: plain(value) });
  }
  return group;
}

function plain(value: LibconfigValue): Field["value"] {
  switch (value.kind) {
    case "group":
      return null;
    case "array":
    case "list": {
      const texts = value.items.flatMap((item) =>
        item.kind === "text" ? [item.value] : []
      );
      return texts.length < value.items.length ? null : texts;
    }
    default:
      return value.value;
  }
}
