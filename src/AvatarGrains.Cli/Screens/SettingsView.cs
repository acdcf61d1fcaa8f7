using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Screens;

/// <summary>Browses what the server offers, and takes what is chosen for the conversation.</summary>
internal sealed class SettingsView(Screen screen, Conversation conversation, PersoClient client)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var kinds = SettingNames.Kinds.ToList();
        for (int? at = 0; ;)
        {
            var items = kinds.Select(kind => new MenuItem(SettingNames.Title(kind), Current(kind) ?? "")).ToList();
            at = await Menu.ChooseAsync(screen, "Settings", items, at.Value, cancellationToken);
            if (at is null)
            {
                return;
            }

            try
            {
                await BrowseAsync(kinds[at.Value], cancellationToken);
            }
            catch (PersoClientException error)
            {
                screen.Warn(Failure.Line(error, client));
            }
        }
    }

    private async Task BrowseAsync(PersoSettingKind kind, CancellationToken cancellationToken)
    {
        var title = SettingNames.Title(kind);
        var choices = await screen.BusyAsync($"{title} …", _ => client.ListAsync(kind, cancellationToken));
        if (choices.Count == 0)
        {
            screen.Note($"{title}: the server offers none.");
            return;
        }

        var current = Current(kind);
        var items = choices.Select(choice => new MenuItem((choice.Id == current ? "* " : "  ") + choice.Id, Hint(choice))).ToList();
        var start = Math.Max(0, choices.ToList().FindIndex(choice => choice.Id == current));
        if (await Menu.ChooseAsync(screen, title, items, start, cancellationToken) is { } chosen && kind != PersoSettingKind.Capability
            && choices[chosen].Id != current)
        {
            var running = conversation.Session is not null;
            await conversation.ChangeAsync(With(kind, choices[chosen].Id));
            screen.Note($"{title}: {choices[chosen].Title}." + (running ? " A new session begins with your next message." : ""));
        }
    }

    private static string Hint(PersoSetting choice) =>
        string.Join(" · ", new[] { choice.Title == choice.Id ? "" : choice.Title, choice.Description }.Where(text => text.Length > 0))
            .ReplaceLineEndings(" ");

    private string? Current(PersoSettingKind kind) => kind switch
    {
        PersoSettingKind.LlmType => conversation.Request.LlmType,
        PersoSettingKind.TtsType => conversation.Request.TtsType,
        PersoSettingKind.SttType => conversation.Request.SttType,
        PersoSettingKind.ModelStyle => conversation.Request.ModelStyle,
        PersoSettingKind.Prompt => conversation.Request.Prompt,
        PersoSettingKind.Document => conversation.Request.Document,
        PersoSettingKind.BackgroundImage => conversation.Request.BackgroundImage,
        PersoSettingKind.Capability => string.Join(" ", conversation.Request.Capability),
        _ => null,
    };

    private PersoSessionRequest With(PersoSettingKind kind, string id) => kind switch
    {
        PersoSettingKind.LlmType => conversation.Request with { LlmType = id },
        PersoSettingKind.TtsType => conversation.Request with { TtsType = id },
        PersoSettingKind.SttType => conversation.Request with { SttType = id },
        PersoSettingKind.ModelStyle => conversation.Request with { ModelStyle = id },
        PersoSettingKind.Prompt => conversation.Request with { Prompt = id },
        PersoSettingKind.Document => conversation.Request with { Document = id },
        PersoSettingKind.BackgroundImage => conversation.Request with { BackgroundImage = id },
        _ => conversation.Request,
    };
}
