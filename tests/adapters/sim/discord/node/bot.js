// discord.js as a bridge would use it: log in, answer a mention, edit, open a thread, answer a button.
// Says on stdout, one JSON line each, what it came to know.
const {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  GatewayIntentBits,
} = require("discord.js");

const tell = (line) => console.log(JSON.stringify(line));
const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;

const client = new Client({
  intents: [Guilds, GuildMessages, DirectMessages, MessageContent],
  rest: { api: process.env.DISCORD_API },
  allowedMentions: { parse: [] },
});

client.once(Events.ClientReady, (ready) =>
  tell({ ready: ready.user.username, guilds: ready.guilds.cache.map((guild) => guild.name).sort() }),
);

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot) return;
  const stop = new ButtonBuilder().setCustomId("stop").setLabel("Stop").setStyle(ButtonStyle.Secondary);
  const reply = await message.reply({
    content: "one",
    components: [new ActionRowBuilder().addComponents(stop)],
  });
  await reply.edit("one two");
  const thread = await message.startThread({ name: "A talk", autoArchiveDuration: 1440 });
  await thread.send({ content: "welcome", files: [{ attachment: Buffer.from("# all"), name: "all.md" }] });
  tell({ answered: message.content });
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    await interaction.editReply("you asked: " + interaction.options.getString("prompt"));
  } else if (interaction.isButton()) {
    await interaction.update({ content: "stopped", components: [] });
  }
});

client.on(Events.Error, (error) => tell({ error: String(error) }));
process.on("unhandledRejection", (error) => {
  tell({ error: String(error && error.stack) });
  process.exit(1);
});
process.stdin.on("end", () => client.destroy().then(() => process.exit(0)));
process.stdin.resume();

client.login(process.env.DISCORD_TOKEN).then(() =>
  client.application.commands.set([
    {
      name: "ask",
      description: "Ask a model",
      options: [{ type: 3, name: "prompt", description: "What to ask", required: true }],
    },
  ]),
);
