using System.CommandLine;
using System.CommandLine.Parsing;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli;

/// <summary><c>avatar chat</c>: its options.</summary>
internal static class ChatCommand
{
    public const string KeyVariable = "EST_LIVE_API_KEY";
    public const string DefaultServer = "http://127.0.0.1:8000";

    private static readonly Option<string> Server = new("--api-server")
    {
        Description = "Address of a Perso-compatible server", HelpName = "URL", DefaultValueFactory = _ => DefaultServer,
    };

    private static readonly Option<string?> Key = new("--api-key") { Description = $"API key [default: ${KeyVariable}]", HelpName = "KEY" };
    private static readonly Option<string?> LlmType = new("--llm-type") { Description = "Language model", HelpName = "NAME" };
    private static readonly Option<string?> TtsType = new("--tts-type") { Description = "Voice", HelpName = "NAME" };
    private static readonly Option<string?> SttType = new("--stt-type") { Description = "Recognizer", HelpName = "NAME" };
    private static readonly Option<string?> ModelStyle = new("--model-style") { Description = "Avatar", HelpName = "NAME" };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "Prompt id, such as plp-…", HelpName = "ID" };
    private static readonly Option<string?> Document = new("--document") { Description = "Document id, such as pld-…", HelpName = "ID" };
    private static readonly Option<string?> Language = new("--language") { Description = "Language of your speech, such as en", HelpName = "TAG" };

    private static readonly Option<string[]> Capability = new("--capability")
    {
        Description = "What the session may do",
        HelpName = "LLM TTS STT",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["LLM", "TTS", "STT"],
    };

    private static readonly Option<string[]> List = new("--list-settings")
    {
        Description = "Print what can be chosen, and leave: " + string.Join(", ", SettingNames.All),
        HelpName = "LIST",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "With --list-settings: as JSON" };

    private static readonly Option<string?> Text = new("--text")
    {
        Description = "Text chat without the menu: one message, or the lines of standard input",
        HelpName = "MESSAGE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Voice = new("--voice")
    {
        Description = "Send this recording (wav, mp3, ogg, webm, flac), print the reply, and leave",
        HelpName = "FILE",
    };
    private static readonly Option<string?> Speak = new("--speak")
    {
        Description = "With --text or --voice: write the spoken reply to this file",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var command = new Command("chat", "Chat with an avatar by text or voice.")
        {
            Server, Key, LlmType, TtsType, SttType, ModelStyle, Prompt, Document, Language, Capability, List, Json, Text, Voice, Speak,
        };
        command.Validators.Add(Validate);
        command.SetAction((parsed, _) => ChatProgram.RunAsync(Read(parsed)));
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (ServerUri(result.GetValue(Server)) is null)
        {
            result.AddError($"--api-server takes an http or https address, not '{result.GetValue(Server)}'.");
        }

        foreach (var unknown in (result.GetValue(List) ?? []).Where(name => SettingNames.Find(name) is null))
        {
            result.AddError($"There is no list '{unknown}'; there are {string.Join(", ", SettingNames.All)}.");
        }

        if (result.GetValue(Voice) is not null && result.GetResult(Text) is not null)
        {
            result.AddError("--text and --voice exclude each other.");
        }

        if (result.GetValue(Speak) is not null && result.GetResult(Text) is null && result.GetValue(Voice) is null)
        {
            result.AddError("--speak goes with --text or --voice.");
        }
    }

    private static ChatOptions Read(ParseResult parsed) => new()
    {
        Server = ServerUri(parsed.GetValue(Server))!,
        Key = parsed.GetValue(Key) ?? Environment.GetEnvironmentVariable(KeyVariable),
        Session = new PersoSessionRequest
        {
            Capability =
            [
                .. parsed.GetValue(Capability)!
                    .SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    .Select(name => name.ToUpperInvariant()),
            ],
            LlmType = parsed.GetValue(LlmType),
            TtsType = parsed.GetValue(TtsType),
            SttType = parsed.GetValue(SttType),
            ModelStyle = parsed.GetValue(ModelStyle),
            Prompt = parsed.GetValue(Prompt),
            Document = parsed.GetValue(Document),
        },
        Language = parsed.GetValue(Language),
        List = parsed.GetResult(List) is null ? null : Kinds(parsed.GetValue(List) ?? []),
        Json = parsed.GetValue(Json),
        Text = parsed.GetResult(Text) is not null,
        Message = parsed.GetValue(Text),
        VoiceFile = parsed.GetValue(Voice),
        SpeakTo = parsed.GetValue(Speak),
    };

    private static IReadOnlyList<PersoSettingKind> Kinds(string[] names) =>
        names.Length == 0 ? Enum.GetValues<PersoSettingKind>() : [.. names.Select(SettingNames.Find).OfType<PersoSettingKind>().Distinct()];

    private static Uri? ServerUri(string? text)
    {
        var address = text?.Trim() ?? "";
        address = address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address;
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;
    }
}
