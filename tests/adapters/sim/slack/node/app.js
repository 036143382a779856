// @slack/bolt as a bridge would use it: answer a mention, a command, a button, a shortcut; stream; over a socket or HTTP.
// Says on stdout, one JSON line each, what it came to know.
const { App, LogLevel } = require("@slack/bolt");

const tell = (line) => console.log(JSON.stringify(line));
const overHttp = process.env.SLACK_OVER === "http";

const app = new App({
  token: process.env.SLACK_TOKEN,
  ...(overHttp
    ? { signingSecret: process.env.SLACK_SECRET }
    : { socketMode: true, appToken: process.env.SLACK_APP_TOKEN }),
  clientOptions: { slackApiUrl: process.env.SLACK_API },
  logLevel: LogLevel.ERROR,
});

const button = {
  type: "actions",
  elements: [{ type: "button", action_id: "stop", text: { type: "plain_text", text: "Stop" } }],
};
const form = {
  type: "modal",
  callback_id: "ask",
  title: { type: "plain_text", text: "Ask" },
  submit: { type: "plain_text", text: "Ask" },
  blocks: [
    {
      type: "input",
      block_id: "question",
      label: { type: "plain_text", text: "Question" },
      element: { type: "plain_text_input", action_id: "text" },
    },
  ],
};

app.event("app_mention", async ({ event, client, context }) => {
  const place = { channel: event.channel, thread_ts: event.ts };
  if (event.text.includes("stream")) {
    const stream = client.chatStream({
      ...place,
      recipient_team_id: context.teamId,
      recipient_user_id: event.user,
      buffer_size: 1,
    });
    await stream.append({ markdown_text: "one " });
    await stream.append({ markdown_text: "two" });
    await stream.stop({ blocks: [button] });
  } else {
    const said = await client.chat.postMessage({ ...place, text: "one", blocks: [button] });
    await client.chat.update({ channel: event.channel, ts: said.ts, text: "one two", blocks: [button] });
  }
  tell({ answered: event.text });
});
app.message(async ({ message }) => tell({ heard: message.text ?? "" }));
app.command("/poe", async ({ ack, respond, command }) => {
  await ack(`asking ${command.text}`);
  await respond({ text: "an answer", response_type: "in_channel" });
});
app.action("stop", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "stopped", replace_original: true });
});
app.shortcut("ask_about", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: form });
});
app.view("ask", async ({ ack, view }) => {
  const text = view.state.values.question.text.value;
  await ack(text === "?" ? { response_action: "errors", errors: { question: "ask something" } } : undefined);
  tell({ submitted: text });
});
app.event("app_home_opened", async ({ event, client }) => {
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: "your points" } }];
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
});

app.error(async (error) => tell({ error: String(error && error.stack) }));
process.on("unhandledRejection", (error) => {
  tell({ error: String(error && error.stack) });
  process.exit(1);
});
process.stdin.on("end", () => app.stop().then(() => process.exit(0)));
process.stdin.resume();

app.start(0).then((server) => tell({ ready: overHttp ? server.address().port : 0 }));
