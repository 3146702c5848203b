/**
 * The version rules of the config language.
 *
 * @module
 */
import { quoted } from "./diagnostics.ts";

/** The config version that this program speaks. */
export const CONFIG_VERSION = "v1.0.0";
/** The one version before 1.0.0 that is accepted, and means the same. */
export const LEGACY_CONFIG_VERSION = "v0.2.0";

/** What a version means for this program. */
export interface VersionFinding {
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
}

/**
 * Compares the version of a config with the program's own.
 *
 * @returns What to tell the user, or `null` when it fits.
 */
export function checkVersion(text: string): VersionFinding | null {
  const parts = /^v(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(text);
  if (parts === null) {
    return error(
      `Invalid version ${
        quoted(text)
      }: expected "vMAJOR.MINOR.PATCH", such as "${CONFIG_VERSION}"`,
    );
  }
  const found = [Number(parts[1]), Number(parts[2]), Number(parts[3])] as const;
  if (text === LEGACY_CONFIG_VERSION) return null;
  if (found[0] === 0) {
    return error(
      `Config version ${text} is unknown to this passthru: before ${CONFIG_VERSION}, it knows only ${LEGACY_CONFIG_VERSION}`,
    );
  }
  if (found[0] > own()[0]) {
    return error(
      `Config version ${text} is too new for this passthru: expected ${LEGACY_CONFIG_VERSION} or ${CONFIG_VERSION}`,
    );
  }
  if (found[1] > own()[1]) {
    return {
      severity: "warning",
      message:
        `Config version ${text} is newer than ${CONFIG_VERSION}: some features may be missing`,
    };
  }
  if (found[1] === own()[1] && found[2] > own()[2]) {
    return {
      severity: "note",
      message: `Config version ${text} is a later patch of ${CONFIG_VERSION}`,
    };
  }
  return null;
}

type Version = readonly [number, number, number];

function own(): Version {
  const [major, minor, patch] = CONFIG_VERSION.slice(1).split(".").map(Number);
  return [major!, minor!, patch!];
}

function error(message: string): VersionFinding {
  return { severity: "error", message };
}
