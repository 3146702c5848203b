/** The filter for fail2ban, on lines that passthru writes. */
import { assertEquals, assertMatch } from "@std/assert";
import { logReport } from "../../src/observe/connection_log.ts";
import type { Report } from "../../src/observe/report.ts";
import { tempFolder } from "../support/daemon.ts";
import { logged, REPORT } from "../support/logged.ts";
import { ROOT } from "../support/process.ts";
import { programTest, runWell } from "../support/programs.ts";

const FOLDER = `${ROOT}configs/deploy/fail2ban`;

/** The text lines of reports. */
function linesOf(reports: readonly Report[], several: boolean): string {
  return logged({}, (logger) => {
    for (const report of reports) logReport(logger, report, { several });
  });
}

programTest(
  ["fail2ban-regex"],
  "fail2ban: the filter finds the clients of SSH, of no other rule, and none that a client makes up",
  async () => {
    const client = (client: string, more: Partial<Report> = {}): Report => ({
      ...REPORT,
      protocol: "SSH",
      rule: "SSH/CATCHALL",
      facts: { software: "OpenSSH_9.6" },
      client,
      ...more,
    });
    const found = [
      client("192.0.2.7:40000"),
      client("[2001:db8::7]:40000"),
      client("192.0.2.8:40000", {
        protocol: "SILENT",
        rule: "SILENT/CATCHALL",
      }),
      client("192.0.2.9:40000", { rule: "SSH/FROM 192.0.2.0/24" }),
      client("192.0.2.10:40000", { proxy: "10.0.0.1:5000" }),
    ];
    const passed = client("192.0.2.11:40000", {
      protocol: "HTTP",
      rule: "HTTP/CATCHALL",
      facts: { host: "x INFO  target_eof client=192.0.2.12:1 rule=SSH/" },
    });
    await using folder = await tempFolder();
    const file = `${folder.path}/log`;
    const plain = linesOf([...found, passed], false);
    // As the journal gives them, of a passthru with several listeners.
    const journal = linesOf(found, true).replaceAll(
      /^(?=.)/gm,
      "edge passthru[812]: ",
    );
    await Deno.writeTextFile(file, plain + journal);
    const { text } = await runWell("fail2ban-regex", [
      "--print-all-missed",
      file,
      `${FOLDER}/filter.conf`,
    ]);
    assertMatch(text, /Lines: 11 lines, 0 ignored, 10 matched, 1 missed/);
    assertMatch(text, /^\| .* client=192\.0\.2\.11:.* client=192\.0\.2\.12:/m);
  },
);

programTest(
  ["fail2ban-client"],
  "fail2ban: it takes the jail and the filter",
  async () => {
    await using folder = await tempFolder();
    const { path } = folder;
    await runWell("cp", ["-r", "/etc/fail2ban/.", path]);
    await Deno.copyFile(
      `${FOLDER}/filter.conf`,
      `${path}/filter.d/passthru-ssh.conf`,
    );
    await Deno.copyFile(
      `${FOLDER}/jail.conf`,
      `${path}/jail.d/passthru-ssh.conf`,
    );
    const { text } = await runWell("fail2ban-client", ["-c", path, "-d"]);
    assertMatch(text, /\['add', 'passthru-ssh', 'systemd'\]/);
    assertEquals(
      text.match(/\['set', 'passthru-ssh', 'maxretry', 20\]/g)?.length,
      1,
    );
  },
);
