import { assertEquals, fail } from "@std/assert";
import { PendingAnswers } from "../../src/control/pending_answers.ts";
import { within } from "../support/wait.ts";

Deno.test("pending answers: each question gets its own, in whatever order they come", async () => {
  const pending = new PendingAnswers();
  const sent: number[] = [];
  const send = (number: number) => void sent.push(number);
  const answers = [pending.ask(send), pending.ask(send), pending.ask(send)];
  pending.settle(sent[2]!, true);
  pending.settle(sent[0]!, null);
  pending.settle(sent[1]!, false);
  assertEquals(await Promise.all(answers), [null, false, true]);
});

Deno.test("pending answers: who does not answer is not waited for, and may answer too late", async () => {
  const pending = new PendingAnswers();
  let sent = 0;
  const answer = pending.ask((number) => sent = number);
  assertEquals(await within("the deadline", answer), null);
  pending.settle(sent, true);
});

Deno.test("pending answers: some are waited for longer", async () => {
  const pending = new PendingAnswers();
  let sent = 0;
  const longer = pending.ask((number) => sent = number, 60_000);
  const first = await Promise.race([longer, pending.ask(() => {})]);
  assertEquals(first, null);
  pending.settle(sent, true);
  assertEquals(await longer, true);
});

Deno.test("pending answers: at the end all are settled, and nobody is asked any more", async () => {
  const pending = new PendingAnswers();
  const answer = pending.ask(() => {});
  pending.end();
  assertEquals(await answer, null);
  assertEquals(await pending.ask(() => fail("nobody is there")), null);
});
