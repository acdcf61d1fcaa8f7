using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record ChatOptions
{
    public required Uri Server { get; init; }

    public string? Key { get; init; }

    public PersoSessionRequest Session { get; init; } = new();

    /// <summary>BCP 47 language of the user's speech, or null to let the server tell.</summary>
    public string? Language { get; init; }

    /// <summary>Lists to print instead of chatting, or null.</summary>
    public IReadOnlyList<PersoSettingKind>? List { get; init; }

    /// <summary>Lists are printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Text chat alone, without the menu.</summary>
    public bool Text { get; init; }

    /// <summary>The one message to send, or null to read lines from standard input.</summary>
    public string? Message { get; init; }

    /// <summary>The one voice message to send, a file, or null.</summary>
    public string? VoiceFile { get; init; }

    /// <summary>A file to write the spoken reply to, or null.</summary>
    public string? SpeakTo { get; init; }
}
