namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Settings of the LiveTalking dialect.</summary>
public sealed record LiveTalkingOptions
{
    /// <summary>Whether the server listens on <see cref="Port"/> too; the dialect is on the server's own port in any case.</summary>
    public bool OwnPort { get; init; }

    /// <summary>The TCP port that clients of the dialect expect.</summary>
    public int Port { get; init; } = 8010;

    /// <summary>
    /// Whether session ids are whole numbers of six digits, as old clients expect, and not UUIDs. Such a number can be guessed: for trusted
    /// networks alone.
    /// </summary>
    public bool LegacyIds { get; init; }

    /// <summary>What the language model is told; null for nothing.</summary>
    public string? SystemPrompt { get; init; } =
        "You talk with a person. You speak with your voice, so answer in one to three short sentences of plain words, without lists or markup.";

    /// <summary>Width and height of the picture, pixels.</summary>
    public int Size { get; init; } = 512;

    /// <summary>Whether the administration's pages may read the settings and the sessions.</summary>
    public bool Admin { get; init; } = true;

    /// <summary>Largest upload, bytes.</summary>
    public int MaxUploadBytes { get; init; } = 100 << 20;

    /// <summary>Longest audio of one upload; what may wait to be played bounds it too.</summary>
    public TimeSpan MaxAudioTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest utterance that is recognised.</summary>
    public TimeSpan MaxUtterance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The proxy API below <c>/api/v1/avatar</c>; off until it knows whose tokens are good.</summary>
    public LiveTalkingProxyOptions Proxy { get; init; } = new();

    /// <summary>What is wrong with them, in words for the operator; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(Port is > 0 and <= 65535, $"liveTalking.port is {Port}; it must be 1 to 65535.");
        Check(Size is >= 64 and <= 1920 && Size % 2 == 0, $"liveTalking.size is {Size}; it must be even, 64 to 1920.");
        Check(MaxUploadBytes > 0, $"liveTalking.maxUploadBytes is {MaxUploadBytes}; it must be above 0.");
        Check(MaxAudioTime > TimeSpan.Zero, $"liveTalking.maxAudioTime is {MaxAudioTime}; it must be above 0.");
        Check(MaxUtterance > TimeSpan.Zero, $"liveTalking.maxUtterance is {MaxUtterance}; it must be above 0.");
        Check(!string.IsNullOrEmpty(Proxy.Keys), "liveTalking.proxy.keys must be an address or a file.");
        Check(
            Proxy.KeysAgainAfter >= TimeSpan.FromSeconds(1),
            $"liveTalking.proxy.keysAgainAfter is {Proxy.KeysAgainAfter}; it must be at least a second.");
        return errors;

        void Check(bool good, string error)
        {
            if (!good)
            {
                errors.Add(error);
            }
        }
    }
}
