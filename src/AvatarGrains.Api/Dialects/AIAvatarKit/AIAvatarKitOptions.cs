namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Settings of the AIAvatarKit dialect.</summary>
public sealed record AIAvatarKitOptions
{
    /// <summary>Whether its paths are served.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// The key that clients send as <c>Authorization: Bearer KEY</c>; null to ask for a key only when this server has keys of tenants.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>What the avatar is told to be; <c>{name}</c> is filled in from a request's <c>system_prompt_params</c>.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Language model, or null for the default.</summary>
    public string? Model { get; init; }

    /// <summary>Voice, or null for the default.</summary>
    public string? Voice { get; init; }

    /// <summary>Recognizer, or null for the default.</summary>
    public string? Recognizer { get; init; }

    /// <summary>Language of the conversation, or null for the voice's.</summary>
    public string? Language { get; init; }

    /// <summary>How long after its last turn a conversation is forgotten.</summary>
    public TimeSpan ContextExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Words one of which must be said before the avatar answers; none for answering always.</summary>
    public IReadOnlyList<string> Wakewords { get; init; } = [];

    /// <summary>How long after its last turn a conversation needs a wakeword again.</summary>
    public TimeSpan WakewordTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence that ends what is said over the WebSocket.</summary>
    public TimeSpan EndSilence { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Level in dB below which nothing over the WebSocket is speech; null for the detector's own judgement.</summary>
    public double? VolumeDbThreshold { get; init; }

    /// <summary>Bytes of a piece of raw PCM that sentences over the WebSocket are cut into; 0 for a WAVE file for each sentence.</summary>
    public int ResponseAudioChunkSize { get; init; }

    /// <summary>Hosts that pictures are fetched from, for requests that name them by address; none for refusing addresses.</summary>
    public IReadOnlyList<string> ImageHosts { get; init; } = [];

    /// <summary>Largest body of a request, bytes.</summary>
    public int MaxBodyBytes { get; init; } = 25 << 20;

    /// <summary>Largest message of a WebSocket, bytes.</summary>
    public int MaxMessageBytes { get; init; } = 8 << 20;

    /// <summary>Longest audio of a request.</summary>
    public TimeSpan MaxAudioTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What is wrong with them, in words for the operator; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Check(ApiKey is null or { Length: >= 8 }, "aiavatarkit.apiKey: a key must have at least 8 characters.");
        Check(
            ContextExpiry > TimeSpan.Zero && ContextExpiry <= TimeSpan.FromDays(7),
            $"aiavatarkit.contextExpiry is {ContextExpiry}; it must be above 0 and at most 7 days.");
        Check(WakewordTimeout > TimeSpan.Zero, $"aiavatarkit.wakewordTimeout is {WakewordTimeout}; it must be above 0.");
        Check(
            EndSilence >= TimeSpan.FromSeconds(0.1) && EndSilence <= TimeSpan.FromSeconds(5),
            $"aiavatarkit.endSilence is {EndSilence}; it must be 0.1 to 5 seconds.");
        Check(
            VolumeDbThreshold is null or (>= -90 and <= 0),
            $"aiavatarkit.volumeDbThreshold is {VolumeDbThreshold}; it must be -90 to 0.");
        Check(
            ResponseAudioChunkSize >= 0 && ResponseAudioChunkSize % 2 == 0,
            $"aiavatarkit.responseAudioChunkSize is {ResponseAudioChunkSize}; it must be 0 or an even number above.");
        Check(
            MaxBodyBytes > 0 && MaxMessageBytes > 0 && MaxAudioTime > TimeSpan.Zero,
            "aiavatarkit: maxBodyBytes, maxMessageBytes and maxAudioTime must be above zero.");
        return problems;

        void Check(bool good, string problem)
        {
            if (!good)
            {
                problems.Add(problem);
            }
        }
    }
}
